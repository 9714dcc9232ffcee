import Demo
import Fleet
import Foundation
import Replacing
import Running
import Simulation
import Synchronization
import Testing

/// A cluster that is up to date, and one agent of it with a broker that a person has replaced.
final class OneReplacement: Sendable {
    let stage: Stage
    let node: InstanceID
    private let isAsked = Mutex(false)

    init() async throws {
        stage = try await Stage(World.attended(at: Stage.start))
        node = stage.cluster.look { world in
            world.machines.first { machine in !machine.isPublic && machine.tasks.contains { $0.name.hasPrefix("kafka-") && $0.name.hasSuffix("-broker") } }!
                .instance
        }
    }

    var position: Int { stage.cluster.look { [node] in $0.position(of: node)! } }

    /// Has a closure called when the first call of a kind was carried out, before it is answered.
    func onFirst(_ isOne: @escaping @Sendable (Action) -> Bool, _ body: @escaping @Sendable () -> Void) {
        let isToCome = Mutex(true)
        stage.onEachCall { call in
            guard case .accepted = call.outcome, isOne(call.action),
                isToCome.withLock({ isToCome in
                    defer { isToCome = false }
                    return isToCome
                })
            else { return }
            body()
        }
    }

    /// Waits until its replacement has ended, and says how.
    func outcome(within limit: Duration = .seconds(3 * 3600)) async throws -> (kind: String?, order: String?) {
        let all: [JSON]
        do {
            all = try await stage.waitForReplacements(within: limit) { !$0.isEmpty && $0.allSatisfy { $0["standing"]?.string == "ended" } }
        } catch {
            Issue.record("\(try await stage.command("explain", node.rawValue).output)")
            throw error
        }
        #expect(all.count == 1, "\(all.map(Stage.shown))")
        return (all.first?["outcome"]?.string, all.first?["order"]?.string)
    }

    /// Waits until `explain` says so of the node, and checks that it is so for a while.
    func waitUntilExplained(_ words: String, within limit: Duration = .seconds(3600)) async throws {
        let end = stage.now() + limit
        var said = ""
        while stage.now() < end {
            said = try await stage.command("explain", node.rawValue).output
            if said.contains(words) { return }
            try await stage.pass(.seconds(60))
        }
        Issue.record("explain never said \"\(words)\": \(said)")
    }

    /// Asks for the replacement, unless that was done before.
    func ask() async throws {
        if isAsked.withLock({ $0 }) { return }
        var answer: Program.Ended
        var tries = 0
        repeat {
            answer = try await stage.command("replace", node.rawValue, "--reason", "its fan is dying")
            tries += 1
            if answer.code != 0 { try await stage.pass(.seconds(20)) }
        } while answer.code != 0 && tries < 50
        guard answer.code == 0 else { throw Program.NeverSaid(description: "the request was not taken: \(answer.all)") }
        isAsked.withLock { $0 = true }
    }

    /// The agent is gone, one has come for it, its broker was moved once, and nothing is left behind.
    ///
    /// - Parameters:
    ///   - isEndedByUs: whether Mayfly has terminated its instance, and not somebody else.
    ///   - moves: how often it was asked for: never, where the scheduler moves it by itself once its agent is marked gone.
    func expectEnd(isEndedByUs: Bool = true, moves: ClosedRange<Int> = 1...1) {
        let (calls, world) = (stage.cluster.calls(), stage.cluster.look { $0 })
        let accepted = calls.filter { if case .accepted = $0.outcome { true } else { false } }
        func count(_ isOne: (Action) -> Bool) -> Int { accepted.count { isOne($0.action) } }
        let moved = count { if case .replaceMember = $0 { true } else { false } }
        #expect(moves.contains(moved))
        let terminated = Set(
            accepted.compactMap { call -> InstanceID? in
                switch call.action {
                case .terminate(let instance, _), .retire(let instance, _): instance
                default: nil
                }
            })
        #expect(terminated == (isEndedByUs ? [node] : []))
        let there = world.machines.filter { $0.ec2State == .running }
        #expect(there.count == 20 && there.allSatisfy { $0.isConnected && !$0.isDeactivated && $0.drain == nil })
        #expect(!there.contains { $0.instance == node })
        #expect(stage.cluster.mostBrokersOut().values.allSatisfy { $0 <= 1 }, "\(stage.cluster.mostBrokersOut())")
        #expect(stage.cluster.brokersOut().values.allSatisfy { $0 == 0 }, "\(stage.cluster.brokersOut())")
    }
}
