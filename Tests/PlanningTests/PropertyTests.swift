import Fleet
import Planning
import Scenes
import Testing

@Suite struct `In every situation a plan` {
    /// A situation, and candidates of which some are blocked in ways of their own.
    private func roll(_ seed: UInt64) -> (Situation, [Candidate], blocked: Set<NodeID>) {
        var dice = Dice(seed: seed)
        var situation = Scene.open()
        let bounds: [Bound] = [.count(1), .count(2), .count(4), .percent(5), .percent(20), .percent(50)]
        situation.limits.inFlight.fleet = bounds.randomElement(using: &dice)!
        situation.limits.inFlight.pool = bounds.randomElement(using: &dice)!
        situation.limits.inFlight.zone = bounds.randomElement(using: &dice)!
        situation.limits.rate = [.init(Int.random(in: 1...6, using: &dice), in: .seconds(600))]
        situation.starts = (0..<Int.random(in: 0...3, using: &dice)).map { _ in Scene.now - .seconds(Int64.random(in: 0...900, using: &dice)) }.sorted()
        let maxInFlight = Int.random(in: 1...2, using: &dice)
        situation.services = [Scene.kafka: Scene.service(maxInFlight: maxInFlight, partitions: Scene.partitions(minInSync: 1))]
        situation.targets[Scene.pool] = TargetStatus(
            image: Scene.target, since: Scene.now - .seconds(90_000), state: "available", isProven: dice.chance(80))
        if dice.chance(50) {
            let number = Int.random(in: 0..<Scene.size, using: &dice)
            situation.inFlight = [Scene.work(number, dice.chance(50) ? .failing : .outdated, isParked: dice.chance(30), holdsSlot: dice.chance(80))]
        }
        var blocked: Set<NodeID> = []
        var candidates: [Candidate] = []
        for number in 0..<Scene.size where dice.chance(60) {
            if dice.chance(25) {
                blocked.insert(Scene.id(number))
                situation.nodes[Scene.id(number)] = Scene.node(number, keeps: .init(firing: ["pinned"]))
            }
            let since = Scene.now - .seconds(Int64.random(in: 60...9000, using: &dice))
            candidates.append(
                Candidate(node: Scene.id(number), cause: .finding(Scene.finding(number, dice.chance(50) ? .failing : .outdated, since: since))))
        }
        return (situation, candidates.shuffled(using: &dice), blocked)
    }

    @Test func `stays within every limit`() {
        var decidedInAll = 0
        for seed in UInt64(1)...400 {
            let (situation, candidates, _) = roll(seed)
            let plan = plan(candidates, in: situation, gates: Gate.all)
            let decided = Set(plan.assessments.filter { $0.outcome == .decided }.map(\.node))
            decidedInAll += decided.count
            if decided.isEmpty { continue }
            // One that waits gives way to failing nodes, and counts for outdated ones.
            let areFailing = plan.assessments.allSatisfy { $0.outcome != .decided || $0.findingClass == .failing }
            let counted = situation.inFlight.filter { !areFailing || $0.isParked || $0.findingClass == .failing }
            let before = counted.filter { $0.holdsSlot && !decided.contains($0.node) }.map(\.node)
            let all = before + decided
            let limits = situation.limits.inFlight
            #expect(Set(all).count == all.count, "seed \(seed)")
            #expect(all.count <= limits.fleet.count(of: Scene.size) && all.count <= limits.pool.count(of: Scene.size), "seed \(seed)")
            for zone in ["a", "b", "c", "d"] {
                #expect(
                    all.count { situation.nodes[$0]?.zone == zone } <= max(limits.zone.count(of: 5), before.count { situation.nodes[$0]?.zone == zone }),
                    "seed \(seed)")
            }
            let recent = situation.starts.count { $0 > Scene.now - .seconds(600) }
            #expect(recent + decided.count <= situation.limits.rate[0].count, "seed \(seed)")
            let hasFailing = plan.assessments.contains { $0.outcome == .decided && $0.findingClass == .failing }
            let taking = situation.inFlight.filter { !hasFailing || $0.findingClass == .failing }
            let working = Set(taking.map(\.node)).union(decided)
            let members = working.compactMap { situation.nodes[$0]?.members }.flatMap { $0 }
            #expect(members.count <= situation.services![Scene.kafka]!.settings.maxInFlight, "seed \(seed)")
            if situation.targets[Scene.pool]?.isProven == false { #expect(working.count == 1, "seed \(seed)") }
        }
        #expect(decidedInAll > 200, "\(decidedInAll)")
    }

    @Test func `is the same for every order of its candidates`() {
        for seed in UInt64(1)...50 {
            let (situation, candidates, _) = roll(seed)
            let once = plan(candidates, in: situation, gates: Gate.all)
            #expect(once == plan(candidates.reversed(), in: situation, gates: Gate.all), "seed \(seed)")
        }
    }

    @Test func `starts nothing that is blocked, and is not held up by it`() {
        for seed in UInt64(1)...120 {
            let (situation, candidates, blocked) = roll(seed)
            let with = plan(candidates, in: situation, gates: Gate.all).assessments.filter { $0.outcome == .decided }.map(\.node)
            let without = plan(candidates.filter { !blocked.contains($0.node) }, in: situation, gates: Gate.all).assessments
                .filter { $0.outcome == .decided }.map(\.node)
            #expect(blocked.isDisjoint(with: with), "seed \(seed)")
            #expect(with == without, "seed \(seed)")
        }
    }
}
