internal import Fleet

/// What is remembered of one service from poll to poll: nothing that a restart of ours could not find again.
struct ServiceMemory: Sendable {
    /// The API that it was found to have, and of which scheduler that was found: of another framework or another version of its package it may be another.
    var flavour: ServiceSighting.Flavour?
    var framework: FrameworkID?
    var version: String?
    /// Whether it ever was found to have one.
    var wasFound = false
    /// That it has said that it has none of the APIs that are known. Nil while it has not.
    var saidNone: SaidNone?
    /// Where its tasks run.
    var agents: [TaskID: AgentID] = [:]
    var topics = TopicRotation()
    var pods = EmptyList()
    var topicNames = EmptyList()
    var standing = Standing.normal

    struct SaidNone: Hashable, Sendable {
        /// Another version of its package may have one.
        let version: String?
    }

    /// When it has its turn in the next poll: those that the last one did not get to come first, and those that let us wait in vain come last.
    enum Standing: Int, Sendable {
        case unreached, normal, stalled
    }

    /// The flavour, if it was found of this scheduler.
    func flavour(of framework: FrameworkID?, version: String?) -> ServiceSighting.Flavour? {
        self.framework == framework && self.version == version ? flavour : nil
    }
}
