internal import Fleet

/// What is still to happen in a world, earliest first; of two events at the same time the one that was put in first.
///
/// A binary heap: after a master's failover every agent of a large world has its return in here.
struct EventQueue: Sendable {
    private var heap: [Entry] = []
    private var nextSequence = 0

    private struct Entry: Sendable {
        let at: Timestamp
        let sequence: Int
        let event: World.Event

        func comes(before other: Entry) -> Bool { at != other.at ? at < other.at : sequence < other.sequence }
    }

    var nextTime: Timestamp? { heap.first?.at }

    mutating func put(_ event: World.Event, at time: Timestamp) {
        heap.append(Entry(at: time, sequence: nextSequence, event: event))
        nextSequence += 1
        var child = heap.count - 1
        while child > 0, heap[child].comes(before: heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes out the next event that is due at `now`; nil when none is.
    mutating func takeDue(at now: Timestamp) -> (at: Timestamp, event: World.Event)? {
        guard let first = heap.first, first.at <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].comes(before: heap[least]) { least = child }
            if least == parent { return (first.at, first.event) }
            heap.swapAt(least, parent)
            parent = least
        }
    }
}
