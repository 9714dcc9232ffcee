import Fleet

extension Gate {
    /// The daemon's mode and the rule's allow it, and nobody else acts on the cluster.
    ///
    /// It is never `never`: a dry run is read as "would be replaced now", and a person's word is the ordinary way on. Before harm only the daemon's mode
    /// and the claim are asked: what was begun is not left half way because a rule file was edited, and an approval is consumed at the start. A daemon
    /// lowered to `propose` finishes what is begun; one lowered to `alert` stops where it is.
    package static let mode = Gate(.mode, beforeHarm: true) { question, situation in
        let rule = question.rule
        let mode = question.isStart ? min(situation.mode, rule?.mode ?? .act) : situation.mode
        if mode == .alert {
            let whose = situation.mode == .alert ? "the daemon's mode" : "the mode of \(rule?.name.rawValue ?? "the rule")"
            return GateAnswer(.mode, .shut, "\(whose) is alert: what would be done is said, and nothing is done", values: values(question, situation))
        }
        var answers = [claim(situation)]
        if question.isStart {
            answers += [alerting(situation), services(situation)]
            if mode == .propose { answers.append(approval(question, situation)) }
        }
        let worst = GateAnswer.worst(answers)
        guard worst.isOpen else { return worst }
        let how = question.isStart && mode == .propose ? answers.last?.reason ?? "" : "the mode is \(mode.rawValue)"
        return GateAnswer(.mode, .open, how, values: values(question, situation))
    }

    private static func values(_ question: GateQuestion, _ situation: Situation) -> [String: String] {
        var values = ["mode": situation.mode.rawValue]
        if let rule = question.rule { values["rule_mode"] = rule.mode.rawValue }
        return values
    }

    private static func claim(_ situation: Situation) -> GateAnswer {
        let now = situation.now
        switch situation.claim {
        case .none: return GateAnswer(.mode, .shut, "there is no store that holds a claim on the cluster, and nothing is done without one")
        case .unknown: return GateAnswer(.mode, .unknown, "the claim on the cluster could not be read or written yet")
        case .settling(let end):
            return GateAnswer(
                .mode, .shutUntil(end),
                "the claim on the cluster is ours, and nothing is done on it before \(end.text(at: now)): whoever had it may act until then",
                values: ["settles_at": end.description])
        case .foreign(let claim, let seenAt):
            let values = ["ledger": claim.ledger, "machine": claim.machine, "seen_at": seenAt.description]
            return GateAnswer(
                .mode, .shut,
                "the cluster is claimed by ledger \(claim.ledger) on machine \(claim.machine), seen at \(seenAt.text(at: now)): this daemon only reads",
                values: values)
        case .ours(let confirmedAt):
            if situation.claim.allowsActing(at: now) { return GateAnswer(.mode, .open, "the claim on the cluster is ours") }
            let within = ClaimStanding.confirmedWithin.text
            return GateAnswer(
                .mode, .shut, "the claim on the cluster was last confirmed at \(confirmedAt.text(at: now)), not within \(within)",
                values: ["confirmed_at": confirmedAt.description])
        }
    }

    /// What is done has to be told: an approved proposal is carried out as unattended as any other.
    private static func alerting(_ situation: Situation) -> GateAnswer {
        switch situation.isAlertingProven {
        case true?: GateAnswer(.mode, .open, "an alert target answered")
        case false?: GateAnswer(.mode, .shut, "no alert target has answered a test, so nobody would be told what goes wrong")
        case nil: GateAnswer(.mode, .unknown, "it is not known yet whether an alert target answers")
        }
    }

    private static func services(_ situation: Situation) -> GateAnswer {
        situation.readsServices
            ? GateAnswer(.mode, .open, "schedulers are asked")
            : GateAnswer(.mode, .shut, "no schedulers are configured, so it cannot be seen which members live on a node")
    }

    private static func approval(_ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        let node = question.node
        guard let approval = situation.approvals[node.id] else {
            return GateAnswer(.mode, .shut, "it is proposed and nobody has approved: mayfly approve \(node.id)")
        }
        let who = "the approval of \(approval.who)"
        if approval.until <= situation.now {
            return GateAnswer(.mode, .shut, "\(who) ended at \(approval.until.text(at: situation.now)): mayfly approve \(node.id)")
        }
        guard let members = node.members else { return GateAnswer(.mode, .unknown, "\(who) is bound to the members on the node, which are unknown") }
        if question.pool(in: situation)?.image != nil, question.target(in: situation) == nil {
            return GateAnswer(.mode, .unknown, "\(who) is bound to the target image, which is unknown")
        }
        let evidence = Approval.Evidence(
            rule: question.cause.rule, instance: node.node.instance, members: members, targetImage: question.target(in: situation)?.image)
        let changes = changes(from: approval.evidence, to: evidence)
        guard changes.isEmpty else {
            return GateAnswer(
                .mode, .shut, "\(who) is void, for it was given for something else: \(changes.joined(separator: ", ")): mayfly approve \(node.id)",
                values: ["changed": changes.joined(separator: ", ")])
        }
        return GateAnswer(.mode, .open, "approved by \(approval.who) until \(approval.until.text(at: situation.now)): \(approval.reason)")
    }

    private static func changes(from old: Approval.Evidence, to new: Approval.Evidence) -> [String] {
        func change(_ what: String, _ old: String?, _ new: String?) -> String? {
            old == new ? nil : "\(what) was \(old ?? "none") and is \(new ?? "none")"
        }
        func members(_ members: [ServiceMember]) -> String? { members.isEmpty ? nil : listed(members) }
        return [
            change("the rule", old.rule?.rawValue, new.rule?.rawValue), change("the instance", old.instance?.rawValue, new.instance?.rawValue),
            old.members == new.members ? nil : "members were \(members(old.members) ?? "none") and are \(members(new.members) ?? "none")",
            change("the target image", old.targetImage?.rawValue, new.targetImage?.rawValue),
        ].compactMap { $0 }
    }
}

extension GateQuestion {
    var rule: RuleIdentity? { if case .finding(let finding) = cause { finding.rule } else { nil } }
    func pool(in situation: Situation) -> Pool? { situation.pool(node.pool ?? work?.pool) }
    func target(in situation: Situation) -> TargetStatus? { pool(in: situation).flatMap { situation.targets[$0.name] } }
}
