import Fleet
import Ledger
import Planning
import Replacing

extension Working {
    /// The event's word: a person's, an errand's answer, or the claim's.
    mutating func hear(_ wishes: [NodeID: GateQuestion.Cause]) throws(CommandRefusal) {
        switch event {
        case .command(let command):
            try obey(command, wishes)
            audit.append(AuditEntry(at: now, kind: .commandTaken, subject: command.kind.node, who: command.who, details: command.details))
        case .acted(let id, let intent, let outcome):
            note(.answered(intent: intent, Intent.Answer(at: now, outcome: outcome)), of: id)
        case .claim(let standing): work.claim = standing
        case .mesos, .agents, .tasks, .ec2, .instances, .entrances, .health, .services, .probe, .terraform, .rules, .look: break
        }
    }

    private mutating func obey(_ command: Command, _ wishes: [NodeID: GateQuestion.Cause]) throws(CommandRefusal) {
        if command.who.isEmpty { throw CommandRefusal(command, "a command needs to say who gives it") }
        if command.reason.allSatisfy(\.isWhitespace) { throw CommandRefusal(command, "a command needs a reason: give one") }
        switch command.kind {
        case .pause(let until):
            if let until { try checkEnd(until, command) }
            let pause = Pause(who: command.who, reason: command.reason, since: now, until: until)
            work.pause = pause
            entry.brakes.append(.pause(pause))
        case .resume:
            guard work.pause != nil else { throw CommandRefusal(command, "nothing is paused") }
            work.pause = nil
            entry.brakes.append(.pause(nil))
        case .refresh(let until): try openRefresh(until: until, command)
        case .endRefresh:
            guard work.refresh != nil else { throw CommandRefusal(command, "no refresh is open") }
            work.refresh = nil
            entry.brakes.append(.refresh(nil))
        case .hold(let node, let until): try hold(node, until: until, command)
        case .release(let node): try release(node, command)
        case .approve(let node, let until): try approve(node, until: until, wishes, command)
        case .replace(let node): try request(node, command)
        case .cancel(let id):
            let transitions = try open(id, command).cancelled(who: command.who, reason: command.reason)
            if transitions.isEmpty { throw CommandRefusal(command, "replacement \(id) is being ended already") }
            for transition in transitions { note(transition, of: id, who: command.who) }
        case .retry(let id):
            let transitions = try open(id, command).retried(who: command.who, reason: command.reason)
            if transitions.isEmpty { throw CommandRefusal(command, "replacement \(id) is not parked: there is nothing to try again") }
            for transition in transitions { note(transition, of: id, who: command.who) }
        case .accept(let name): try accept(name, command)
        case .takeOver:
            if case .ours = work.claim { throw CommandRefusal(command, "the claim on the cluster is ours already") }
            if case .settling(let end) = work.claim {
                throw CommandRefusal(command, "the claim on the cluster is ours already, and is acted on from \(end.text(at: now)) on")
            }
            if case .none = work.claim {
                throw CommandRefusal(command, "there is no store that could hold a claim on the cluster: this version does nothing in it")
            }
            report.takeOver = command
        }
    }

    private mutating func openRefresh(until: Timestamp, _ command: Command) throws(CommandRefusal) {
        guard settings.asksForRefresh else {
            let remedy = "set refresh: opened in the configuration, or let their rules' intervals do"
            throw CommandRefusal(command, "outdated nodes wait for nobody to open a refresh: \(remedy)")
        }
        try checkEnd(until, command)
        let refresh = Refresh(who: command.who, reason: command.reason, since: now, until: until)
        work.refresh = refresh
        entry.brakes.append(.refresh(refresh))
    }

    private mutating func hold(_ node: NodeID, until: Timestamp, _ command: Command) throws(CommandRefusal) {
        // One that has left the fleet is still being replaced, and what is left of that can be held.
        if !work.open.contains(where: { $0.node == node }) { try checkNode(node, command) }
        try checkEnd(until, command)
        let hold = Hold(node: node, who: command.who, reason: command.reason, since: now, until: until)
        work.holds[node] = hold
        entry.brakes.append(.hold(node, hold))
    }

