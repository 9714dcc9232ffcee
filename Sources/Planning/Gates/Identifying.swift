import Fleet

extension Gate {
    /// It is known which machine it is, there is a way to have another, and nothing that Mayfly itself stands on runs there.
    package static let identity = Gate(.identity, beforeHarm: true) { question, situation in
        GateAnswer.worst([
            joined(question, situation), pooled(question, situation), independent(question, situation), alive(question), slot(question, situation),
        ])
    }

    private static func open(_ reason: String) -> GateAnswer { GateAnswer(.identity, .open, reason) }

    /// After its end the instance has no address to be joined by; what was decided for it is known by the ids that were stored.
    private static func joined(_ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        let node = question.node
        guard node.node.instance ?? question.work?.instance != nil else {
            return GateAnswer(.identity, .shut, "no instance is known for it", values: ["node": node.id.rawValue])
        }
        guard node.isJoined || question.isMachineGone else { return GateAnswer(.identity, .shut, "its agent and its instance do not match one to one") }
        if let work = question.work, let decided = work.instance, let instance = node.node.instance, decided != instance {
            return GateAnswer(.identity, .never, "it was decided for instance \(decided), and the node is \(instance) now")
        }
        return open("one agent on one instance, in pool \(question.pool(in: situation)?.name.rawValue ?? "none")")
    }

    private static func pooled(_ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        let name: PoolName
        switch question.node.facts[.pool] {
        case .text(let text): name = PoolName(text)
        case .none: return GateAnswer(.identity, .never, "no pool selects it")
        case .unknown, .integer:
            guard question.isMachineGone, let pool = question.work?.pool else {
                return GateAnswer(.identity, .unknown, "it is unknown which pool it belongs to")
            }
            name = pool
        }
        guard let pool = situation.pool(name) else { return GateAnswer(.identity, .never, "its pool \(name) is not configured any more") }
        guard pool.provision != nil else { return GateAnswer(.identity, .never, "pool \(name) does not say how a fresh instance is provisioned") }
        return open("it is in pool \(name)")
    }

    private static func independent(_ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        if let dependence = question.node.dependence { return GateAnswer(.identity, .never, "it runs \(dependence)", values: ["dependence": dependence]) }
        return situation.areDependencesKnown
            ? open("nothing that Mayfly stands on runs on it")
            : GateAnswer(.identity, .unknown, "it could not be found out on which machines the masters and this program run")
    }

    /// Asked at the start alone: in flight the steps look at it again themselves, and have their own way of waiting.
    private static func alive(_ question: GateQuestion) -> GateAnswer {
        guard question.isStart, question.node.vital == .undecided else { return open("it is \(question.node.vital)") }
        return GateAnswer(.identity, .unknown, "whether it lives cannot be said: \(question.node.vitalReason)", values: ["vital": question.node.vital.rawValue])
    }

    /// A slot that fails again and again has a cause that a fresh machine does not cure. A person who asks has seen that. At the start alone, for work in
    /// flight counts itself.
    private static func slot(_ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        let (count, max) = (question.node.replacements, situation.limits.replacementsOfSlotMax)
        guard question.isStart, case .finding = question.cause, count >= max else { return open("its slot was replaced \(counted(count, "time")) in 30 days") }
        return GateAnswer(
            .identity, .never,
            "its slot was replaced \(counted(count, "time")) in 30 days, at most \(max): for a person, who may ask for it with mayfly replace \(question.node.id)",
            values: ["replacements_30d": String(count), "max": String(max), "slot": question.node.slot.rawValue])
    }
}
