internal import Fleet
internal import Planning
internal import Rounds
package import Rules

extension RunPlan {
    /// What a seed comes to, with these rules: mostly a small cluster for some hours, in which there is a cause for a replacement now and then, and
    /// trouble while it goes on.
    ///
    /// - Parameter rules: the shipped rules for each zone that the interval may be in, all of them in mode `act`.
    package init(seed: UInt64, rules: [BusinessZone: [RuleSet]]) {
        var random = SplitMix64(seed: seed ^ 0x5157_4152_4D00_0001)
        self.seed = seed
        zone = random.draw(0...4) == 0 ? .berlin : .utc
        self.rules = rules[zone]?.first ?? .empty
        otherRules = rules[zone].map { Array($0.dropFirst()) } ?? []
        shape = Self.shape(&random)
        start = Self.start(zone, &random)
        troubles = Self.troubles(&random, isSpot: shape.isSpot)
        troubledFor = random.draw(from: .seconds(4200), to: .seconds(7800))
        troubleEvery = random.draw(from: .seconds(900), to: .seconds(3600))
        calmFor = .seconds(14_400)
        causeEvery = random.draw(from: .seconds(700), to: .seconds(1800))
        strikes = random.draw(4...12)
        isStormy = random.draw(0...9) == 0
        beginsOutdated = random.draw(0...9) == 0
        mesosEvery = .seconds([15, 30, 30, 30, 45][random.draw(0...4)])
        settings = Self.settings(&random, mesosEvery: mesosEvery)
        drawApart()
        drawDaemons()
        drawLast()
        drawWishes()
    }

    /// A quarter of what can go wrong, and one to three kinds of cause. One run in twenty has causes alone.
    private static func troubles(_ random: inout SplitMix64, isSpot: Bool) -> Set<TroubleKind> {
        let others = Set(
            TroubleKind.allCases.filter {
                !$0.isCause && !TroubleKind.drawnApart.contains($0) && !TroubleKind.drawnLast.contains($0) && random.draw(0...3) == 0
            })
        let all = TroubleKind.allCases.filter { $0.isCause && (isSpot || $0 != .spotInterrupted) }
        let causes = Set((0..<random.draw(1...3)).map { _ in all[random.draw(0...all.count - 1)] })
        return random.draw(0...19) == 0 ? causes : others.union(causes)
    }

    private mutating func drawLast() {
        var random = SplitMix64(seed: seed ^ 0x4C41_5354_0000_0001)
        for kind in TroubleKind.drawnLast where random.draw(0...2) == 0 && troubles.count > 3 { troubles.insert(kind) }
    }

    /// What some operators want: two brokers of a large cluster at a time, and to be asked before anything starts.
    private mutating func drawWishes() {
        var random = SplitMix64(seed: seed ^ 0x5749_5348_4553_0001)
        if random.draw(0...5) == 0 {
            for (name, brokers) in zip(World.services, shape.brokers) where brokers >= 4 {
                settings.services.named[ServiceName(name), default: .init()].maxInFlight = 2
            }
            settings.limits.inFlight.fleet = .count(3)
            settings.limits.inFlight.pool = .count(3)
            settings.limits.inFlight.zone = .count(2)
        }
        if random.draw(0...15) == 0 { settings.mode = .propose }
    }

    /// Kinds that came later, and limits of services: drawn by a generator of their own, so that the rest of a seed did not change with them.
    private mutating func drawApart() {
        var random = SplitMix64(seed: seed ^ 0x4150_4152_5400_0001)
        for kind in TroubleKind.drawnApart where random.draw(0...3) == 0 && troubles.count > 3 { troubles.insert(kind) }
        if shape.isSpot, random.draw(0...1) == 0 { troubles.insert(.spotInterrupted) }
        // Somebody's data of which nobody has said that it counts for nothing.
        if random.draw(0...1) == 0 { settings.services.named["legacy/cassandra"] = nil }
        // Producers that ask for two acknowledgements, of topics with three replicas.
        if random.draw(0...3) == 0 {
            shape.hasThreeCopies = true
            for (name, brokers) in zip(World.services, shape.brokers) where brokers >= 3 {
                settings.services.named[ServiceName(name)] = ServicePolicies.Said(minInSync: 2)
            }
        }
    }

    private static func shape(_ random: inout SplitMix64) -> World.Shape {
        let agents = random.draw(12...15)
        let publicAgents = random.draw(1...3)
        let brokers = [[3], [3, 3], [4], [3, 2], [3, 3, 2], [5, 3]][random.draw(0...5)]
        return World.Shape(
            agents: agents, publicAgents: publicAgents, appsPerAgent: random.draw(1...2), brokers: brokers, isSpot: random.draw(0...2) == 0,
            hasTiedApps: random.draw(0...4) == 0)
    }

    /// Most runs begin on a working day; some at its end, at night, at a weekend, or in a night in which the clocks are changed.
    private static func start(_ zone: BusinessZone, _ random: inout SplitMix64) -> Timestamp {
        let tuesday = World.storyStart - .seconds(10 * 3600)
        switch random.draw(0...9) {
        case 0: return tuesday + .seconds(Int64(random.draw(14...16)) * 3600)
        case 1: return tuesday + .seconds(Int64(random.draw(20...30)) * 3600)
        case 2: return tuesday + .seconds(Int64(random.draw(80...120)) * 3600)
        case 3: return around(springNight, random.draw(0...9))
        case 4: return around(autumnNight, random.draw(0...9))
        default: return tuesday + .seconds(Int64(random.draw(8...12)) * 3600) + random.draw(from: .zero, to: .seconds(3600))
        }
    }

    /// Half of them begin within the three hours before the clocks are changed at 01:00Z, and see it; half in the night after, with a working day before them.
    private static func around(_ night: Timestamp, _ draw: Int) -> Timestamp {
        draw < 5 ? night - .seconds(24 * 3600) + .seconds(Int64(draw) * 2700) : night + .seconds(Int64(draw) * 3600)
    }

    /// 2026-03-29T22:00Z and 2026-10-25T22:00Z: the Sundays on which Europe changes its clocks, before a Monday.
    private static let springNight = Timestamp(milliseconds: 1_774_821_600_000)
    private static let autumnNight = Timestamp(milliseconds: 1_792_965_600_000)

    private static func settings(_ random: inout SplitMix64, mesosEvery: Duration) -> Settings {
        let asksHosts = random.draw(0...9) < 7
        let asksHealth = random.draw(0...9) < 7
        let readsSSM = random.draw(0...9) < 6
        var settings = Settings.simulated(
            mesosEvery: mesosEvery, asksHosts: asksHosts, asksHealth: asksHealth, readsSSM: readsSSM, launchFirst: random.draw(0...5) == 0)
        settings.probeInterval = asksHosts ? .seconds(60) : nil
        settings.healthInterval = asksHealth ? .seconds(120) : nil
        settings.ec2Interval = .seconds(random.draw(0...1) == 0 ? 60 : 90)
        settings.limits.inFlight.isAhead = random.draw(0...5) == 0
        // Some operators allow more than the defaults.
        if random.draw(0...2) == 0 {
            settings.limits.inFlight.fleet = .count(3)
            settings.limits.inFlight.pool = .count(random.draw(2...3))
            settings.limits.inFlight.zone = .count(random.draw(1...2))
            settings.limits.breaker.atLeast = 3
            settings.limits.rate = [Limits.Rate(random.draw(2...4), in: .seconds(600)), Limits.Rate(20, in: .seconds(3600))]
        }
        return settings
    }
}