    /// Takes off what a person has said of a node, be it a hold or a request.
    private mutating func release(_ node: NodeID, _ command: Command) throws(CommandRefusal) {
        let hold = work.holds.removeValue(forKey: node)
        let request = work.requests.removeValue(forKey: node)
        if hold == nil, request == nil { throw CommandRefusal(command, "node \(node) is neither held nor asked to be replaced") }
        if hold != nil { entry.brakes.append(.hold(node, nil)) }
        if request != nil { entry.brakes.append(.request(node, nil)) }
    }

    private mutating func approve(
        _ node: NodeID, until: Timestamp, _ wishes: [NodeID: GateQuestion.Cause], _ command: Command
    ) throws(CommandRefusal) {
        try checkNode(node, command)
        try checkEnd(until, command)
        guard let cause = wishes[node] else { throw CommandRefusal(command, "no rule asks for node \(node) to be replaced: there is nothing to approve") }
        if let known = state.nodes[node], known.told.believed(stale: stale)[.members].isUnknown, settings.servicesInterval != nil {
            throw CommandRefusal(command, "who lives on node \(node) is not known now: an approval is given for what is seen")
        }
        let approval = Approval(
            node: node, who: command.who, reason: command.reason, since: now, until: until, evidence: evidence(of: node, cause: cause))
        work.approvals[node] = approval
        entry.brakes.append(.approval(node, approval))
    }

    private mutating func request(_ node: NodeID, _ command: Command) throws(CommandRefusal) {
        try checkNode(node, command)
        if let known = state.nodes[node]?.node, let open = work.open(of: known), open.superseded(by: nil).isEmpty {
            throw CommandRefusal(command, "replacement \(open.id) of node \(node) is in flight already")
        }
        let request = Request(node: node, who: command.who, reason: command.reason, since: now)
        work.requests[node] = request
        entry.brakes.append(.request(node, request))
    }

    private func checkNode(_ node: NodeID, _ command: Command) throws(CommandRefusal) {
        guard state.nodes[node] != nil else { throw CommandRefusal(command, "there is no node \(node) in the fleet: mayfly nodes lists them") }
    }

    private func checkEnd(_ until: Timestamp, _ command: Command) throws(CommandRefusal) {
        guard until > now else { throw CommandRefusal(command, "it would end at \(until), which is past: it is \(now)") }
    }

    private func open(_ id: ReplacementID, _ command: Command) throws(CommandRefusal) -> Replacement {
        guard let replacement = work.replacements[id] else { throw CommandRefusal(command, "there is no open replacement \(id)") }
        guard replacement.isOpen else { throw CommandRefusal(command, "replacement \(id) is over") }
        return replacement
    }
}

extension Command {
    fileprivate var details: [String: String] {
        var details = ["command": kind.word, "reason": reason]
        switch kind {
        case .pause(let until): details["until"] = until?.description
        case .refresh(let until), .hold(_, let until), .approve(_, let until): details["until"] = until.description
        case .cancel(let id), .retry(let id): details["replacement"] = id.description
        case .accept(let latch): details["latch"] = latch.rawValue
        case .resume, .endRefresh, .release, .replace, .takeOver: break
        }
        return details
    }
}

extension Command.Kind {
    fileprivate var node: NodeID? {
        switch self {
        case .hold(let node, _), .release(let node), .approve(let node, _), .replace(let node): node
        case .pause, .resume, .refresh, .endRefresh, .cancel, .retry, .accept, .takeOver: nil
        }
    }

    /// As it is typed.
    package var word: String {
        switch self {
        case .pause: "pause"
        case .resume: "resume"
        case .refresh: "refresh"
        case .endRefresh: "end-refresh"
        case .hold: "hold"
        case .release: "release"
        case .approve: "approve"
        case .replace: "replace"
        case .cancel: "cancel"
        case .retry: "retry"
        case .accept: "accept"
        case .takeOver: "take-over"
        }
    }
}
