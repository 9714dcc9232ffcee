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

    /// Whether what it is asked before takes nothing away: to begin, to look, and to keep the node from offers.
    var takesNothing: Bool {
        switch moment {
        case .start, .harm(.validate, _), .harm(.cordon, _): true
        case .harm: false
        }
    }
}

extension WorkInFlight {
    /// Whether its node is only kept from offers so far, or its members are being moved: what else runs there runs on, and before it ends it is asked for again.
    ///
    /// In `drain` too until the drain is asked for: two that both stand there would each wait for the other.
    var hasTakenNoTasks: Bool { order == .living && [.validate, .cordon, .move, .drain].contains(step) && !isEmptying }

    /// Whether a fresh agent will come of it without anybody else's turn: nothing has to be moved from the old one any more.
    var isBringingAgent: Bool { !isParked && members.isEmpty && step != .probation }
}
