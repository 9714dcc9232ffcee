package import Fleet
package import Ledger
internal import Planning
internal import Replacing
internal import Rounds
package import Rules

/// A whole refresh of an invented cluster to a new image by the real round, and how long it took against how long it has to take.
///
/// Twenty agents, and three Kafka clusters of five brokers each spread over them. How long everything takes that has to be waited for is drawn
/// before anything happens. The first node of the image goes alone through its probation, as always; what is measured begins after that.
package struct Refresh {
    package let seed: UInt64
    package var plan: RunPlan
    /// Whether nothing goes wrong in it, so that whatever is out was taken by us.
    private var isQuiet = true
    private let pace: World.Pace

    package static let shape = World.Shape(
        agents: 20, publicAgents: 0, appsPerAgent: 0, brokers: [5, 5, 5], hasTiedApps: false, areClustersAlike: true)

    /// A Tuesday at eight: the image has been there for three hours, and at nine the rule fires and its interval opens.
    private static let start = World.storyStart - .seconds(2 * 3600)

    /// - Parameter rules: the shipped ones, in mode `act`.
    package init(seed: UInt64, rules: RuleSet, shape: World.Shape = Self.shape, keepsLog: Bool = false) {
        self.seed = seed
        var plan = RunPlan(seed: seed, rules: [.utc: [rules]])
        plan.shape = shape
        pace = World.Pace(seed: seed, shape: shape)
        plan.pace = pace
        plan.start = Self.start
        plan.zone = .utc
        plan.rules = rules
        plan.otherRules = []
        plan.troubles = []
        // One does the work: what it has done is what is measured.
        plan.other = nil
        plan.troubledFor = .seconds(60)
        plan.causeEvery = nil
        plan.calmFor = .seconds(4 * 3600)
        plan.beginsOutdated = true
        plan.mesosEvery = .seconds(15)
        plan.settings = .simulated()
        plan.settings.limits = Self.limits
        plan.keepsLog = keepsLog
        plan.ends = { $0.ended["done", default: 0] >= shape.agents }
        self.plan = plan
    }

    /// The same of the cluster that the demonstration has: with Marathon's apps, some with two instances on one machine, with public agents, two hosts that hang
    /// meanwhile, and few at a time. It has to come to its end; how long it takes is not held against it.
    package static func withApps(seed: UInt64, rules: RuleSet, keepsLog: Bool = false) -> Refresh {
        var refresh = Refresh(seed: seed, rules: rules, shape: World.refreshShape, keepsLog: keepsLog)
        var limits = Limits()
        (limits.inFlight.fleet, limits.inFlight.pool, limits.inFlight.zone) = (.count(4), .count(3), .count(3))
        limits.inFlight.isAhead = true
        refresh.plan.settings.limits = limits
        refresh.plan.script = World.refreshFailures.map { ($0.after, .fault(.hostFrozen($0.machine))) }
        refresh.plan.calmFor = World.refreshDuration
        refresh.isQuiet = false
        return refresh
    }

    /// Nothing paces the work but the services, the gates and the interval: as many at a time as there are nodes.
    private static var limits: Limits {
        var limits = Limits()
        limits.inFlight.fleet = .percent(100)
        limits.inFlight.pool = .percent(100)
        limits.inFlight.zone = .percent(100)
        limits.inFlight.isAhead = true
        limits.rate = []
        return limits
    }

    package func run(openLedger: @escaping (Timestamp) throws -> LedgerStore) throws -> RefreshMeasure {
        let run = try SimulatedRun(plan, checkers: Checker.all + (isQuiet ? [Self.oneOut] : []), openLedger: openLedger)
        let outcome = try run.run()
        let began = run.truth.entries.values.compactMap { entries in entries.first.map(\.at) }.sorted()
        let joined = run.truth.entries.values.compactMap { entries in entries.last { $0.transition == .stepped(to: .probation) }?.at }.sorted()
        let ended = run.truth.replacements.values.compactMap { $0.outcome?.kind == .done ? $0.endedAt : nil }.sorted()
        let nodes = run.world.machines.filter { $0.ec2State == .running }
        let moves = run.world.services.flatMap(\.brokers).map(\.moves)
        return RefreshMeasure(
            seed: seed, bound: Self.bound(pace, nodes: plan.shape.agents - 1, slots: plan.settings.limits.inFlight.fleet.count(of: plan.shape.agents)),
            canary: began.first.flatMap { first in ended.first.map { $0 - first } },
            makespan: ended.first.flatMap { proven in joined.last.map { $0 - proven } },
            moves: moves.reduce(0, +), brokers: moves.count, nodesLeft: nodes.count { !run.world.targets.contains($0.image) },
            violations: outcome.violations, log: outcome.log)
    }

    /// How long a refresh takes at least, whoever does it and in whatever order, by the durations that were drawn.
    ///
    /// The brokers of a cluster go one after the other, each has to be placed and to sync once, and after the last of them its machine has to be
    /// ended and another to join. And each node that goes takes a slot for at least as long as that lasts.
    package static func bound(_ pace: World.Pace, nodes: Int, slots: Int) -> Duration {
        let tail = World.groupDelay + (pace.rejoining.min() ?? .zero)
        let clusters = zip(pace.placing, pace.syncing).map { placing, syncing in
            zip(placing, syncing).reduce(Duration.zero) { sum, broker in sum + (broker.0.first ?? .zero) + (broker.1.first ?? .zero) }
        }
        return max((clusters.max() ?? .zero) + tail, tail * ((nodes + slots - 1) / slots))
    }

    /// Stricter than `members-out`: nothing goes wrong here, so whatever is out was taken by us.
    static let oneOut = Checker("one-out", "never is more than one broker of a cluster out") { moment, evidence in
        guard case .event = moment else { return [] }
        return evidence.world.services.indices.compactMap { service in
            let out = evidence.world.services[service].brokers.map(\.number).filter { evidence.truth.out(service, $0) != nil }
            return out.count > 1 ? "brokers \(out) of \(evidence.world.services[service].name) are out" : nil
        }
    }
}

extension World {
    /// The images that machines are to have: private ones, and public ones.
    var targets: Set<ImageID> { Set(parameters.map { ImageID($0.value) }) }
}
