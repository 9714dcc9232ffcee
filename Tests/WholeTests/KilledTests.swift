import Demo
import Fleet
import Foundation
import Replacing
import Running
import Simulation
import Synchronization
import Testing

/// One agent with a broker is replaced at a person's word, by a daemon that is killed (`kill -9`) and started again on the way.
@Suite(.serialized, .timeLimit(.minutes(30))) struct `A daemon that is killed while it replaces an agent` {
    @Test func `at each commit, comes to the same end`() async throws {
        let scene = try await OneReplacement()
        // Once at each thing that it writes down; at a second time of the same it lives, or it would never get on.
        var killedAt: Set<String> = []
        while true {
            let daemon = try scene.stage.startDaemon()
            try await scene.ask()
            var fresh: [String] = []
            let wasAlive = await daemon.waitForErrors { log in
                fresh = changes(in: log).filter { !killedAt.contains($0) && !$0.hasPrefix("waits") && !$0.contains(", behind in ") }
                return !fresh.isEmpty
            }
            try #require(wasAlive, "\(daemon.saidErrors.suffix(2000))")
            if fresh.contains(where: { $0.hasPrefix("has ended") }) {
                daemon.signal(SIGTERM)
                _ = try await daemon.end()
                break
            }
            killedAt.formUnion(fresh)
            daemon.signal(SIGKILL)
            _ = try await daemon.end()
        }
        #expect(killedAt.count > 15, "\(killedAt.sorted())")
        FileHandle.standardError.write(Data("killed at \(killedAt.count) things that it wrote down\n".utf8))
        scene.expectEnd()
        await scene.stage.end()
    }

    @Test func `between each call and its answer, comes to the same end`() async throws {
        let scene = try await OneReplacement()
        let struck = Mutex<Set<String>>([])
        scene.stage.onEachCall { [stage = scene.stage] call in
            if struck.withLock({ $0.insert(call.action.words).inserted }) { stage.killDaemon() }
        }
        while true {
            let daemon = try scene.stage.startDaemon()
            try await scene.ask()
            if await daemon.waitForErrors({ changes(in: $0).contains { $0.hasPrefix("has ended") } }) {
                daemon.signal(SIGTERM)
                _ = try await daemon.end()
                break
            }
            #expect(try await daemon.end().code == 128 + SIGKILL)
        }
        #expect(struck.withLock { $0.count } >= 6, "\(struck.withLock { $0.sorted() })")
        scene.expectEnd()
        await scene.stage.end()
    }
}

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
    func expectEnd() {
        let (calls, world) = (stage.cluster.calls(), stage.cluster.look { $0 })
        let accepted = calls.filter { if case .accepted = $0.outcome { true } else { false } }
        func count(_ isOne: (Action) -> Bool) -> Int { accepted.count { isOne($0.action) } }
        #expect(count { if case .replaceMember = $0 { true } else { false } } == 1)
        let terminated = Set(
            accepted.compactMap { call -> InstanceID? in
                switch call.action {
                case .terminate(let instance, _), .retire(let instance, _): instance
                default: nil
                }
            })
        #expect(terminated == [node])
        let there = world.machines.filter { $0.ec2State == .running }
        #expect(there.count == 20 && there.allSatisfy { $0.isConnected && !$0.isDeactivated && $0.drain == nil })
        #expect(!there.contains { $0.instance == node })
        #expect(stage.cluster.mostBrokersOut().values.allSatisfy { $0 <= 1 }, "\(stage.cluster.mostBrokersOut())")
        #expect(stage.cluster.brokersOut().values.allSatisfy { $0 == 0 }, "\(stage.cluster.brokersOut())")
    }
}
