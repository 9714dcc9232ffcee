internal import Fleet
internal import Planning
internal import Replacing
internal import Rounds

/// What may not be begun, whatever the gates say.
extension Checker {
    static let starts = [allowed, ownHome, sighted, fewSick, fewLost, firstAlone, trusted, slotOnce, wayBack]

    private static func begun(_ moment: CheckedMoment) -> [(at: Timestamp, work: Replacement)] {
        guard case .round(let report) = moment else { return [] }
        return report.transitions.compactMap { if case .began(let work) = $0.transition { ($0.at, work) } else { nil } }
    }

    static let allowed = Checker("allowed", "nothing starts unless the daemon and the rule may act, schedulers are read, and people can be told") {
        moment, evidence in
        if case .before(let errand) = moment, errand.action.isHarmful, evidence.settings.mode == .alert {
            return ["\(errand.action) is done, and the daemon's mode is alert"]
        }
        return begun(moment).compactMap { _, work in
            if evidence.settings.mode == .propose, evidence.truth.approvedUntil[work.node].map({ $0 > evidence.now + evidence.skew }) != true {
                return "\(work.node) starts, and nobody has approved"
            }
            if evidence.settings.mode == .alert { return "\(work.node) starts, and the daemon's mode is alert" }
            if evidence.settings.servicesInterval == nil { return "\(work.node) starts, and nobody reads the schedulers" }
            if !evidence.isAlertingProven { return "\(work.node) starts, and no alert target has answered" }
            guard let rule = work.rule, !evidence.rules.acting.contains(rule) else { return nil }
            return "\(work.node) starts, and \(rule) may only tell"
        }
    }

    static let ownHome = Checker("own-home", "nothing is done to the machine that this program runs on") { moment, evidence in
        guard case .before(let errand) = moment, errand.action.isHarmful, let home = evidence.home, evidence.target(of: errand.action) == home else {
            return []
        }
        return ["\(errand.action) is done to the machine that this program runs on"]
    }

    static let sighted = Checker("sighted", "nothing starts on a view that is not whole") { moment, evidence in
        let begun = begun(moment)
        if begun.isEmpty { return [] }
        let intervals = [
            ("mesos", evidence.settings.mesosInterval), ("ec2", evidence.settings.ec2Interval), ("services", evidence.settings.servicesInterval ?? .zero),
        ]
        // A source may be missed twice; with the time that a poll is off.
        func isLong(_ since: Timestamp?, _ interval: Duration) -> Duration? {
            guard let since, evidence.now - since > interval * 3 + .seconds(30) else { return nil }
            return evidence.now - since
        }
        let sources = intervals.compactMap { name, interval in
            isLong(evidence.blindSince[name], interval).map { "\(begun[0].work.node) starts, and \(name) has not been seen for \($0.text)" }
        }
        let schedulers = begun.flatMap { _, work in
            evidence.world.services.indices.compactMap { service -> String? in
                let lives = evidence.world.services[service].brokers.contains { evidence.world.machines[$0.position].instance == work.instance }
                // One that has come back since the last event is answering: what was begun rests on that answer.
                guard lives, evidence.world.services[service].scheduler.route != .answers else { return nil }
                guard let silent = isLong(evidence.truth.unansweredSince[service], evidence.settings.servicesInterval ?? .zero) else { return nil }
                return "\(work.node) starts, and the scheduler of \(evidence.world.services[service].name) has not answered for \(silent.text)"
            }
        }
        return sources + schedulers
    }

    static let fewSick = Checker("few-sick", "nothing starts while so much of the fleet is unwell that it is hardly the nodes") { moment, evidence in
        let begun = begun(moment)
        if begun.isEmpty { return [] }
        // One that makes room for another of the same node in this round is taken over by it.
        let before = evidence.truth.replacements.values.filter {
            $0.isOpen ? $0.startedAt < begun[0].at : $0.outcome?.kind == .superseded && $0.endedAt == begun[0].at
        }
        let own = Set(before.flatMap { [$0.instance, $0.successor] }.compactMap { $0 })
        let unwell = evidence.truth.unwellSince.filter { !own.contains($0.key) && evidence.now - $0.value > .seconds(240) }
        // Accepted by a person: then it may.
        if unwell.keys.allSatisfy({ evidence.truth.accepted.contains($0) }) { return [] }
        let bound = max(evidence.settings.limits.breaker.atLeast, evidence.settings.limits.breaker.share.count(of: evidence.world.shape.agents))
        return unwell.count >= bound
            ? ["\(begun[0].work.node) starts while \(unwell.count) of \(evidence.world.shape.agents) are unwell, and \(bound) are too many"] : []
    }

