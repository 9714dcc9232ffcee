import Fleet
import Planning
import Replacing
import Rounds
import Rules
import Simulation

/// What makes a situation frequent: a run plan that a seed varies.
struct Scenario: Sendable {
    let name: String
    let prepare: @Sendable (inout RunPlan) -> Void

    init(_ name: String, _ prepare: @escaping @Sendable (inout RunPlan) -> Void) {
        self.name = name
        self.prepare = prepare
    }

    func plan(_ seed: UInt64, rules: [RunPlan.BusinessZone: [RuleSet]]) -> RunPlan {
        var plan = RunPlan(seed: seed, rules: rules)
        prepare(&plan)
        return plan
    }

    /// As the sweep draws it.
    static let drawn = Scenario("drawn") { _ in }

    /// The same with a second scenario laid over it.
    func and(_ more: @escaping @Sendable (inout RunPlan) -> Void) -> Scenario {
        Scenario(name) { plan in
            prepare(&plan)
            more(&plan)
        }
    }

    /// A small cluster on a working morning, in which nothing goes wrong but what a script says.
    static func quiet(_ name: String, agents: Int = 8, brokers: [Int] = [3], hours: Int64 = 2, _ more: @escaping @Sendable (inout RunPlan) -> Void) -> Scenario
    {
        Scenario(name) { plan in
            plan.shape = World.Shape(agents: agents, publicAgents: 1, appsPerAgent: 1, brokers: brokers, hasTiedApps: false)
            plan.troubles = []
            (plan.causeEvery, plan.strikes, plan.isStormy) = (nil, 0, true)
            plan.start = World.storyStart - .seconds(3600)
            plan.troubledFor = .seconds(hours * 3600)
            plan.calmFor = .seconds(1800)
            plan.beginsOutdated = false
            plan.mesosEvery = .seconds(15)
            plan.settings = Settings.simulated()
            more(&plan)
        }
    }

    /// Operators ask for machines, one after another.
    static func requests(_ machines: [Int], every minutes: Int64 = 35, from first: Int64 = 10) -> [(after: Duration, RunPlan.Scripted)] {
        machines.enumerated().map { (.seconds((first + Int64($0.offset) * minutes) * 60), .replace($0.element)) }
    }

    // MARK: - What orders meet

    static let living = quiet("living, with a broker") { $0.script = requests([0, 1, 5]) }
    static let launchFirst = quiet("launch-first, with a broker") { plan in
        plan.settings = .simulated(launchFirst: true)
        plan.script = requests([0, 1, 5])
    }
    /// The second service's scheduler is of a version that moves nothing by itself.
    static let dead = quiet("dead, with a broker", agents: 10, brokers: [3, 3], hours: 3) { plan in
        plan.script = [(.seconds(300), .fault(.hostFrozen(3))), (.seconds(6000), .fault(.hostFrozen(0)))]
    }
    static let departed = quiet("ended by somebody", agents: 10, brokers: [3, 3], hours: 3) { plan in
        plan.script =
            [(.seconds(300), .fault(.terminated(3, successorJoins: true))), (.seconds(320), .replace(3))]
            + [(.seconds(5400), .fault(.terminated(0, successorJoins: true))), (.seconds(5420), .replace(0))]
    }
    static let stray = quiet("stray, with a broker", agents: 10, brokers: [3, 3], hours: 3) { plan in
        plan.script =
            [(.seconds(300), .fault(.agentBroken(3))), (.seconds(900), .replace(3))] + [
                (.seconds(6000), .fault(.agentBroken(0))), (.seconds(6600), .replace(0)),
            ]
    }

    // MARK: - What gates are for

