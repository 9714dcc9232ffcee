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
            told.compareImages()
            nodes[node.id] = NodeState(node: node, told: told, since: since)
        }
        for change in remembered.mesosStateChanges {
            guard case .text(let new) = change.new, var node = nodes[change.node] else { continue }
            // A spell of unknown in between is no change: what it was before is what counts.
            let old: String? = if case .text(let old) = change.old { old } else { node.lastMesosStateBefore(change.at, in: remembered) }
            if let old, old != new, [old, new].contains(MesosState.active.rawValue), now - change.at < .seconds(3600) { node.flaps.append(change.at) }
            nodes[change.node] = node
        }
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
        for (node, known) in nodes {
            let count = remembered.replacements.count(inSlot: node, at: now)
            if count > 0 { replacements[node] = count }
            nodes[node]?.told[.replacements30d] = .integer(Int64(count))
            nodes[node]?.told[.flaps1h] = .integer(Int64(known.flaps.count))
        }
    }
}

extension State.NodeState {
    fileprivate func lastMesosStateBefore(_ time: Timestamp, in remembered: Remembered) -> String? {
        for change in remembered.mesosStateChanges.reversed() where change.node == node.id && change.at < time {
            if case .text(let state) = change.new { return state }
            if case .text(let state) = change.old { return state }
        }
        return nil
    }
}
