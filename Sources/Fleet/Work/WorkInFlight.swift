/// The ledger's number of a replacement; from 1, never used again.
package struct ReplacementID: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    package let number: Int64

    package init(_ number: Int64) { self.number = number }

    package init(from decoder: any Decoder) throws { number = try decoder.singleValueContainer().decode(Int64.self) }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }

    package var description: String { String(number) }
    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// A replacement that is not over, as far as others have to take it into account.
package struct WorkInFlight: Hashable, Sendable {
    package let id: ReplacementID
    package private(set) var node: NodeID
    package let instance: InstanceID?
    package let agent: AgentID?
    /// The node with which the chain of successors began.
    package let slot: NodeID
    package let pool: PoolName?
    package let zone: String?
    package let findingClass: FindingClass
    package let startedAt: Timestamp
    package let targetImage: ImageID?
    package let order: Order
    package let step: Step
    package let isParked: Bool
    /// Whether it is ended when its node is to be replaced because it fails: parked, nothing of it is past undoing, and it is of an outdated node or is
    /// being cancelled.
    package let makesRoom: Bool
    /// Whether it counts against the limits: from its start to the end of `join`, parked too.
    package let holdsSlot: Bool
    /// Whether it has deactivated the agent, or drains it.
    package let isCordoning: Bool
    /// Whether it may have asked for more than to be kept from offers and for moves: what else runs on the node may end.
    package let isEmptying: Bool
    /// The members that it has to move and that are not placed and in sync elsewhere yet. Sorted.
    package let members: [ServiceMember]
    /// Those of them that were asked to go and are not in sync elsewhere yet: their moves are running. Sorted.
    package let moving: [ServiceMember]
    /// The instance that it has launched or adopted. Nil before.
    package let successor: InstanceID?

    package init(
        id: ReplacementID, node: NodeID, instance: InstanceID?, agent: AgentID?, slot: NodeID, pool: PoolName?, zone: String?, findingClass: FindingClass,
        startedAt: Timestamp, targetImage: ImageID?, order: Order, step: Step, isParked: Bool = false, makesRoom: Bool = false, holdsSlot: Bool = true,
        isCordoning: Bool = false, isEmptying: Bool = false, members: [ServiceMember] = [], moving: [ServiceMember] = [], successor: InstanceID? = nil
    ) {
        self.id = id
        self.node = node
        self.instance = instance
        self.agent = agent
        self.slot = slot
        self.pool = pool
        self.zone = zone
        self.findingClass = findingClass
        self.startedAt = startedAt
        self.targetImage = targetImage
        self.order = order
        self.step = step
        self.isParked = isParked
        self.makesRoom = makesRoom
        self.holdsSlot = holdsSlot
        self.isCordoning = isCordoning
        self.isEmptying = isEmptying
        self.members = members.sorted()
        self.moving = moving.sorted()
        self.successor = successor
    }

    /// The same, with its node's present name.
    package func named(_ name: NodeID) -> WorkInFlight {
        var copy = self
        copy.node = name
        return copy
    }
}