    static let paused = living.and { plan in
        plan.script += [(.seconds(900), .command(.pause(until: nil))), (.seconds(4200), .command(.resume))]
    }
    static let alertOnly = living.and { $0.settings.mode = .alert }
    static let held = quiet("held") { $0.script = [(.seconds(300), .hold(0, for: .seconds(7200)))] + requests([0, 0]) }
    static let atHome = quiet("this program's own machine") { plan in
        plan.homeOf = 0
        plan.script = requests([0])
    }
    static let slot = quiet("a slot that fails again", hours: 5) { plan in
        plan.settings.limits.replacementsOfSlotMax = 1
        plan.script = [(.seconds(300), .fault(.systemImpaired(5))), (.seconds(9000), .fault(.systemImpaired(8)))]
    }
    static let manySick = quiet("much is sick") { plan in
        plan.script = [3, 4, 5, 6].map { (.seconds(300 + Int64($0) * 400), .fault(.systemImpaired($0))) } + requests([0, 3, 4], every: 10, from: 40)
    }
    static let twoSick = quiet("two are sick") { plan in
        plan.script = [3, 4].map { (.seconds(300 + Int64($0) * 40), .fault(.systemImpaired($0))) } + requests([0, 1], every: 2, from: 11)
    }
    static let lost = living.and { $0.script += [3, 4, 5].map { (.seconds(606), .fault(.cutOff($0))) } }.named("three are cut off in flight")
    static let freshImage = quiet("a fresh image", hours: 4) { plan in
        plan.beginsOutdated = true
        plan.settings.limits.inFlight.pool = .count(3)
        plan.settings.limits.inFlight.zone = .count(3)
        plan.settings.limits.inFlight.fleet = .count(3)
        plan.settings.limits.rate = [Limits.Rate(20, in: .seconds(600))]
    }
    static let night = quiet("outdated at night", hours: 3) { plan in
        plan.beginsOutdated = true
        plan.start = World.storyStart + .seconds(8 * 3600)
    }
    static let manyRequests = quiet("many requests", agents: 10) { plan in
        plan.script = requests([3, 4, 5, 6, 7, 8, 9], every: 2)
    }
    static func roomy(_ name: String, _ more: @escaping @Sendable (inout Limits) -> Void) -> Scenario {
        manyRequests.and { plan in
            plan.settings.limits.inFlight.pool = .count(9)
            plan.settings.limits.inFlight.zone = .count(9)
            plan.settings.limits.inFlight.fleet = .count(9)
            plan.settings.limits.rate = [Limits.Rate(20, in: .seconds(600))]
            more(&plan.settings.limits)
        }.named(name)
    }
    static let suspended = quiet("the group launches nothing") { plan in
        plan.script = [(.seconds(300), .fault(.launchesSuspended(true)))] + requests([0, 5], every: 20)
    }
    static let crowded = quiet("as many brokers as agents", agents: 6, brokers: [5]) { $0.script = requests([0, 1]) }
    /// A node waits for a broker on another, whose host has hung just when its own is to be moved; and that one's successor does not come for an hour.
    static let goesBefore = quiet("a lost node goes before", agents: 9, brokers: [5], hours: 3) { plan in
        plan.script = requests([0])
        plan.upon = hangingFirst + [(.terminate, .milliseconds(1), .fault(.capacityShort(for: .seconds(3600))))]
    }
    /// The same, of an image that no node has proven: nothing else is outdated but nodes with brokers.
    static let goesFirst = quiet("a lost node is the first of an image", agents: 9, brokers: [5], hours: 3) { plan in
        plan.beginsOutdated = true
        plan.script = [5, 6, 7, 8].map { (.seconds(20), .hold($0, for: .seconds(4 * 3600))) }
        plan.upon = hangingFirst
    }
    private static let hangingFirst: [(step: Step, after: Duration, RunPlan.Scripted)] = [
        (.cordon, .milliseconds(1), .fault(.brokerCrashed(service: 0, broker: 3))), (.cordon, .milliseconds(50), .fault(.hostFrozen(3))),
    ]
    /// The only agent that could take a broker is lost when the replacement of another has just begun.
    static let outdatedCrowd = quiet("nowhere to go at its turn", agents: 7, brokers: [5], hours: 4) { plan in
        plan.beginsOutdated = true
        plan.script = [5, 6].map { (.seconds(20), .hold($0, for: .seconds(4 * 3600))) }
        plan.upon = [
            (.cordon, .milliseconds(1), .fault(.syncStalled(service: 0, for: .seconds(1200)))),
            (.cordon, .milliseconds(50), .fault(.brokerCrashed(service: 0, broker: 3))),
            (.cordon, .milliseconds(500), .fault(.terminated(5, successorJoins: false))),
        ]
    }
    static let syncing = quiet("another broker is syncing", agents: 10, brokers: [5]) { plan in
        plan.script =
            [(.seconds(200), .fault(.syncStalled(service: 0, for: .seconds(5400)))), (.seconds(240), .fault(.brokerReplaced(service: 0, broker: 1)))]
            + requests([3, 4], every: 20)
    }
    static let noSchedulers = living.and { $0.script += [(.seconds(300), .trouble(.servicesUnseen, of: 0, for: .seconds(1500)))] }
        .named("no scheduler is seen")

    func named(_ name: String) -> Scenario { Scenario(name, prepare) }
}
