/// The in-sync sets of one topic's partitions, packed: thousands of them are kept in memory and in the ledger.
///
/// `0:1.2.3 1:2.3! 2:` is three partitions: of the second no broker is the leader, of the third none is in sync. Partitions are sorted by number.
package struct InSyncSets: Hashable, Sendable {
    package let packed: String

    /// The most partitions of a topic that are kept; what is beyond is left out, and the topic is not whole.
    package static let partitionsMax = 10_000

    package init(_ partitions: [TopicSighting.Partition]) {
        var text = ""
        for partition in partitions.prefix(Self.partitionsMax) {
            if !text.isEmpty { text += " " }
            text += String(partition.number) + ":"
            for (index, broker) in partition.inSync.enumerated() { text += (index > 0 ? "." : "") + String(broker) }
            if partition.leader < 0 { text += "!" }
        }
        packed = text
    }

    /// Nil for a text that is none.
    package init?(packed: String) {
        guard Self.parse(packed) != nil else { return nil }
        self.packed = packed
    }

    /// Sorted by number. A leader is 0 where there is one: which is not kept.
    package var partitions: [TopicSighting.Partition] { Self.parse(packed) ?? [] }

    private static func parse(_ text: String) -> [TopicSighting.Partition]? {
        var partitions: [TopicSighting.Partition] = []
        for item in text.split(separator: " ") {
            let parts = item.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let number = Int(parts[0]) else { return nil }
            let hasLeader = parts[1].last != "!"
            let brokers = (hasLeader ? parts[1] : parts[1].dropLast()).split(separator: ".").map { Int($0) }
            guard !brokers.contains(nil) else { return nil }
            partitions.append(TopicSighting.Partition(number: number, leader: hasLeader ? 0 : -1, inSync: brokers.compactMap { $0 }))
        }
        return partitions
    }

    /// The last whole set of each partition: who ought to be in sync, as far as it was ever seen.
    ///
    /// No API tells the assignment of replicas. A topic is taken to have as many of each partition as most of its whole sets had, and before there are
    /// any, as its largest has: when a broker dies, all sets of a small cluster shrink at once.
    package static func full(_ now: [TopicSighting.Partition], before: [TopicSighting.Partition]) -> [TopicSighting.Partition] {
        let replicas = usualSize(before) ?? now.map(\.inSync.count).max() ?? 0
        let known = Dictionary(before.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
        return now.compactMap {
            $0.inSync.count >= replicas ? TopicSighting.Partition(number: $0.number, leader: 0, inSync: $0.inSync) : known[$0.number]
        }
    }

    /// The commonest size, of equally common ones the smallest; nil of nothing.
    private static func usualSize(_ sets: [TopicSighting.Partition]) -> Int? {
        let counts = Dictionary(grouping: sets, by: \.inSync.count).mapValues(\.count)
        return counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
    }
}

/// A topic as it was last read, with who ought to be in sync.
package struct TopicSync: Hashable, Sendable {
    package let name: String
    package let sets: InSyncSets
    /// The last set of each partition that was whole.
    package let full: InSyncSets

    package init(name: String, sets: InSyncSets, full: InSyncSets) {
        self.name = name
        self.sets = sets
        self.full = full
    }

    /// After a new reading; the same when nothing has changed.
    package static func after(_ sighting: TopicSighting, before: TopicSync?) -> TopicSync {
        let sets = InSyncSets(sighting.partitions)
        if let before, before.sets == sets { return before }
        return TopicSync(name: sighting.name, sets: sets, full: InSyncSets(InSyncSets.full(sighting.partitions, before: before?.full.partitions ?? [])))
    }
}
