import Fleet

extension GateQuestion {
    var isStart: Bool { moment == .start }

    /// Whether the old machine is no more: what was asked of it before is not asked again, for it cannot be answered and nothing there can be harmed.
    ///
    /// True when somebody else has ended it; and in the steps that come after `terminate`: `gone`, and `move` of every order but those that begin on
    /// a living node.
    var isMachineGone: Bool {
        if node.vital == .departed { return true }
        guard let work, case .harm(let step, _) = moment else { return false }
        switch step {
        case .gone, .provision, .join, .probation: return true
        case .move: return [.dead, .departed, .stray].contains(work.order)
        case .validate, .cordon, .restartAgent, .stopHost, .drain, .leave, .terminate: return false
        }
    }

    /// Whether the whole of a check is asked, and not only its cheap part: at the start, and just before the instance is ended.
    var isInFull: Bool {
        switch moment {
        case .start: true
        case .harm(let step, _): step == .terminate
        case .instance: false
        }
    }

    /// The work that this one is or takes over, and that does not count against it: its own; else, for a failing node, a parked replacement of the
    /// same node that makes room for it.
    func own(in situation: Situation) -> WorkInFlight? {
        if let work { return work }
        guard cause.findingClass == .failing else { return nil }
        return situation.inFlight.first { $0.node == node.id && $0.makesRoom }
    }

    /// All other work in flight.
    func others(in situation: Situation) -> [WorkInFlight] {
        let own = own(in: situation)?.id
        return situation.inFlight.filter { $0.id != own }
    }
}
