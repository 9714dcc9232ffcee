import Fleet
import Rounds
import Synchronization
import Testing

@testable import Simulation

@Suite struct `Events in the simulation` {
    private static func outcome(_ seed: UInt64, _ hearing: Hearing?, also: [(after: Duration, RunPlan.Scripted)] = []) throws -> RunOutcome {
        var plan = RunPlan.atRest(seed: seed, rules: Runs.rules)
        plan.hearing = hearing
        plan.hearing?.hearsAWS = false
        plan.script += also
        return try Runs.outcome(of: plan)
    }

    @Test(arguments: 1...5)
    func `lost, late, twice and contradicted, change when something is seen and never what is decided at rest`(seed: UInt64) throws {
        let polled = try Self.outcome(seed, nil)
        let heard = try Self.outcome(seed, Hearing(seed: seed, troubles: Set(Hearing.Trouble.allCases)))
        #expect(heard.violations == [] && polled.violations == [])
        #expect(heard.rest == polled.rest)
        #expect(heard.counters.rounds > polled.counters.rounds, "events wake rounds")
        #expect(polled.rest.count > 12)
    }

    @Test func `are compared by something that tells`() throws {
        let hearing = Hearing(seed: 1, troubles: [])
        let rest = try Self.outcome(1, hearing).rest
        let script = RunPlan.atRest(seed: 1, rules: Runs.rules).script.map { "\($0.1)" }
        let free = try #require((0..<12).first { position in !script.contains { $0.contains("(\(position)") } })
        let other = try Self.outcome(1, hearing, also: [(.seconds(600), .fault(.hostFrozen(free)))]).rest
        #expect(rest != other && other.contains("machine \(free): terminated"), "\(other)")
    }

    @Test func `hasten: a lost agent is seen before the next poll`() throws {
        func firstSeen(_ hearing: Hearing?) throws -> Timestamp {
            var plan = try Runs.quiet(1)
            plan.mesosEvery = .seconds(45)
            plan.hearing = hearing
            plan.troubledFor = .seconds(600)
            plan.calmFor = .seconds(60)
            let seen = Seen()
            plan.script = [(.seconds(200), .fault(.agentKilled(0)))]
            plan.retells = { event, after in
                let agents: [Agent]? =
                    switch event {
                    case .mesos(.success(let sighting)): sighting.agents
                    case .agents(.success(let sighting)): sighting.agents
                    default: nil
                    }
                if after > .seconds(200), let agents, agents.contains(where: { !$0.isActive }) { seen.note(after) }
                return event
            }
            _ = try Runs.outcome(of: plan)
            return try #require(seen.first.map { World.storyStart + $0 })
        }
        let (heard, polled) = (try firstSeen(Hearing(seed: 1, troubles: [])), try firstSeen(nil))
        #expect(heard - World.storyStart < .seconds(203))
        #expect(heard < polled)
    }

    /// When something was first seen in a run.
    private final class Seen: Sendable {
        private let time = Mutex<Duration?>(nil)
        var first: Duration? { time.withLock { $0 } }
        func note(_ after: Duration) { time.withLock { $0 = $0 ?? after } }
    }
}
