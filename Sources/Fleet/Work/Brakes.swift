/// The kill switch while it is on.
package struct Pause: Hashable, Sendable, Codable {
    package let who: String
    package let reason: String
    package let since: Timestamp
    /// Nil: until somebody resumes.
    package let until: Timestamp?

    package init(who: String, reason: String, since: Timestamp, until: Timestamp?) {
        self.who = who
        self.reason = reason
        self.since = since
        self.until = until
    }
}

/// A refresh that somebody has opened: while it is, outdated nodes may be replaced where the configuration has them wait for one.
package struct Refresh: Hashable, Sendable, Codable {
    package let who: String
    package let reason: String
    package let since: Timestamp
    package let until: Timestamp

    package init(who: String, reason: String, since: Timestamp, until: Timestamp) {
        self.who = who
        self.reason = reason
        self.since = since
        self.until = until
    }
}

/// An operator's exemption of a node.
package struct Hold: Hashable, Sendable, Codable {
    package let node: NodeID
    package let who: String
    package let reason: String
    package let since: Timestamp
    package let until: Timestamp

    package init(node: NodeID, who: String, reason: String, since: Timestamp, until: Timestamp) {
        self.node = node
        self.who = who
        self.reason = reason
        self.since = since
        self.until = until
    }
}

/// A person's word that a node may be replaced; void as soon as what it was given for changes, and consumed at the start.
package struct Approval: Hashable, Sendable, Codable {
    package let node: NodeID
    package let who: String
    package let reason: String
    package let since: Timestamp
    package let until: Timestamp
    package let evidence: Evidence

    /// What it was given for.
    package struct Evidence: Hashable, Sendable, Codable {
        /// Nil: asked for by a person.
        package let rule: RuleName?
        package let instance: InstanceID?
        /// Sorted.
        package let members: [ServiceMember]
        package let targetImage: ImageID?

        package init(rule: RuleName?, instance: InstanceID?, members: [ServiceMember], targetImage: ImageID?) {
            self.rule = rule
            self.instance = instance
            self.members = members.sorted()
            self.targetImage = targetImage
        }
    }

    package init(node: NodeID, who: String, reason: String, since: Timestamp, until: Timestamp, evidence: Evidence) {
        self.node = node
        self.who = who
        self.reason = reason
        self.since = since
        self.until = until
        self.evidence = evidence
    }
}

/// A person's wish to have a node replaced, until it is begun, withdrawn or over.
package struct Request: Hashable, Sendable, Codable {
    package let node: NodeID
    package let who: String
    package let reason: String
    package let since: Timestamp

    package init(node: NodeID, who: String, reason: String, since: Timestamp) {
        self.node = node
        self.who = who
        self.reason = reason
        self.since = since
    }
}

/// What names a latch: `breaker/fleet`, `breaker/zone/us-east-1a`, `burst/image/ami-1`, `quarantine/ami-1`, `parked/private`, `shrunk`, `unlisted`.
package struct LatchName: Identifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A brake that has tripped and stays so until its stated release.
package struct Latch: Hashable, Sendable, Codable {
    package let name: LatchName
    /// Why it tripped, in words with the values.
    package let reason: String
    package let since: Timestamp
    /// When what tripped it was last so; a cool-down is counted from here.
    package var lastSeen: Timestamp
    /// How long after `lastSeen` it releases by itself. Nil: only when a person accepts it, or what it is about is over.
    package let cooldown: Duration?
    /// What tripped it, as it was when it was last so: the nodes, and how many of whatever it counts. Sorted.
    package var nodes: [NodeID]
    package var count: Int
    /// A person's word that work may go on all the same. It stays while what it was given for lasts, and stands for that alone.
    package private(set) var acceptance: Acceptance?

    package struct Acceptance: Hashable, Sendable, Codable {
        package let who: String
        package let reason: String
        package let at: Timestamp
        /// What was known then: it trips anew by what came after. Sorted.
        package let nodes: [NodeID]
        package let count: Int
    }

    package init(
        name: LatchName, reason: String, since: Timestamp, lastSeen: Timestamp, cooldown: Duration?, nodes: [NodeID] = [], count: Int = 0,
        acceptance: Acceptance? = nil
    ) {
        self.name = name
        self.reason = reason
        self.since = since
        self.lastSeen = lastSeen
        self.cooldown = cooldown
        self.nodes = nodes.sorted()
        self.count = count
        self.acceptance = acceptance
    }

    /// Whether it holds anything back.
    package var isTripped: Bool { acceptance == nil }
    /// When it releases by itself, as things are; nil when it does not.
    package var releases: Timestamp? { cooldown.map { lastSeen + $0 } }

    /// Lets work go on in spite of it.
    package mutating func accept(who: String, reason: String, at now: Timestamp) {
        acceptance = Acceptance(who: who, reason: reason, at: now, nodes: nodes, count: count)
    }
}
