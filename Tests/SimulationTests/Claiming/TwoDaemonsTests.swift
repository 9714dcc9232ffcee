import Fleet
import Replacing
import Testing

@testable import Simulation

/// Two daemons on one world: whole rounds, ledgers and calls, not their keepers alone.
@Suite struct `Two daemons on one cluster` {
    /// A small cluster, of which little is looked at and much is to be replaced.
    private static func plan(_ seed: UInt64) throws -> RunPlan {
        var plan = try Runs.quiet(seed)
        plan.mesosEvery = .seconds(30)
        plan.settings = .simulated(mesosEvery: .seconds(30), asksHosts: false, asksHealth: false, readsSSM: false)
        plan.troubledFor = .seconds(1800)
        plan.calmFor = .zero
        plan.other = RunPlan.OtherDaemon(startsAfter: .seconds(60), offset: .seconds(900))
        return plan
    }

    @Test(arguments: 1...4) func `break no invariant, whoever takes over and whatever becomes of their calls`(seed: UInt64) throws {
        var plan = try Self.plan(seed)
        plan.beginsOutdated = true
        plan.troubles = [.takenOver, .frozen, .claimCallsLost, .claimWritesLost, .claimUnconfirmed, .requested]
        plan.troubleEvery = .seconds(300)
        plan.troubledFor = .seconds(2700)
        plan.addDaemon()
        let outcome = try Runs.outcome(of: plan)
        #expect(outcome.violations == [])
    }

    /// The first begins something, and its store is away from it, or its writes are; the second is told to take over, and has something to begin as well.
    private static func takenOver(_ trouble: TroubleKind) throws -> RunPlan {
        var plan = try plan(1)
        plan.script = [
            (.seconds(400), .replace(2)), (.seconds(440), .trouble(trouble, of: 0, for: .seconds(1200))), (.seconds(450), .tell(1, .takeOver)),
            (.seconds(460), .ask(1, replace: 4)), (.seconds(700), .replace(5)),
        ]
        return plan
    }

    @Test(arguments: [TroubleKind.claimUnconfirmed, .claimWritesLost]) func `act one after the other`(trouble: TroubleKind) throws {
        let outcome = try Runs.outcome(of: try Self.takenOver(trouble))
        #expect(outcome.violations == [])
        #expect(Set(outcome.replacements.map(\.node)).count >= 2 && outcome.replacements.map(\.id).contains(ReplacementID(1)))
    }

    @Test func `act both at once if a claim does not settle, and that is seen`() throws {
        var plan = try Self.takenOver(.claimWritesLost)
        plan.claimTiming.settlesAfter = .zero
        #expect(try Runs.outcome(of: plan).violations.contains { $0.checker == "one-acts" })
    }

    @Test func `act both at once if it does not matter when a claim was confirmed, and that is seen`() throws {
        var plan = try Self.takenOver(.claimUnconfirmed)
        plan.believesOldClaims = true
        #expect(try Runs.outcome(of: plan).violations.contains { $0.checker == "one-acts" })
    }
}