    static let fewLost = Checker("few-lost", "nothing harmful is done while so many are missing from Mesos at once that it is hardly the nodes") {
        moment, evidence in
        guard case .before(let errand) = moment, errand.action.isHarmful else { return [] }
        let own = Set(evidence.truth.replacements.values.filter(\.isOpen).flatMap { [$0.instance, $0.successor] }.compactMap { $0 })
        let missing = evidence.truth.missingSince.filter {
            !own.contains($0.key) && !evidence.truth.accepted.contains($0.key) && evidence.now - $0.value > .seconds(240)
        }
        let bound = max(evidence.settings.limits.breaker.atLeast, evidence.settings.limits.breaker.share.count(of: evidence.world.shape.agents))
        return missing.count >= bound ? ["\(errand.action) is done while \(missing.count) nodes are missing from Mesos, and \(bound) are too many"] : []
    }

    static let firstAlone = Checker("first-alone", "the first node of an image goes alone through probation") { moment, evidence in
        (begun(moment).map { ($0.work, "starts") } + turns(moment, evidence).map { ($0, "has its turn") }).compactMap { work, what in
            guard let image = work.targetImage, evidence.world.machines.contains(where: { $0.image.rawValue != image.rawValue }) else { return nil }
            let others = evidence.truth.replacements.values.filter { $0.id != work.id && $0.triedImage == image }
            let alike = evidence.world.machines.filter { ($0.isPublic ? "public" : "private") == work.pool?.rawValue && $0.isConnected }
            let isKnown = evidence.truth.provenImages.contains(image) || alike.count { $0.image == image } * 2 >= alike.count
            let open = others.filter { $0.isOpen && (what == "starts" ? $0.id < work.id && !$0.givesWay(to: work) : !$0.hasOnlyWaited) }
            return isKnown || open.isEmpty ? nil : "\(work.node) \(what) for \(image), which no node has proven, while \(open.count) others are at work"
        }
    }

    static let trusted = Checker("trusted", "nothing starts for an image that a fresh node has failed with, until a person says so") { moment, evidence in
        begun(moment).compactMap { _, work in
            guard let image = work.targetImage, evidence.truth.quarantined.contains(image) else { return nil }
            return "\(work.node) starts for \(image), with which a fresh node has failed"
        }
    }

    static let slotOnce = Checker("slot-once", "a slot that was replaced too often is for a person") { moment, evidence in
        begun(moment).compactMap { _, work in
            guard work.rule != nil else { return nil }
            var count = 0
            var node = work.node
            while let before = evidence.truth.replacements.values.first(where: { $0.outcome?.kind == .done && $0.successor.map { NodeID($0) } == node }) {
                count += 1
                node = before.node
            }
            let max = evidence.settings.limits.replacementsOfSlotMax
            return count >= max ? "\(work.node) starts, and its slot was replaced \(count) times, of \(max)" : nil
        }
    }

    static let wayBack = Checker("way-back", "nothing starts, and no instance is ended, that nothing would come for") { moment, evidence in
        guard evidence.world.areLaunchesSuspended, evidence.isOld(evidence.truth.suspendedSince),
            evidence.now - (evidence.truth.suspendedSince ?? evidence.now) > .seconds(200)
        else { return [] }
        if case .before(let errand) = moment, let position = evidence.terminated(by: errand.action), !evidence.world.machines[position].isPublic {
            return ["\(errand.action) is done while the group launches nothing"]
        }
        return begun(moment).filter { $0.work.pool == "private" }.map { "\($0.work.node) starts while the group launches nothing" }
    }
}
