package import Fleet

/// Whose turn it is: the topics of one cluster, with what was last read of each. A value without a clock.
///
/// A poll reads a slice of them, so that five hundred topics cost as little at a time as fifty. Those that were never tried come first; then those whose
/// turn is the longest past, whether it went well or not: one that cannot be read does not keep the others from theirs.
package struct TopicRotation: Sendable {
    private struct Entry {
        var sighting: TopicSighting?
        var failure: SourceFailure?
        /// The number of its last turn; 0 before the first.
        var turn = 0
    }

    private var entries: [String: Entry] = [:]
    private var turns = 0

    package init() {}

    /// Takes in which topics there are; one that is deleted is forgotten.
    package mutating func list(_ names: [String]) {
        var kept: [String: Entry] = [:]
        kept.reserveCapacity(names.count)
        for name in names { kept[name] = entries[name] ?? Entry() }
        entries = kept
    }

    /// The next topics to read, at most so many.
    package func next(_ count: Int) -> [String] {
        let order = entries.map { (turn: $0.value.turn, name: $0.key) }.sorted { ($0.turn, $0.name) < ($1.turn, $1.name) }
        return order.prefix(count).map(\.name)
    }

    /// A topic had its turn. After a failure the last sighting stays, with its time.
    package mutating func took(_ name: String, _ result: Result<TopicSighting, SourceFailure>) {
        guard entries[name] != nil else { return }
        turns += 1
        entries[name]?.turn = turns
        switch result {
        case .success(let sighting):
            entries[name]?.sighting = sighting
            entries[name]?.failure = nil
        case .failure(let failure): entries[name]?.failure = failure
        }
    }

    /// What is known, from this poll or an earlier one. Sorted by name.
    package var sightings: [TopicSighting] { entries.values.compactMap(\.sighting).sorted { $0.name < $1.name } }

    /// What is not known as it is now. Sorted by name.
    package var unread: [UnreadTopic] {
        entries.compactMap { name, entry in
            entry.sighting == nil || entry.failure != nil ? UnreadTopic(name: name, failure: entry.failure) : nil
        }.sorted { $0.name < $1.name }
    }
}
