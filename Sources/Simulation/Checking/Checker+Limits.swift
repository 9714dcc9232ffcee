internal import Fleet
internal import Planning
internal import Replacing
internal import Rounds

/// How much may happen at a time, and when.
extension Checker {
    static let limits = [oneEach, inFlight, rate, window, owned]

    static let oneEach = Checker("one-each", "there are never two replacements of one node") { moment, evidence in
        guard case .round = moment else { return [] }
        let open = evidence.truth.replacements.values.filter(\.isOpen)
        let twice = Dictionary(grouping: open, by: \.node).filter { $0.value.count > 1 }
        return twice.keys.sorted().map { "\($0) has \(twice[$0]?.count ?? 0) open replacements" }
    }

    static let inFlight = Checker("in-flight", "there are never more replacements in flight than any limit allows when one starts or has its turn") {
        moment, evidence in
        guard case .round(let report) = moment else { return [] }
        let open = evidence.truth.replacements.values.filter(\.isOpen)
        let starts = report.transitions.flatMap { entry -> [String] in
            guard case .began(let work) = entry.transition else { return [] }
            return tooMany(with: work, open.filter { $0.id < work.id && !$0.givesWay(to: work) }, evidence, "starts")
        }
        return starts + turns(moment, evidence).flatMap { tooMany(with: $0, open.filter { !$0.hasOnlyWaited }, evidence, "has its turn") }
    }

    /// Open work that has taken something from a living node in this round, and had nothing on its way before.
    static func turns(_ moment: CheckedMoment, _ evidence: Evidence) -> [Replacement] {
        guard case .round(let report) = moment else { return [] }
        return report.transitions.compactMap { entry in
            guard case .intended(let intent) = entry.transition, let work = evidence.truth.replacements[entry.replacement] else { return nil }
            return work.isOpen && work.hasTakenFirst(with: intent) ? work : nil
        }
    }

    private static func tooMany(with work: Replacement, _ others: [Replacement], _ evidence: Evidence, _ what: String) -> [String] {
        let limits = evidence.truth.limits.inFlight
        let counted = others.filter { $0.id != work.id && $0.inFlight?.holdsSlot == true } + [work]
        let counts = [
            ("fleet", counted.count, limits.fleet.count(of: evidence.world.shape.agents)),
            ("pool \(work.pool?.rawValue ?? "none")", counted.count { $0.pool == work.pool }, limits.pool.count(of: evidence.world.shape.agents)),
            ("zone \(work.zone ?? "none")", counted.count { $0.zone == work.zone }, limits.zone.count(of: evidence.world.shape.agents)),
        ]
        return counts.filter { $0.1 > $0.2 }.map { "\(work.node) \(what) with \($0.1) in flight in \($0.0), of \($0.2)" }
    }

    static let rate = Checker("rate", "no more start in any span of time than the rate allows") { moment, evidence in
        guard case .round(let report) = moment, let last = report.transitions.last(where: { if case .began = $0.transition { true } else { false } }) else {
            return []
        }
        return evidence.truth.limits.rate.compactMap { rate in
            let count = evidence.truth.starts.count { last.at - $0 < rate.span && last.at >= $0 }
            return count > rate.count ? "\(count) started within \(rate.span.text), of \(rate.count)" : nil
        }
    }

    static let window = Checker("window", "nothing starts outside the interval of its rule") { moment, evidence in
        guard case .round(let report) = moment else { return [] }
        return report.transitions.compactMap { entry in
            guard case .began(let work) = entry.transition, let rule = work.rule, evidence.rules.waiting.contains(rule) else { return nil }
            return evidence.rules.isOpen(at: entry.at)
                ? nil : "\(work.node) starts for \(rule) at \(entry.at), outside business hours in \(evidence.rules.zone.rawValue)"
        }
    }

    static let owned = Checker("owned", "every cordon has an owner") { moment, evidence in
        guard case .event = moment else { return [] }
        return evidence.world.machines.compactMap { machine in
            guard let since = evidence.truth.ownerlessSince[machine.instance], evidence.now - since > .seconds(120) else { return nil }
            return "\(machine.instance) is cordoned since \(since), and nobody owns it"
        }
    }
}

extension Replacement {
    /// Whether it has begun on a living node, and nothing is taken from that yet: no member is on its way, and nothing but its cordon was asked for.
    var hasOnlyWaited: Bool {
        order == .living && !isParked && !isEmptying && !moves.contains(where: \.isOpen) && [.validate, .cordon, .move, .drain].contains(step)
    }

    /// Whether this is what has first taken a member from a living node, or the first that takes all the rest.
    func hasTakenFirst(with intent: Intent) -> Bool {
        guard order == .living, intent.action.isHarmful else { return false }
        // What took from it in another order has had its turn.
        let isLate = intents.contains { before in
            switch before.action {
            case .deactivate, .replaceMember: false
            default: before.number < intent.number && before.step != intent.step && before.action.isHarmful
            }
        }
        if isLate { return false }
        switch intent.action {
        case .deactivate: return false
        case .replaceMember(let member, _, _):
            let asked = intents.filter { if case .replaceMember(member, _, _) = $0.action { true } else { false } }
            return asked.map(\.number) == [intent.number] && moves.count(where: \.isOpen) == 1
        default:
            let emptying = intents.filter { $0.step == intent.step && $0.action.isHarmful }
            return intent.step == .drain && emptying.first?.number == intent.number
        }
    }

    /// Whether it waits for so long as the other, of a failing node, goes first.
    func givesWay(to other: Replacement) -> Bool {
        hasOnlyWaited && other.findingClass == .failing && (findingClass == .outdated || [.dead, .departed, .stray].contains(other.order))
    }
}

extension Truth {
    /// The machines for which this daemon's open replacements answer.
    var cordoned: Set<InstanceID> { Set(replacements.values.filter(\.isOpen).compactMap(\.instance)) }

    /// Cordons that neither an operator nor an open replacement answers for.
    ///
    /// - Parameter ownedByOthers: what other daemons answer for.
    mutating func observeCordons(_ world: World, ownedByOthers: Set<InstanceID> = []) {
        let owned = cordoned
        for machine in world.machines {
            let isCordoned = machine.isDeactivated && machine.isListed && machine.ec2State == .running
            let isOwned = owned.contains(machine.instance) || ownedByOthers.contains(machine.instance) || operatorCordons.contains(machine.instance)
            if !isCordoned || isOwned {
                ownerlessSince[machine.instance] = nil
            } else if ownerlessSince[machine.instance] == nil {
                ownerlessSince[machine.instance] = world.now
            }
        }
    }
}
