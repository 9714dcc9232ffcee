internal import Fleet

/// What is remembered of one service from poll to poll: nothing that a restart of ours could not find again.
struct ServiceMemory: Sendable {
    /// The API that it was found to have, and of which scheduler that was found: of another framework or another version of its package it may be another.
    var flavour: ServiceSighting.Flavour?
    var framework: FrameworkID?
    var version: String?
    /// The version of its package that has said that it has none of the APIs that we know.
    var versionWithoutAPI: String??
    /// Where its tasks run.
    var agents: [TaskID: AgentID] = [:]
    var topics = TopicRotation()
    /// Whether it let us wait in vain; then it is asked last, so that it does not let the others wait.
    var hasStalled = false

    /// The flavour, if it was found of this scheduler.
    func flavour(of framework: FrameworkID?, version: String?) -> ServiceSighting.Flavour? {
        self.framework == framework && self.version == version ? flavour : nil
    }
}
