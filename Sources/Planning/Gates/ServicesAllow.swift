import Fleet

extension Gate {
    /// Every stateful service, and every app of two or more, bears the loss of what the step would take away.
    ///
    /// Asked member by member. In the move of one member only that one is asked for: it is what the call takes away, and its own replacement's other
    /// members that are out count like anybody's. One that begins ahead waits for its turn in `move`, where it is asked for in earnest.
    package static let service = Gate(.service, beforeHarm: true) { question, situation in
        guard let services = situation.services else { return GateAnswer(.service, .unknown, "which stateful services there are is unknown") }
        let members: [ServiceMember]
        if case .harm(.move, let member?) = question.moment {
            members = [member]
        } else if let known = question.node.members ?? (question.isMachineGone ? [] : nil) {
            members = known
        } else {
            return GateAnswer(.service, .unknown, "which members live on it is unknown")
        }
        let waitsForTurn = question.takesNothing && question.isAhead(in: situation)
        var answers = members.map { member in
            let answer = ServiceQuestion(member: member, question: question, situation: situation).answer
            return waitsForTurn && answer.state == .shut
                ? GateAnswer(.service, .open, "\(member) waits for its turn: \(answer.reason)", values: answer.values) : answer
        }
        if !question.isMachineGone { answers += refused(services, on: question.node) }
        answers += waitsForTurn ? [GateAnswer(.service, .open, "nothing is taken away before its turn")] : apps(question, situation)
        let worst = GateAnswer.worst(answers)
        guard worst.isOpen else { return worst }
        return GateAnswer(
            .service, .open, members.isEmpty ? "no guarded member lives on it" : members.indices.map { answers[$0].reason }.joined(separator: ", "))
    }

    /// Members of services that nobody knows how to move. A scheduler that cannot be read may have one here.
    private static func refused(_ services: [ServiceName: ServiceStatus], on node: NodeStatus) -> [GateAnswer] {
        services.values.filter { $0.settings.policy == .refuse }.sorted { $0.name < $1.name }.compactMap { status in
            let here = status.members(on: node.id)
            if !here.isEmpty {
                let members = listed(here.map(\.member))
                return GateAnswer(
                    .service, .never, "\(members) lives on it, and how to move members of \(status.name) is not known: its policy is refuse",
                    values: ["service": status.name.rawValue])
            }
            guard !status.isFresh else { return nil }
            return GateAnswer(.service, .unknown, "the scheduler of \(status.name) cannot be read, and one of its members may live on it")
        }
    }

    /// Over all work in flight as many instances of an app stay up as it declares.
    private static func apps(_ question: GateQuestion, _ situation: Situation) -> [GateAnswer] {
        guard let apps = situation.apps else { return [GateAnswer(.service, .unknown, "which apps Marathon runs is unknown")] }
        // At the start those that only wait so far count as gone, for they are to go, but those that give way; in flight the first that asks goes first, or two
        // would wait for each other.
        let countsWaiting = question.isStart && !question.isAhead(in: situation)
        let gone = question.others(in: situation).filter { !$0.hasTakenNoTasks || (countsWaiting && !question.goesBefore($0)) }
        let doomed = Set(gone.map(\.node) + [question.node.id])
        let answers = apps.sorted { $0.id < $1.id }.compactMap { app -> GateAnswer? in
            guard app.instances >= 2, app.running[question.node.id, default: 0] > 0 else { return nil }
            let others = max(0, app.up[question.node.id, default: 0] - 1)
            let elsewhere = app.up.filter { !doomed.contains($0.key) && !situation.hasLost($0.key) }.values.reduce(0, +)
            let staying: Int
            switch question.moment {
            case .instance(of: app.id): staying = elsewhere + others
            case .instance: return nil
            case .start, .harm(.validate, _), .harm(.cordon, _), .harm(.move, _):
                staying = question.spreads(app) ? elsewhere + others : elsewhere
            case .harm: staying = elsewhere
            }
            guard staying < app.staysUp else { return nil }
            return GateAnswer(
                .service, .shut, "app \(app.id) would have \(staying) of \(counted(app.instances, "instance")) up, and at least \(app.staysUp) have to stay",
                values: ["app": app.id, "staying": String(staying), "needed": String(app.staysUp)])
        }
        return answers.isEmpty ? [GateAnswer(.service, .open, "no app falls below what it declares")] : answers
    }
}

extension GateQuestion {
    /// Whether instances of the app go one at a time before the drain, for it could not do without all that it has here: where the node can be kept from
    /// offers, so that they do not come back.
    fileprivate func spreads(_ app: AppStatus) -> Bool {
        node.vital == .living && node.canDeactivate == true && app.isCrowded(by: app.running[node.id, default: 0])
    }
}

extension Situation {
    /// Whether what runs on a node can be reached no more, as far as Mesos or EC2 say: Marathon hears of it only when the agent is given up.
    fileprivate func hasLost(_ node: NodeID) -> Bool {
        // One that has just left the fleet.
        guard let facts = nodes[node]?.facts else { return true }
        let lost = [MesosState.inactive, .absent].map { Reading.text($0.rawValue) }
        let over = [Instance.State.shuttingDown, .terminated].map { Reading.text($0.rawValue) }
        return lost.contains(facts[.mesosState]) || over.contains(facts[.ec2State])
    }
}

extension AppStatus {
    /// How many of its instances have to stay up: `max(1, min(instances − 1, ceil(instances × minimumHealthCapacity)))`.
    package var staysUp: Int {
        let share = (Double(instances) * min(1, max(0, minimumHealthCapacity.isNaN ? 1 : minimumHealthCapacity))).rounded(.up)
        return max(1, min(instances - 1, Int(exactly: share) ?? instances))
    }

    /// Whether it could not do without so many of its instances at once, though all others were up.
    package func isCrowded(by here: Int) -> Bool { instances >= 2 && here > 1 && instances - here < staysUp }
}
