import Fleet

/// Replacements of outdated nodes that begin before it is their turn, where `limits.in_flight.ahead` says so.
///
/// Their nodes take no more offers, so that a member that has to go is placed on an agent that stays, and is moved once. They take nothing away until it
/// is their turn: each move asks again for its service's slot and for a place to go to, and so does the drain for the rest.
extension GateQuestion {
    /// Whether this one may begin ahead: an outdated node that lives, and can be kept from offers.
    package func isAhead(in situation: Situation) -> Bool {
        guard situation.limits.inFlight.isAhead, cause.findingClass == .outdated, node.vital == .living, node.canDeactivate == true else { return false }
        return pool(in: situation)?.isLaunchFirst == false
    }

    /// Whether it is the turn of one that has waited, and taken nothing from the node yet: what is asked for now takes a member away, or all the rest.
    package var isTurn: Bool {
        guard let work, work.isWaiting else { return false }
        switch moment {
        case .start: return false
        case .harm(let step, _): return step == .move || step == .drain
        case .instance: return true
        }
    }

    /// Whether other work, which only waits, gives way to this one: it does not count against it, and is asked again when it is its turn.
    ///
    /// In flight the first that asks goes first. At the start outdated ones give way to failing ones, and all give way to a node that is lost already: what they
    /// wait for may well be a member on it, and each would wait for the other.
    func goesBefore(_ other: WorkInFlight) -> Bool {
        guard other.isWaiting else { return false }
        guard isStart else { return true }
        guard cause.findingClass == .failing else { return false }
        return other.findingClass == .outdated || [.dead, .departed, .stray].contains(node.vital)
    }

    /// Whether what it is asked before takes nothing away: to begin, to look, and to keep the node from offers.
    var takesNothing: Bool {
        switch moment {
        case .start, .harm(.validate, _), .harm(.cordon, _): true
        case .harm, .instance: false
        }
    }
}

extension WorkInFlight {
    /// Whether its node is only kept from offers so far, or its members are being moved: what else runs there runs on, and before it ends it is asked for again.
    ///
    /// In `drain` too until the drain is asked for: two that both stand there would each wait for the other.
    var hasTakenNoTasks: Bool { order == .living && [.validate, .cordon, .move, .drain].contains(step) && !isEmptying }

    /// Whether nothing is on its way from its node either: it waits for its turn, or has only begun.
    package var isWaiting: Bool { hasTakenNoTasks && moving.isEmpty }

    /// Whether a fresh agent will come of it without anybody else's turn: nothing has to be moved from the old one any more.
    var isBringingAgent: Bool { !isParked && members.isEmpty && step != .probation }
}
