package import Fleet

/// One node of the fleet, as gates see it.
package struct NodeStatus: Sendable {
    package let node: Node
    /// What may be believed: readings of stale sources are unknown.
    package let facts: NodeFacts
    package let vital: Vital
    /// The witnesses and what each says, or what speaks against it, for people.
    package let vitalReason: String
    /// Whether it counts for the breaker: Mesos not active, EC2 impaired, or a firing `failing` finding, and neither our own work nor a departure. What cannot be seen counts.
    package var isUnhealthy: Bool
    /// Guarded members on it. Nil: unknown.
    package let members: [ServiceMember]?
    /// What its agent has, by the master. Nil: not listed.
    package let resources: AgentResources?
    /// How many Mesos agents claim it, and whether its join is one to one.
    package let isJoined: Bool
    /// What runs on it that Mayfly itself stands on, in words: `a master`, `this program`. Nil: nothing.
    package let dependence: String?
    /// Whether the Mesos that it belongs to is 1.9 or newer. Nil: unknown.
    package let canDeactivate: Bool?
    /// As its group has it; nil without a group, or where it is not known.
    package let inGroup: AutoScalingGroup.GroupInstance?
    /// How often its slot was replaced within 30 days.
    package let replacements: Int
    package let slot: NodeID
    /// The `keep` rules that hold on it. Nil: its rules were not judged.
    package let keeps: Keeps?

    /// The `keep` rules that stand against replacing a node, whoever asks for it.
    package struct Keeps: Hashable, Sendable {
        /// Those that fire. Sorted.
        package let firing: [RuleName]
        /// Those that could not be judged. Sorted.
        package let unknown: [Disposition.UnknownRule]

        package init(firing: [RuleName] = [], unknown: [Disposition.UnknownRule] = []) {
            self.firing = firing.sorted()
            self.unknown = unknown.sorted { ($0.rule, $0.why) < ($1.rule, $1.why) }
        }
    }

    package init(
        node: Node, facts: NodeFacts, vital: Vital, vitalReason: String, isUnhealthy: Bool, members: [ServiceMember]?, resources: AgentResources?,
        isJoined: Bool, dependence: String?, canDeactivate: Bool?, inGroup: AutoScalingGroup.GroupInstance?, replacements: Int, slot: NodeID,
        keeps: Keeps? = nil
    ) {
        self.node = node
        self.facts = facts
        self.vital = vital
        self.vitalReason = vitalReason
        self.isUnhealthy = isUnhealthy
        self.members = members?.sorted()
        self.resources = resources
        self.isJoined = isJoined
        self.dependence = dependence
        self.canDeactivate = canDeactivate
        self.inGroup = inGroup
        self.replacements = replacements
        self.slot = slot
        self.keeps = keeps
    }

    package var id: NodeID { node.id }
    package var pool: PoolName? { facts.text(.pool).map { PoolName($0) } }
    package var zone: String? { facts.text(.zone) }
    package var image: ImageID? { facts.text(.imageID).map { ImageID($0) } }
    package var isOutdated: Bool? {
        switch facts[.imageOutdated] {
        case .integer(let value): value != 0
        case .none: false
        case .text, .unknown: nil
        }
    }
}

extension NodeFacts {
    /// The text of a fact that has one; nil for none and unknown alike: whoever must tell them apart asks the reading.
    package func text(_ fact: Fact) -> String? { if case .text(let text) = self[fact] { text } else { nil } }
    package func integer(_ fact: Fact) -> Int64? { if case .integer(let number) = self[fact] { number } else { nil } }
}
