/// What the in-sync sets of all topics of a service come to.
package struct SyncStanding: Hashable, Sendable {
    /// One partition, `orders-3`.
    package struct Place: Hashable, Sendable, Comparable, CustomStringConvertible {
        package let topic: String
        package let partition: Int
        package var description: String { "\(topic)-\(partition)" }
        package static func < (left: Self, right: Self) -> Bool { (left.topic, left.partition) < (right.topic, right.partition) }
    }

    package struct Suspect: Hashable, Sendable {
        package let place: Place
        package let inSync: [Int]
    }

    /// By broker: the partitions that it was in sync with and is not any more.
    package private(set) var behind: [Int: [Place]] = [:]
    /// By broker: the partitions of which it alone is in sync.
    package private(set) var lastCopies: [Int: [Place]] = [:]
    package private(set) var leaderless: [Place] = []
    /// Partitions with a smaller set than their topic's largest of which it was never seen who is missing, each with those that are in sync.
    package private(set) var suspects: [Suspect] = []
    package private(set) var topics = 0
    package private(set) var partitions = 0

    package init(_ topics: [TopicSync]) {
        for topic in topics.sorted(by: { $0.name < $1.name }) {
            self.topics += 1
            let partitions = topic.sets.partitions
            let largest = partitions.map(\.inSync.count).max() ?? 0
            let isWhole = topic.sets == topic.full
            let full = isWhole ? [:] : Dictionary(topic.full.partitions.map { ($0.number, $0.inSync) }, uniquingKeysWith: { $1 })
            self.partitions += partitions.count
            for partition in partitions { note(partition, of: topic.name, full: isWhole ? partition.inSync : full[partition.number], largest: largest) }
        }
    }

    private mutating func note(_ partition: TopicSighting.Partition, of topic: String, full: [Int]?, largest: Int) {
        let place = Place(topic: topic, partition: partition.number)
        if partition.leader < 0 { leaderless.append(place) }
        if partition.inSync.count == 1 { lastCopies[partition.inSync[0], default: []].append(place) }
        for broker in full ?? [] where !partition.inSync.contains(broker) { behind[broker, default: []].append(place) }
        if full == nil, partition.inSync.count < largest { suspects.append(Suspect(place: place, inSync: partition.inSync)) }
    }

    /// Whether a registered broker is in sync with all that it ought to be; nil where it was never seen who is missing.
    package func isInSync(_ broker: Int) -> Bool? {
        if behind[broker] != nil { return false }
        return suspects.contains { !$0.inSync.contains(broker) } ? nil : true
    }
}
