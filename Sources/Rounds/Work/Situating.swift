import Fleet
import Planning
import Replacing
import Rules
import Windows

/// Makes, of all that a round knows, what gates may ask. Pure.
struct Situating {
    let working: Working
    let homes: Homes

    init(_ working: Working) {
        self.working = working
        homes = Homes(working)
    }

    var now: Timestamp { working.now }
    var state: State { working.state }
    var work: Work { working.work }
    var settings: Settings { working.settings }
    var stale: Set<Source> { working.stale }
    var sightings: Sightings { working.sightings }

    func situation(_ candidates: [Candidate]) -> Situation {
        var situation = Situation(now: now, mode: settings.mode, limits: settings.limits, pools: settings.pools)
        brakes(&situation)
        let failing = Set(state.findings.values.filter { $0.state == .firing && $0.rule.findingClass == .failing && $0.rule.verdict == .replace }.map(\.node))
        let atWork = Dictionary(work.open.compactMap { one in working.currentNode(of: one).map { ($0.node.id, one) } }, uniquingKeysWith: { $1 })
        let successors = Set(work.open.compactMap(\.successor))
        for (id, known) in state.nodes {
            let judged = status(of: known, isFailing: failing.contains(id), work: atWork[id], successors: successors)
            situation.nodes[id] = judged.status
            situation.failures[id] = judged.failingSince
        }
        fleet(&situation)
        situation.services = services()
        situation.apps = apps()
        situation.windows = windows(of: candidates)
        measures(&situation)
        situation.inFlight = working.inFlight
        return situation
    }

    private func brakes(_ situation: inout Situation) {
        situation.pause = work.pause
        situation.pauseFile = working.program.pauseFile
        situation.claim = work.claim
        situation.isAlertingProven = working.program.isAlertingProven
        situation.readsServices = settings.servicesInterval != nil
        situation.holds = work.holds
        situation.approvals = work.approvals
        situation.latches = work.latches
    }

    // MARK: - Time and work

    private func windows(of candidates: [Candidate]) -> [RuleName: Window] {
        var windows: [RuleName: Window] = [:]
        for name in Set(candidates.compactMap(\.cause.rule)) {
            guard let interval = working.rules.rule(name).flatMap({ working.rules.interval(of: $0) }) else {
                windows[name] = Window(.none)
                continue
            }
            windows[name] =
                interval.contains(now)
                ? Window(.open, closes: interval.nextClosing(after: now)) : Window(.shut(opens: interval.nextOpening(after: now)))
        }
        return windows
    }

    /// So many replacements of a pool are looked back at to say how long one takes.
    private static let measuredMax = 12

    private func measures(_ situation: inout Situation) {
        let all = work.replacements.values.sorted { $0.id < $1.id }
        situation.starts = all.map(\.startedAt).filter { now - $0 < .seconds(86_400) }.sorted()
        for (pool, ended) in Dictionary(grouping: all.filter { $0.outcome?.kind == .done }, by: \.pool) {
            // Three in four took no longer: one that a person let lie for a weekend does not keep every window shut.
            let durations = ended.suffix(Self.measuredMax).compactMap { one in one.endedAt.map { $0 - one.startedAt } }.sorted()
            guard let pool, !durations.isEmpty else { continue }
            situation.expectedDuration[pool] = durations[durations.count * 3 / 4]
        }
    }
}
