package import Fleet

extension Replacement {
    /// What others have to take into account of it. Nil once it is over.
    ///
    /// Its slot is given back at the end of `join`, in `launch-first` with everything else that is done before probation; one that is parked keeps it.
    package var inFlight: WorkInFlight? {
        guard isOpen else { return nil }
        return WorkInFlight(
            id: id, node: node, instance: instance, agent: agent, slot: slot, pool: pool, zone: zone, findingClass: findingClass, startedAt: startedAt,
            targetImage: triedImage, order: order, step: step, isParked: isParked, makesRoom: makesRoom, holdsSlot: step != .probation || isParked,
            isCordoning: isCordonedByUs && !isTerminated, isEmptying: isEmptying, members: moves.filter { !$0.isDone }.map(\.member),
            moving: moves.filter(\.isOpen).map(\.member), successor: successor)
    }

    /// Whether none of its members has been asked to go yet, or has gone: all that was done is that the node takes no more offers.
    package var isWaitingForTurn: Bool { step == .move && !moves.isEmpty && moves.allSatisfy { !$0.isOpen && !$0.isDone } }

    /// The ids of volumes and reservations that count no more, for their members are placed and in sync elsewhere. Sorted.
    package var abandoned: [String] { moves.filter(\.isDone).flatMap(\.resources).sorted() }

    /// How a parked replacement of an outdated node, or one that is cancelled and cannot be undone, makes room for another; empty when it does not.
    package func superseded(by rule: RuleName?) -> [Transition] {
        guard makesRoom else { return [] }
        return [.ended(Outcome(kind: .superseded, reason: rule.map { "\($0) fires" } ?? "a person asked for it"))]
    }

    private var makesRoom: Bool { isParked && (findingClass == .outdated || cancelling != nil) && !isTerminated && !hasAskedToTerminate }

    /// What it takes over, before it begins, from the one that it has superseded: the cordon, which needs an owner, and the members that are on their way
    /// or away, which must not be asked to go again.
    package mutating func takeOver(from other: Replacement) {
        hasTakenOverCordon = other.isCordonedByUs
        hasTakenOverEmptying = other.isEmptying
        entrances = other.entrances
        subnet = other.subnet ?? subnet
        moves = other.moves.filter { $0.isDone || $0.isOpen }
    }

    /// How a person lets a parked one go on; empty for one that is not parked.
    package func retried(who: String, reason: String) -> [Transition] { isParked ? [.unparked(who: who, reason: reason)] : [] }

    /// How it is ended before it is done: at once when nothing was done, else after what can be undone is. Empty for one that is over.
    ///
    /// - Parameter who: a person, or `mayfly`.
    package func cancelled(who: String, reason: String) -> [Transition] {
        guard isOpen, cancelling == nil else { return [] }
        if intents.isEmpty { return [.ended(Outcome(kind: .cancelled, reason: "\(who): \(reason)"))] }
        return [.cancelling(who: who, reason: reason)]
    }
}
