import Fleet
import Replacing

/// The round's time is ahead of the wall's after a clock was set back. Times that come in from others and go out to others are the wall's.
extension Event {
    /// With its times as the round's.
    ///
    /// - Parameter lead: how far the round's time is ahead.
    func advanced(by lead: Duration) -> Event {
        guard lead > .zero else { return self }
        switch self {
        case .claim(let standing): return .claim(standing.advanced(by: lead))
        case .command(let command): return .command(Command(who: command.who, reason: command.reason, kind: command.kind.advanced(by: lead)))
        case .services(let sighting): return .services(sighting.advanced(by: lead))
        case .terraform(.plan(let plan)):
            return .terraform(
                .plan(TerraformPlanSighting(replacement: plan.replacement, instance: plan.instance, madeAt: plan.madeAt + lead, verdict: plan.verdict)))
        case .mesos, .agents, .tasks, .ec2, .instances, .entrances, .health, .probe, .terraform, .rules, .acted, .look: return self
        }
    }
}

extension ServicesSighting {
    /// Each topic says when it was read.
    fileprivate func advanced(by lead: Duration) -> ServicesSighting {
        ServicesSighting(services: services.map { $0.advanced(by: lead) }, marathon: marathon)
    }
}

extension ServiceSighting {
    fileprivate func advanced(by lead: Duration) -> ServiceSighting {
        ServiceSighting(
            name: name, package: package, flavour: flavour, framework: framework, members: members, registered: registered, plans: plans,
            topics: topics.map { $0.map { TopicSighting(name: $0.name, partitions: $0.partitions, readAt: $0.readAt + lead) } }, unread: unread)
    }
}

extension Command.Kind {
    /// What is to hold for an hour holds for an hour.
    fileprivate func advanced(by lead: Duration) -> Self {
        switch self {
        case .pause(let until): .pause(until: until.map { $0 + lead })
        case .refresh(let until): .refresh(until: until + lead)
        case .hold(let node, let until): .hold(node, until: until + lead)
        case .approve(let node, let until): .approve(node, until: until + lead)
        case .resume, .endRefresh, .release, .replace, .cancel, .retry, .accept, .takeOver: self
        }
    }
}

extension ClaimStanding {
    fileprivate func advanced(by lead: Duration) -> Self {
        switch self {
        case .ours(let confirmedAt): .ours(confirmedAt: confirmedAt + lead)
        case .foreign(let claim, let seenAt): .foreign(claim, seenAt: seenAt + lead)
        case .settling(let end): .settling(until: end + lead)
        case .none, .unknown: self
        }
    }
}

extension ClaimStanding {
    /// Whether it says what was known: that the claim is ours still, or another's, who has not written it since. The next round is in time for that.
    func onlyConfirms(_ before: ClaimStanding, at now: Timestamp) -> Bool {
        if case .foreign(let claim, _) = self, case .foreign(let known, _) = before { return claim == known }
        return allowsActing(at: now) && before.allowsActing(at: now)
    }
}

extension Errand {
    /// With its time as the wall's.
    func setBack(by lead: Duration) -> Errand { Errand(replacement: replacement, intent: intent, action: action, notAfter: notAfter - lead) }
}
