/// One kind of trouble that a run may have. Which kinds there are in a run, its seed decides: a run with all of them would show nothing of any.
package enum TroubleKind: String, Hashable, Sendable, CaseIterable, Comparable {
    // What befalls machines
    case agentKilled, agentBroken, hostFrozen, hostHung, systemImpaired, instanceImpaired, spotInterrupted, retirement, unitFailed, ssmLost, flapping,
        tasksFailing
    case cutOff, zonePartition
    // What other people do
    case deactivatedByHand, reactivatedByHand, agentRenewed, drainedByHand, maintenance, goneByHand, unregistered, terminatedByHand, volumeLeft
    // Images and EC2
    case imageReleased, imageSpoiled, imageVanished, templateStale, addressReused, capacityShort, throttled, drainHangs
    // Services and masters
    case brokerCrashed, brokerReplacedByHand, brokerComesBack, schedulerRestarted, schedulerAway, tasksHidden, syncStalled, leaderLost
    // Calls
    case callRefused, callLostBefore, callLostAfter, callLate
    // What we see
    case mesosUnseen, ec2Unseen, servicesUnseen, healthUnseen, probeUnseen, staleAnswers, partialAnswers, lateListings, staleListings,
        shortListings, topicsUnread, observerCutOff
    // The claim on the cluster
    case claimUnconfirmed, claimWritesLost, claimCallsLost, takenOver
    // Ourselves
    case crashBeforeCommit, crashAfterCommit, crashAfterAction, diskFull, clockStep, rulesReplaced, frozen
    // Operators
    case paused, held, cancelled, requested, retried, limitsLowered, latchAccepted

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// Whether it is drawn from time to time; the others are met when a call or a commit is made.
    var isScheduled: Bool { !isArmed }

    /// Those that are drawn last, for they came last.
    static let drawnLast: [TroubleKind] = [.brokerComesBack]

    /// Those that are drawn apart from the others.
    static let drawnApart: [TroubleKind] = [
        .reactivatedByHand, .agentRenewed, .templateStale, .addressReused, .staleListings, .shortListings, .topicsUnread, .observerCutOff,
    ]

    /// Whether it gives cause for a replacement, by a rule or by a person.
    package var isCause: Bool {
        switch self {
        case .agentKilled, .agentBroken, .hostFrozen, .hostHung, .systemImpaired, .instanceImpaired, .spotInterrupted, .retirement, .terminatedByHand,
            .imageReleased, .requested:
            true
        default: false
        }
    }

    /// Whether an operator does it: it counts once it has come to something, and for the replacement that it is about.
    var isOperators: Bool {
        switch self {
        case .paused, .held, .cancelled, .requested, .retried, .limitsLowered, .latchAccepted: true
        default: false
        }
    }

    /// Whether it makes a machine unwell, or seem so.
    var befallsMachines: Bool {
        switch self {
        case .agentKilled, .agentBroken, .hostFrozen, .hostHung, .systemImpaired, .instanceImpaired, .spotInterrupted, .flapping, .cutOff, .goneByHand,
            .agentRenewed, .unregistered, .terminatedByHand:
            true
        default: false
        }
    }

    /// Whether it is met at the next call or commit, rather than when it is drawn.
    var isArmed: Bool {
        switch self {
        case .callRefused, .callLostBefore, .callLostAfter, .callLate, .crashBeforeCommit, .crashAfterCommit, .crashAfterAction: true
        default: false
        }
    }
}
