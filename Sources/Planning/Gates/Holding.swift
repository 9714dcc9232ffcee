import Fleet

extension Gate {
    /// No person holds the node, no `keep` rule does, and nobody else is at work on it.
    package static let hold = Gate(.hold, beforeHarm: true) { question, situation in
        var answers = [held(question, situation), kept(question)]
        if !question.isMachineGone {
            answers += [tagged(question), mesosLeavesIt(question, situation), instanceRuns(question), groupLeavesIt(question, situation)]
        }
        return GateAnswer.worst(answers)
    }

    /// The tag that exempts an instance, whatever its value. No rule can undo it.
    package static let holdTag = "mayfly:hold"

    private static func open(_ reason: String = "no hold, no keep rule, and nobody else is at work on it") -> GateAnswer { GateAnswer(.hold, .open, reason) }

    private static func held(_ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        guard let hold = situation.holds[question.node.id] ?? question.work.flatMap({ situation.holds[$0.node] }), hold.until > situation.now else {
            return open()
        }
        return GateAnswer(
            .hold, .shutUntil(hold.until), "held by \(hold.who) until \(hold.until.text(at: situation.now)): \(hold.reason)",
            values: ["who": hold.who, "until": hold.until.description, "reason": hold.reason])
    }

    private static func kept(_ question: GateQuestion) -> GateAnswer {
        guard let keeps = question.node.keeps else { return GateAnswer(.hold, .unknown, "the keep rules were not judged on it") }
        if !keeps.firing.isEmpty { return GateAnswer(.hold, .shut, "kept by \(listed(keeps.firing))", values: ["keep": listed(keeps.firing)]) }
        guard keeps.unknown.isEmpty else {
            let words = keeps.unknown.map { "\($0.rule) (\($0.why))" }
            return GateAnswer(.hold, .unknown, "a keep rule that cannot be judged keeps it: \(listed(words))", values: ["unknown": listed(words)])
        }
        return open()
    }

    /// The tags are an object as JSON, in which only a name can be followed by a colon outside of a text.
    private static func tagged(_ question: GateQuestion) -> GateAnswer {
        switch question.node.facts[.tags] {
        case .unknown, .integer: GateAnswer(.hold, .unknown, "its instance's tags are unknown, and one of them may be \(holdTag)")
        case .none: open()
        case .text(let tags):
            tags.contains("\"\(holdTag)\":") ? GateAnswer(.hold, .shut, "its instance has the tag \(holdTag)", values: ["tag": holdTag]) : open()
        }
    }

    /// What an operator has told Mesos about the agent is somebody at work, unless it was this replacement. A maintenance schedule never is ours.
    private static func mesosLeavesIt(_ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        switch question.node.facts[.mesosState] {
        case .unknown, .integer: return GateAnswer(.hold, .unknown, "what Mesos says of its agent is unknown: somebody may be at work on it")
        case .none: return open()
        case .text(let state):
            let isOurs = question.own(in: situation)?.isCordoning ?? false
            let values = ["mesos_state": state]
            switch MesosState(rawValue: state) {
            case .maintenance?: return GateAnswer(.hold, .shut, "its agent is in maintenance, so somebody is at work on it", values: values)
            case .deactivated?, .draining?, .drained?:
                return isOurs ? open() : GateAnswer(.hold, .shut, "its agent is \(state), and not by this program: somebody is at work on it", values: values)
            case .active?, .inactive?, .recovered?, .absent?, .never?: return open()
            case nil:
                return GateAnswer(.hold, .unknown, "Mesos calls its agent \(state), which is not known to mean that nobody is at work on it", values: values)
            }
        }
    }

    /// An instance that is stopped was stopped by somebody, who may want its disks: Mayfly stops none.
    private static func instanceRuns(_ question: GateQuestion) -> GateAnswer {
        switch question.node.facts[.ec2State] {
        case .unknown, .none, .integer: GateAnswer(.hold, .unknown, "its instance's state is unknown: somebody may have stopped it")
        case .text(let state):
            state == Instance.State.stopped.rawValue || state == Instance.State.stopping.rawValue
                ? GateAnswer(.hold, .shut, "its instance is \(state), and not by this program: somebody is at work on it", values: ["ec2_state": state])
                : open()
        }
    }

    private static func groupLeavesIt(_ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        switch question.node.facts[.asg] {
        case .unknown, .integer: return GateAnswer(.hold, .unknown, "the group of its instance is unknown, and it may be in standby")
        case .none: return open()
        case .text(let group):
            guard let instance = question.node.inGroup else {
                return GateAnswer(.hold, .unknown, "what its group \(group) says of it is unknown, and it may be in standby", values: ["group": group])
            }
            let isStandby = instance.lifecycle.hasPrefix("Standby") || instance.lifecycle.hasPrefix("EnteringStandby")
            return isStandby
                ? GateAnswer(.hold, .shut, "it is in standby in its group \(group), and not by this program", values: ["lifecycle": instance.lifecycle])
                : open()
        }
    }
}
