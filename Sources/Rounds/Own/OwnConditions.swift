import Fleet
import Rules

/// Everything that Mayfly finds about itself, from one round's state and judgement: pure.
struct OwnConditions {
    let state: State
    let judgement: Judgement
    let rules: RuleSet
    let settings: Settings
    let stale: Set<Source>
    let oddities: Oddities
    let targets: [PoolName: EC2Sighting.TargetImage]
    let program: ProgramStanding
    let now: Timestamp

    /// More than any fleet should have. Beyond it, sorted, what is left out would be the ambiguous instances of a join that is wrong altogether.
    static let conditionsMax = 500
    /// How many names stand in a summary.
    private static let namesMax = 5
    /// How long a loss of alerts is told of.
    private static let lossToldFor = Duration.seconds(3600)

    /// Sorted by kind and subject.
    func all() -> [OwnCondition] {
        let found = sources() + targetImages() + judging() + windows() + fleet() + programs() + brakes() + work()
        return Array(found.sorted { $0.key < $1.key }.prefix(Self.conditionsMax))
    }

    // MARK: - What is read

    /// Three intervals, and a source is stale; three more, and it stays away. Counted from when this program began to ask, for before it nobody did.
    private func sources() -> [OwnCondition] {
        state.sources.values.compactMap { source in
            if case .target = source.source { return nil }
            guard stale.contains(source.source) else { return nil }
            let read = source.lastSuccess.map { "since \($0.description)" } ?? "at all"
            return OwnCondition(
                .sourceStale, source.source.description, since: state.sinceBegan(source.lastSuccess), holdFor: source.interval * 6,
                "\(source.source) could not be read \(read)" + (source.failure.map { ": \($0.message)" } ?? ""))
        }
    }

    private func targetImages() -> [OwnCondition] {
        settings.pools.compactMap { pool in
            guard pool.image != nil else { return nil }
            if stale.contains(.target(pool.name)) {
                let source = state.sources[.target(pool.name)]
                return OwnCondition(
                    .targetUnresolved, pool.name.rawValue, since: state.sinceBegan(source?.lastSuccess),
                    "the target image of pool \(pool.name) cannot be told" + (source?.failure.map { ": \($0.message)" } ?? ""))
            }
            guard let target = targets[pool.name], target.image.state != "available" else { return nil }
            return OwnCondition(
                .targetUnresolved, pool.name.rawValue, "the target image \(target.image.id) of pool \(pool.name) is \(target.image.state), and not available")
        }
    }

    // MARK: - How it is judged

    private func judging() -> [OwnCondition] {
        judgement.rules.compactMap { standing in
            let name = standing.rule
            if let failure = standing.failure { return OwnCondition(.ruleFailed, name.rawValue, "judging rule \(name) failed: \(failure)") }
            if let limit = standing.limit {
                return OwnCondition(
                    .ruleLimited, name.rawValue, "rule \(name) holds on \(limit.matches) nodes, more than its limit of \(limit.limit), and fires for nobody")
            }
            return unknown(name)
        }
    }

    /// It is told when it has been unknown on one node for an hour; then it stays one finding until it is unknown on none.
    ///
    /// An hour, and three of EC2's intervals more: for so long may a new target image be none yet, which is no fault.
    private func unknown(_ name: RuleName) -> OwnCondition? {
        guard let spell = state.unknown[name], let rule = rules.rule(name) else { return nil }
        let kind = OwnFinding.Kind.ruleUnknown
        let hold = kind.holdFor + settings.ec2Interval * 3
        let isOpen = state.own.open[OwnFinding.Key(kind: kind, subject: name.rawValue)] != nil
        guard isOpen || now - spell.earliest >= hold else { return nil }
        let old = spell.nodes(before: now - hold)
        let nodes = old.isEmpty ? spell.nodes : old
        let facts = nodes.first.flatMap { state.nodes[$0] }.map { node in
            rule.reads.filter { state.evidence(of: $0, node: node, stale: stale, now: now).reading.isUnknown }.map(\.rawValue)
        }
        let missing = (facts ?? []) + rule.readsTables.filter { $0 == "task" && stale.contains(.tasks) }.map { "the table \($0)" }
        let what = missing.isEmpty ? "" : ": \(missing.joined(separator: ", ")) unknown"
        return OwnCondition(kind, name.rawValue, since: spell.earliest, holdFor: hold, "rule \(name) cannot be judged on \(Self.counted(nodes))\(what)")
    }

    private func windows() -> [OwnCondition] {
        state.shutForGood.map { rule, interval in
            OwnCondition(.windowUnreachable, rule.rawValue, "the time interval \(interval) of rule \(rule) does not open within the next 400 days")
        }
    }

    // MARK: - Whom it is about

    private func fleet() -> [OwnCondition] {
        var found = oddities.ambiguous.map { OwnCondition(.joinAmbiguous, $0.key.rawValue, $0.value) }
        found += oddities.overlaps.map { pools, nodes in
            let names = pools.map(\.rawValue).joined(separator: ", ")
            return OwnCondition(.poolsOverlap, names, "pools \(names) all select \(Self.counted(nodes.sorted()))")
        }
        if !oddities.unmatched.isEmpty {
            let named = Self.counted(oddities.unmatched, "agent")
            found.append(OwnCondition(.agentsUnmatched, "agents", "\(named) match no instance by their address"))
        }
        let unpooled = Set(
            state.findings.values.filter { $0.state == .firing && $0.rule.verdict == .replace && state.nodes[$0.node]?.told[.pool] == Reading.none }.map(\.node)
        )
        if !unpooled.isEmpty {
            found.append(OwnCondition(.nodesUnpooled, "nodes", "\(Self.counted(unpooled.sorted())) in no pool, though a rule would replace them"))
        }
        return found
    }

    // MARK: - The program around it

    private func programs() -> [OwnCondition] {
        var found: [OwnCondition] = []
        if let refused = program.rulesRefused {
            found.append(
                OwnCondition(.rulesRefused, "rules", since: refused.since, "the rule files have errors, the last good set is in use: \(refused.reason)"))
        }
        if let failing = program.roundsFailing {
            found.append(
                OwnCondition(
                    .roundsFailing, "ledger", since: failing.since, "no round was recorded from \(failing.since) to \(now): \(failing.reason)"))
        }
        for target in program.alerts {
            if let since = target.failingSince {
                found.append(
                    OwnCondition(
                        .alertsFailing, target.target.rawValue, since: since,
                        "alerts to \(target.target) cannot be delivered, \(target.queued) wait" + (target.failure.map { ": \($0)" } ?? "")))
            }
            if let lost = target.lostAt, now - lost < Self.lossToldFor {
                let last = target.refused > 0 ? target.failure.map { "; last: \($0)" } ?? "" : ""
                found.append(
                    OwnCondition(
                        .alertsLost, target.target.rawValue, since: lost,
                        "of all alerts to \(target.target), \(target.dropped) were dropped and \(target.refused) refused\(last)"))
            }
        }
        return found
    }

    /// `3 nodes: i-1, i-2, i-3`; of many the first five.
    static func counted(_ names: [some Identifier], _ thing: String = "node") -> String {
        let shown = names.prefix(namesMax).map(\.rawValue).joined(separator: ", ") + (names.count > namesMax ? ", …" : "")
        return "\(names.count) \(thing)\(names.count == 1 ? "" : "s") (\(shown))"
    }
}
