import Fleet
import Planning
import Replacing
import Rules
import Windows

/// Makes, of all that a round knows, what gates may ask. Pure.
struct Situating {
    let working: Working
    let homes: Homes
    /// What stands against replacing a node, of those against which anything does.
    let keeps: [NodeID: NodeStatus.Keeps]

    init(_ working: Working) {
        self.working = working
        homes = Homes(working)
        keeps = working.keeps
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
            // What was so when the node was first seen began nobody knows when: it is no burst of now.
            situation.failures[id] = judged.failingSince.flatMap { $0 > known.node.firstSeen ? $0 : nil }
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
            guard interval.contains(now) else {
                windows[name] = Window(.shut(opens: interval.nextOpening(after: now)))
                continue
            }
            let closes = interval.nextClosing(after: now)
            let opened = interval.windows(from: now - Self.openedWithin, to: now + .seconds(1)).last?.0
            windows[name] = Window(.open, closes: closes, opened: opened, reopens: closes.flatMap { interval.nextOpening(after: $0) })
        }
        return windows
    }

    /// How far back it is looked for when a window opened: longer than a week, in which most come again.
    private static let openedWithin = Duration.seconds(8 * 86_400)

    private func measures(_ situation: inout Situation) {
        situation.starts = work.replacements.values.map(\.startedAt).filter { now - $0 < .seconds(86_400) }.sorted()
        situation.expectedDuration = work.expectedDurations
    }
}

extension Work {
    /// So many replacements of a pool are looked back at to say how long one takes.
    private static let measuredMax = 12

    /// How long a replacement of each pool is expected to take, by those that are done.
    var expectedDurations: [PoolName: Duration] {
        var expected: [PoolName: Duration] = [:]
        let done = replacements.values.filter { $0.outcome?.kind == .done }.sorted { $0.id < $1.id }
        for (pool, ended) in Dictionary(grouping: done, by: \.pool) {
            // Three in four took no longer: one that a person let lie for a weekend does not keep every window shut.
            let durations = ended.suffix(Self.measuredMax).compactMap { one in one.endedAt.map { $0 - one.startedAt } }.sorted()
            guard let pool, !durations.isEmpty else { continue }
            expected[pool] = durations[durations.count * 3 / 4]
        }
        return expected
    }
}
