/// All facts of one node, one reading for each fact of the catalogue that is not an age.
package struct NodeFacts: Hashable, Sendable {
    package let id: NodeID
    /// By ordinal. Ages stay `.none` here: they are computed from the times beside them when they are read.
    private var readings: [Reading]

    /// Nothing known but the id.
    package init(id: NodeID) {
        self.id = id
        readings = Array(repeating: .unknown, count: Fact.allCases.count)
        self[.id] = .text(id.rawValue)
        for fact in Self.ages { self[fact] = .none }
    }

    private static let ages = Fact.allCases.filter { if case .observed = $0.origin { false } else { $0.origin != .derived } }

    package subscript(fact: Fact) -> Reading {
        get { readings[fact.ordinal] }
        set { readings[fact.ordinal] = newValue }
    }

    /// The bits of the facts that are unknown, by ordinal.
    package var unknownMask: UInt64 {
        var mask: UInt64 = 0
        for (ordinal, reading) in readings.enumerated() where reading == .unknown { mask |= 1 << UInt64(ordinal) }
        return mask
    }

    /// The facts whose readings differ, in the catalogue's order.
    package func changes(from old: NodeFacts) -> [Fact] {
        if readings == old.readings { return [] }
        return Fact.allCases.filter { readings[$0.ordinal] != old.readings[$0.ordinal] }
    }
}
