import Fleet
import Ledger
import Rules

extension State {
    /// Takes over what the judging came to: the clocks, and findings with the evidence of this moment.
    mutating func apply(_ judgement: Judgement, rules: RuleSet, stale: Set<Source>, now: Timestamp, recording: inout Recording) {
        for transition in judgement.transitions {
            let key = transition.key
            switch transition.change {
            case .resolved(let resolution):
                resolve(key, resolution, now: now, recording: &recording)
            case .pending, .firing:
                guard let rule = rules.rule(key.rule), let node = nodes[key.node] else { continue }
                var finding =
                    findings[key]
                    ?? Finding(
                        node: key.node, rule: rule.identity, state: .pending, since: transition.since, summary: "", evidence: [], ruleSet: rules.hash,
                        runbook: rule.runbook)
                if case .firing = transition.change {
                    finding.state = .firing
                    finding.firingSince = now
                }
                finding.summary = transition.summary
                finding.evidence = transition.readings.map { read in
                    let evidence = evidence(of: read.fact, node: node, stale: stale, now: now)
                    return Evidence(fact: read.fact, reading: read.reading, since: evidence.since, source: evidence.source, readAt: evidence.readAt)
                }
                finding.ruleSet = rules.hash
                findings[key] = finding
                recording.add(finding, clock: judgement.clocks[key])
            }
        }
        for (key, clock) in judgement.clocks where clock != clocks[key] && findings[key] != nil { recording.add(key, clock: clock) }
        clocks = judgement.clocks
        for rule in judgement.rules {
            guard let limit = rule.limit else { continue }
            if !limited.contains(rule.rule) {
                recording.note(.ruleLimited, ["rule": rule.rule.rawValue, "matches": String(limit.matches), "limit": String(limit.limit)])
            }
        }
        limited = Set(judgement.rules.filter { $0.limit != nil }.map(\.rule))
    }

    /// Ends the findings of nodes that left or were renamed: their clocks start again under the new name.
    mutating func resolve(_ fleet: FleetChanges, recording: inout Recording) {
        if fleet.departed.isEmpty { return }
        var renamed: Set<NodeID> = []
        for change in fleet.nodeChanges {
            if case .renamed(from: let old, to: _) = change { renamed.insert(old) }
        }
        for key in findings.keys.sorted() where fleet.departed.contains(key.node) {
            resolve(key, renamed.contains(key.node) ? .nodeRenamed : .nodeDeparted, now: fleet.now, recording: &recording)
        }
        for key in clocks.keys where fleet.departed.contains(key.node) { clocks[key] = nil }
    }

    mutating func resolve(_ key: ClockKey, _ resolution: Finding.Resolution, now: Timestamp, recording: inout Recording) {
        clocks[key] = nil
        guard var finding = findings.removeValue(forKey: key) else { return }
        finding.state = .resolved
        finding.resolvedAt = now
        finding.resolution = resolution
        recording.add(finding, clock: nil)
    }

    /// How many nodes the fleet is meant to have.
    func capacity(_ settings: Settings) -> Int {
        var present: [PoolName?: [String?: Int]] = [:]
        for node in nodes.values {
            let pool: PoolName? = if case .text(let name) = node.told[.pool] { PoolName(name) } else { nil }
            let group: String? = if case .text(let name) = node.told[.asg] { name } else { nil }
            present[pool, default: [:]][group, default: 0] += 1
        }
        return settings.capacity(present: present, desired: groups.mapValues(\.desired))
    }
}
