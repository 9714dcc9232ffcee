internal import Fleet
internal import Replacing
internal import Rounds

/// What is still to happen in a run, earliest first; of two at the same time the one that was put in first.
struct Agenda {
    private var heap: [Entry] = []
    private var nextSequence = 0
    /// The daemon for which things are put in now.
    var place = 0

    enum Item {
        /// `life`: of which process it is.
        case poll(Poll, life: Int)
        /// What a second look reads; like a poll, but not again.
        case look(Poll)
        /// What a hint of AWS' is looked at for.
        case lookAt(Set<InstanceID>)
        /// An errand is begun. `life`: of which process it is.
        case errand(Errand, life: Int)
        /// A call that nobody waits for any more has its effect.
        case lateEffect(Errand)
        case answer(Errand, Intent.Answer.Outcome, life: Int)
        /// A call reaches the claim's store; `back`: how long its answer takes. Nil: it gets lost.
        case claimArrives(ClaimCall, back: Duration?, life: Int)
        case claimAnswered(ClaimAnswer, number: Int, life: Int)
        /// What a process that stood still had in hand.
        case heard(Event)
        /// One kind of trouble, of those that come by themselves, and the next one after it.
        case trouble
        /// One that gives cause for a replacement, and the next one after it.
        case cause
        /// One that comes because a replacement has come to a step. Nil: of whichever kind.
        case strike(TroubleKind?)
        /// Somebody looks after the cluster, once there is no more trouble.
        case tending
        case troubleEnds(TroubleKind)
        case fault(World.Fault)
        case scripted(RunPlan.Scripted)
        case restart
        /// A process that stood still goes on.
        case thaw(life: Int)
        case end
    }

    enum Poll: Hashable { case mesos, agents, ec2, services, health, probe, claim, terraform }

    private struct Entry {
        let at: Timestamp
        let sequence: Int
        let place: Int
        let item: Item

        func comes(before other: Entry) -> Bool { at != other.at ? at < other.at : sequence < other.sequence }
    }

    mutating func put(_ item: Item, at time: Timestamp) {
        heap.append(Entry(at: time, sequence: nextSequence, place: place, item: item))
        nextSequence += 1
        var child = heap.count - 1
        while child > 0, heap[child].comes(before: heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func takeNext() -> (at: Timestamp, place: Int, item: Item)? {
        guard let first = heap.first else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].comes(before: heap[least]) { least = child }
            if least == parent { return (first.at, first.place, first.item) }
            heap.swapAt(least, parent)
            parent = least
        }
    }
}
