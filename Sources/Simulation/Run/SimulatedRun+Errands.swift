internal import Fleet
internal import Replacing
internal import Rounds

/// Errands: what the round hands out, as calls that can go wrong in every way.
extension SimulatedRun {
    func begin(_ errand: Errand, of life: Int) throws {
        guard life == self.life, !isDown else { return }
        if case .look(let scopes) = errand.action { return look(scopes) }
        guard clock <= errand.notAfter else {
            say("errand of \(errand.replacement) was not begun in time: \(errand.action)")
            return answer(.refused("it was not begun in time"), to: errand, in: .milliseconds(10))
        }
        tallies.calls += 1
        let fate = plan.fates(RunPlan.CallPoint(number: tallies.calls, errand: errand.action.name)) ?? drawnFate(errand)
        switch fate {
        case .done, .doneTwice:
            let first = act(errand, note: "done")
            if fate == .doneTwice { act(errand, note: "done again") }
            if endsAfterAction() { return }
            answer(first, to: errand, in: random.draw(from: .milliseconds(50), to: .seconds(4)))
        case .refused:
            say("call \(tallies.calls) of \(errand.replacement) is refused: \(errand.action)")
            answer(.refused("500: try again later"), to: errand, in: .milliseconds(200))
        case .lostBefore:
            say("call \(tallies.calls) of \(errand.replacement) is lost: \(errand.action)")
            answer(.unanswered("time-out"), to: errand, in: .seconds(30))
        case .lostAfter:
            act(errand, note: "done, unheard")
            if endsAfterAction() { return }
            answer(.unanswered("time-out"), to: errand, in: .seconds(30))
        case .late:
            agenda.put(.lateEffect(errand), at: world.now + random.draw(from: .seconds(2), to: .seconds(25)))
            answer(.unanswered("time-out"), to: errand, in: .seconds(30))
        }
    }

    private func endsAfterAction() -> Bool {
        guard plan.crashes(.afterAction(tallies.calls)) || disarm(.crashAfterAction) else { return false }
        crash(.crashAfterAction)
        return true
    }

    private func drawnFate(_ errand: Errand) -> RunPlan.CallFate {
        if isGoingOn(.observerCutOff) { return .lostBefore }
        let kinds: [(TroubleKind, RunPlan.CallFate)] = [
            (.callRefused, .refused), (.callLostBefore, .lostBefore), (.callLostAfter, .lostAfter), (.callLate, .late),
        ]
        for (kind, fate) in kinds where disarm(kind) || (has(kind) && random.draw(0...14) == 0) {
            note(kind, of: errand.replacement)
            return fate
        }
        return .done
    }

    /// The call reaches the world.
    @discardableResult func act(_ errand: Errand, note: String) -> Intent.Answer.Outcome {
        check(.before(errand))
        let came = world.carryOut(errand.action)
        say("call \(tallies.calls) of \(errand.replacement), \(note): \(errand.action): \(came)")
        outcome.counters.calls[errand.action.name.rawValue, default: 0] += 1
        check(.after(errand))
        return came
    }

    private func answer(_ answer: Intent.Answer.Outcome, to errand: Errand, in duration: Duration) {
        agenda.put(.answer(errand, answer, life: life), at: world.now + duration)
    }

    func hear(_ answer: Intent.Answer.Outcome, of errand: Errand, life: Int) throws {
        guard life == self.life, let intent = errand.intent else { return }
        try take(.acted(errand.replacement, intent: intent, answer))
    }

    private func look(_ scopes: [Action.Scope]) {
        var polls: [Agenda.Poll] = []
        for scope in scopes {
            let poll: Agenda.Poll =
                switch scope {
                case .mesos: .mesos
                case .ec2: .ec2
                case .service, .marathon: .services
                }
            if !polls.contains(poll) { polls.append(poll) }
        }
        for (place, poll) in polls.enumerated() { agenda.put(.look(poll), at: world.now + .milliseconds(150 + 250 * place)) }
    }
}

extension Action {
    var name: ErrandName {
        switch self {
        case .look: .look
        case .deactivate: .deactivate
        case .reactivate: .reactivate
        case .drain: .drain
        case .markGone: .markGone
        case .replaceMember: .replaceMember
        case .moveInstance: .moveInstance
        case .restartAgent: .restartAgent
        case .stopHost: .stopHost
        case .drainHost: .drainHost
        case .startHost: .startHost
        case .leave: .leave
        case .beforeDrain: .beforeDrain
        case .detach: .detach
        case .attach: .attach
        case .keepConsole: .keepConsole
        case .terminate: .terminate
        case .retire: .retire
        case .launch: .launch
        case .apply: .apply
        case .ready: .ready
        }
    }
}
