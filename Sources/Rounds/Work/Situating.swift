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
    let slots: Work.Slots
    /// What the leading master's host is known by. Nil: nobody was asked.
    let master: (names: Set<String>, addresses: Set<Address>)?

    init(_ working: Working) {
        self.working = working
        homes = Homes(working)
        keeps = working.keeps
        slots = working.work.slots
        master = working.sightings.master.map { master in
            let names = Set([master.hostname, Self.host(master.url)].compactMap { $0 })
            return (names, Set(names.compactMap { Address(hostname: $0) }))
        }
    }

    var now: Timestamp { working.now }
    var state: State { working.state }
    var work: Work { working.work }
    var settings: Settings { working.settings }
    var stale: Set<Source> { working.stale }
    var sightings: Sightings { working.sightings }

    /// - Parameter memory: what it had of the nodes in the round before, and has now.
    func situation(_ candidates: [Candidate], remembering memory: inout StatusMemory) -> Situation {
        var situation = beginning(candidates)
        memory.look(self)
        (situation.nodes, situation.failures, situation.census) = (memory.statuses, memory.failures, memory.census)
        fleet(&situation)
        situation.services = services()
        situation.apps = apps()
        return situation
    }

    /// All of it that does not go through the nodes.
    func beginning(_ candidates: [Candidate]) -> Situation {
        var situation = Situation(now: now, mode: settings.mode, limits: settings.limits, pools: settings.pools)
        brakes(&situation)
        sources(&situation)
        situation.windows = windows(of: candidates)
        measures(&situation)
        situation.inFlight = working.inFlight
        return situation
    }

    private func brakes(_ situation: inout Situation) {
        situation.pause = work.pause
        situation.pauseFile = working.program.pauseFile
        situation.asksForRefresh = settings.asksForRefresh
        situation.refresh = work.refresh
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
        let longest = max(Situation.expectedDurationByDefault, work.expectedDurations.values.max() ?? .zero)
        for name in Set(candidates.compactMap(\.cause.rule)) {
            guard let interval = working.rules.rule(name).flatMap({ working.rules.interval(of: $0) }) else {
                windows[name] = Window(.none)
                continue
            }
            windows[name] = window(of: interval, fitting: longest)
        }
        return windows
    }

    /// How far back and ahead is looked first, longer than a week, in which most windows come again; and how far where that shows none that is long enough.
    private static let lookedAround = Duration.seconds(8 * 86_400)
    private static let lookedAhead = Duration.seconds(40 * 86_400)

    /// - Parameter duration: the longest that a replacement is expected to take.
    private func window(of interval: Windows.TimeInterval, fitting duration: Duration) -> Window {
        let end = now + Self.lookedAround
        let spans = interval.windows(from: now - Self.lookedAround, to: end)
        let present = spans.last { $0.0 <= now && now < $0.1 }
        var coming = openings(spans, until: end)
        if !coming.contains(where: { $0.fits(duration) }) {
            let end = now + Self.lookedAhead
            coming = openings(interval.windows(from: now, to: end), until: end)
        }
        if coming.isEmpty { coming = interval.nextOpening(after: now).map { [Window.Opening(opens: $0, closes: interval.nextClosing(after: $0))] } ?? [] }
        if let enough = coming.firstIndex(where: { $0.fits(duration) }) { coming.removeSubrange((enough + 1)...) }
        guard let present else { return Window(.shut(opens: coming.first?.opens), coming: coming) }
        return Window(.open, closes: present.1 < end ? present.1 : interval.nextClosing(after: now), opened: present.0, coming: coming)
    }

    private func openings(_ spans: [(Timestamp, Timestamp)], until end: Timestamp) -> [Window.Opening] {
        spans.filter { $0.0 > now }.map { Window.Opening(opens: $0.0, closes: $0.1 < end ? $0.1 : nil) }
    }

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
            expected[pool] = durations[(durations.count * 3 + 3) / 4 - 1]
        }
        return expected
    }
}
