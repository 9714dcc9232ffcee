import Fleet
import Planning
import Replacing
import Rounds
import Testing

@testable import Simulation

@Suite struct `A replacement is carried through to its end` {
    /// One situation: its world and script, how many are replaced and in which orders, and how many calls of some kinds that takes.
    ///
    /// A newer scheduler places the members of an agent by itself that was marked gone: no call for them then.
    struct Situation: Sendable, CustomTestStringConvertible {
        let name: String
        let plan: @Sendable () throws -> RunPlan
        var orders: [Order]
        var calls: [ErrandName: Int] = [:]
        var testDescription: String { name }
    }

    /// An operator asks for the node of the first broker.
    private static let asked = RunPlan.Scripted.replace(0)

    private static let launchFirst: @Sendable (Int, [Int]) throws -> RunPlan = { agents, brokers in
        var plan = try Runs.scene(agents: agents, brokers: brokers, [(.seconds(300), asked)])
        plan.settings = RunPlan.sceneSettings(launchFirst: true)
        return plan
    }

    private static let situations =
        [
            Situation(
                name: "of a living node with a broker", plan: { try Runs.scene([(.seconds(300), asked)]) }, orders: [.living],
                calls: [.replaceMember: 1, .deactivate: 1, .terminate: 1]),
            Situation(
                name: "of a living node with two instances of an app that may miss one",
                plan: {
                    var plan = try Runs.scene([(.seconds(300), asked)])
                    plan.shape = World.Shape(agents: 6, publicAgents: 1, appsPerAgent: World.apps.count + 1, brokers: [3], hasTiedApps: false)
                    return plan
                }, orders: [.living], calls: [.moveInstance: 1, .drain: 1]),
            Situation(
                name: "of a living node with brokers of two clusters",
                plan: { try Runs.scene(agents: 7, brokers: [3, 3], sharesAgents: true, [(.seconds(300), asked)]) }, orders: [.living],
                calls: [.replaceMember: 2]),
            Situation(
                name: "of a dead node with one broker", plan: { try Runs.scene([(.seconds(120), .fault(.hostFrozen(0)))]) }, orders: [.dead],
                calls: [.markGone: 1, .replaceMember: 0]),
            Situation(
                name: "of a node that the network has cut off from everybody",
                plan: {
                    var plan = try Runs.scene([(.seconds(120), .fault(.cutOff(0)))])
                    plan.settings = RunPlan.sceneSettings(asksHosts: true)
                    return plan
                }, orders: [.dead], calls: [.markGone: 1]),
            Situation(
                name: "of a dead node with brokers of two clusters",
                plan: { try Runs.scene(agents: 7, brokers: [3, 3], sharesAgents: true, [(.seconds(120), .fault(.hostFrozen(0)))]) }, orders: [.dead],
                calls: [.markGone: 1, .replaceMember: 1]),
            Situation(
                name: "of two dead nodes of one cluster",
                plan: {
                    // In two zones, and so that no partition has both of its copies on them.
                    try Runs.scene(
                        agents: 20, brokers: [5], done: 2, [(.seconds(120), .fault(.hostFrozen(0))), (.seconds(500), .fault(.hostFrozen(2)))])
                }, orders: [.dead, .dead], calls: [.markGone: 2]),
            Situation(
                name: "of a node with a broker, when its cluster is under-replicated because of that very node",
                plan: { try Runs.scene([(.seconds(120), .fault(.brokerCrashed(service: 0, broker: 0))), (.seconds(125), .fault(.hostFrozen(0)))]) },
                orders: [.dead], calls: [.markGone: 1]),
            Situation(
                name: "of a node that somebody else has ended, whose group replaces it by itself",
                plan: { try Runs.scene([(.seconds(120), .fault(.terminated(0, successorJoins: true))), (.seconds(140), asked)]) }, orders: [.departed],
                calls: [.terminate: 0, .markGone: 1]),
            Situation(
                name: "of a node whose group ends and replaces it by itself meanwhile",
                plan: { try Runs.scene([(.seconds(120), asked), (.seconds(260), .fault(.terminated(0, successorJoins: true)))]) }, orders: [.departed],
                calls: [.terminate: 0, .replaceMember: 1]),
            Situation(
                name: "of a stray node, whose agent does not come back",
                plan: { try Runs.scene([(.seconds(120), .fault(.agentBroken(0))), (.seconds(600), asked)]) }, orders: [.dead],
                calls: [.restartAgent: 1, .stopHost: 1, .markGone: 1]),
            Situation(
                name: "of a stray node, whose agent comes back",
                plan: { try Runs.scene([(.seconds(120), .fault(.agentKilled(0))), (.seconds(600), asked)]) }, orders: [.living],
                calls: [.restartAgent: 1, .stopHost: 0, .replaceMember: 1]),
        ]
        + [320, 350, 380, 410, 440].map { second in
            Situation(
                name: "of a node whose host hangs while its broker is moved, \(second - 300) s after it was asked for",
                plan: { try Runs.scene([(.seconds(300), asked), (.seconds(second), .fault(.hostFrozen(0)))]) }, orders: [.dead],
                calls: [.replaceMember: 1, .terminate: 1])
        } + [
            Situation(
                name: "of a spot node", plan: { try Runs.scene(isSpot: true, [(.seconds(120), .fault(.systemImpaired(0)))]) }, orders: [.living],
                calls: [.replaceMember: 1]),
            Situation(
                name: "of a spot node that EC2 takes back",
                plan: { try Runs.scene(isSpot: true, [(.seconds(120), .fault(.spotInterrupted(0))), (.seconds(270), asked)]) }, orders: [.departed],
                calls: [.terminate: 0, .markGone: 1]),
            Situation(
                name: "in a pool that launches first", plan: { try launchFirst(6, [3]) }, orders: [.launchFirst], calls: [.launch: 1, .retire: 1]),
            Situation(
                name: "in a pool of one node that launches first", plan: { try launchFirst(2, []) }, orders: [.launchFirst], calls: [.launch: 1, .retire: 1]),
            Situation(
                name: "where there are as many brokers as agents, in a pool that launches first", plan: { try launchFirst(5, [4]) }, orders: [.launchFirst],
                calls: [.replaceMember: 1]),
        ]

    @Test(arguments: situations) func `in each of these situations:`(situation: Situation) throws {
        let outcome = try Runs.outcome(of: try situation.plan())
        #expect(outcome.violations == [])
        let done = outcome.replacements.filter { $0.outcome?.kind == .done }
        #expect(done.map(\.order) == situation.orders, "\(Runs.telling(outcome))")
        for (errand, count) in situation.calls { #expect(outcome.counters.calls[errand.rawValue, default: 0] == count, "\(errand)") }
    }
}
