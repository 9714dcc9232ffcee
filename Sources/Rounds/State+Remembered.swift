import Fleet
import Ledger
import Replacing
import Rules

extension State {
    /// What the ledger remembers, as the state to go on from.
    init(_ remembered: Remembered, now: Timestamp) {
        for node in remembered.nodes where node.departedAt == nil {
            var told = NodeFacts(id: node.id)
            var since: [Timestamp?] = Array(repeating: nil, count: Fact.allCases.count)
            for observation in remembered.observations[node.id] ?? [] where observation.fact.isRecorded {
                told[observation.fact] = observation.reading
                since[observation.fact.ordinal] = observation.from
            }
            told[.id] = .text(node.id.rawValue)
            told.compareImages()
            nodes[node.id] = NodeState(node: node, told: told, since: since)
        }
        // What came by way of unknown or recovered is compared with what it was before.
        var last: [NodeID: String] = [:]
        for change in remembered.mesosStateChanges {
            let old = last[change.node] ?? change.old.agentsOwnState
            guard let new = change.new.agentsOwnState else {
                last[change.node] = old
                continue
            }
            if let old, old != new, [old, new].contains(MesosState.active.rawValue), now - change.at < .seconds(3600) {
                nodes[change.node]?.flaps.append(change.at)
            }
            last[change.node] = new
        }
        for (node, state) in last where nodes[node]?.lastMesosState == nil { nodes[node]?.lastMesosState = state }
        sources = Dictionary(remembered.sources.map { ($0.source, $0) }, uniquingKeysWith: { $1 })
        masters = Dictionary(remembered.masters.map { ($0.id, $0.firstSeen) }, uniquingKeysWith: { $1 })
        for target in remembered.targets {
            if let image = target.image { targets[target.pool] = Target(image: image, since: target.since) }
        }
        watchedSince = remembered.watchSince
        lastLook = remembered.lastRound
        for entry in remembered.findings {
            let key = ClockKey(rule: entry.finding.rule.name, node: entry.finding.node)
            findings[key] = entry.finding
            if let clock = entry.clock { clocks[key] = clock }
        }
        for service in remembered.services { services[service.service.name] = ServiceMemory(service) }
        work = Work(remembered.work)
        own = OwnFindings(open: remembered.ownFindings)
        alerts = Dictionary(remembered.alerts.map { (AlertKey($0), $0) }, uniquingKeysWith: { $1 })
        alertTargets = remembered.alertTargets
        let online = Reading.text(SSMPing.online.rawValue)
        let wereOnline = Set(remembered.changes.filter { $0.fact == .ssmPing && $0.old == online }.map(\.node))
        let ends = [Instance.State.terminated, .shuttingDown].map { Reading.text($0.rawValue) }
        let ended = Set(remembered.changes.filter { $0.fact == .ec2State && (ends.contains($0.new) || ends.contains($0.old)) }.map(\.node))
        for node in remembered.nodes {
            guard let at = node.departedAt else { continue }
            departures[node.id] = Departure(firstSeen: node.firstSeen, at: at, isExplained: ended.contains(node.id))
        }
        replacements = work.counts(of: nodes.values, at: now)
        for (node, known) in nodes {
            nodes[node]?.wasOnlineInSSM = wereOnline.contains(node) || known.told[.ssmPing] == online
            nodes[node]?.told[.replacements30d] = .integer(Int64(replacements[node] ?? 0))
            nodes[node]?.told[.flaps1h] = .integer(Int64(known.flaps.count))
        }
    }
}
