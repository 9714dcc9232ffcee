import Fleet
import Ledger
import Rules

extension State {
    /// How each source did, since when the agents are watched, who leads, and what the pools' targets are.
    mutating func noteSources(
        _ outcomes: [Source: SourceFailure?], sightings: Sightings, settings: Settings, now: Timestamp, recording: inout Recording
    ) {
        let intervals = settings.intervals(services: sightings.services, remembered: sources.keys)
        for source in sources.keys.sorted() where intervals[source] == nil {
            sources[source] = nil
            recording.noteForgotten(source)
        }
        for (source, interval) in intervals.sorted(by: { $0.key < $1.key }) {
            var known = sources[source] ?? SourceState(source: source, interval: interval)
            known.interval = interval
            if let outcome = outcomes[source] { note(outcome, of: &known, now: now, recording: &recording) }
            sources[source] = known
        }
        groups = stale(at: now, settings: settings).contains(.groups) ? [:] : sightings.groups ?? [:]
        if outcomes[.agents] == .some(nil), let master = sightings.master {
            if masters[master.id] == nil {
                masters[master.id] = now
                recording.note(.masterChanged, ["master": master.id.rawValue, "url": master.url, "version": master.version])
            }
            recording.note(master.id)
        }
        for (pool, seen) in sightings.targets.sorted(by: { $0.key < $1.key }) where outcomes[.target(pool)] == .some(nil) {
            let target = Target.remembering(seen, before: targets[pool], now: now)
            guard target != targets[pool] else { continue }
            if let before = targets[pool], before.image != target.image {
                recording.note(.targetChanged, ["pool": pool.rawValue, "from": before.image.rawValue, "to": target.image.rawValue])
            }
            targets[pool] = target
            recording.note(PoolTarget(pool: pool, image: target.image, since: target.since))
        }
    }

    private mutating func note(_ failure: SourceFailure?, of known: inout SourceState, now: Timestamp, recording: inout Recording) {
        if known.source == .agents, failure == nil {
            // Blind for too long, and whoever was launched meanwhile may have joined and been lost unseen.
            let gap = known.lastSuccess.map { now - $0 }
            if watchedSince == nil || gap.map({ $0 > max(known.interval * 3, Settings.watchGapMax) }) ?? true {
                watchedSince = now
                recording.noteWatch()
            }
        }
        if let failure, known.failure == nil {
            recording.note(.sourceFailed, ["source": known.source.description, "failure": failure.message])
        } else if failure == nil, known.failure != nil {
            recording.note(.sourceRecovered, ["source": known.source.description])
        }
        known.lastAttempt = now
        if failure == nil { known.lastSuccess = now }
        known.failure = failure
    }

    /// The rules in use: written once for each set; findings of a rule that is gone are ended, those of one that says something else now say so too.
    mutating func noteRules(_ rules: RuleSet, before: RuleSet?, isFirst: Bool, now: Timestamp, recording: inout Recording) {
        guard isFirst || rules.hash != before?.hash else { return }
        recording.noteRules()
        recording.note(.rulesLoaded, ["rule_set": rules.hash.rawValue, "rules": String(rules.rules.count)])
        let names = Set(rules.rules.map(\.name))
        for key in findings.keys.sorted() where !names.contains(key.rule) { resolve(key, .ruleRemoved, now: now, recording: &recording) }
        for key in findings.keys.sorted() {
            guard let finding = findings[key], let clock = clocks[key], let rule = rules.rule(key.rule) else { continue }
            guard finding.rule != rule.identity || finding.runbook != rule.runbook else { continue }
            let changed = finding.under(rule.identity, runbook: rule.runbook, of: rules.hash)
            findings[key] = changed
            recording.add(changed, clock: clock)
        }
    }
}

extension Finding {
    /// The same finding after its rule was changed: what is to be done about it is what the rule says now.
    fileprivate func under(_ rule: RuleIdentity, runbook: String?, of ruleSet: RuleSetHash) -> Finding {
        Finding(
            node: node, rule: rule, state: state, since: since, firingSince: firingSince, resolvedAt: resolvedAt, resolution: resolution, summary: summary,
            evidence: evidence, ruleSet: ruleSet, runbook: runbook)
    }
}
