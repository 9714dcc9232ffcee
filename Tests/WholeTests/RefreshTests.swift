import Demo
import Fleet
import Foundation
import Replacing
import Running
import Simulation
import Synchronization
import Testing

/// The built program, in mode act, against the invented cluster behind real sockets, with nothing between them but those and a clock.
@Suite(.serialized, .timeLimit(.minutes(40))) struct `The daemon, acting on a whole cluster` {
    @Test func `brings twenty agents to a new image, those that fail meanwhile too, and leaves nothing behind`() async throws {
        // The second host's brokers are what outdated nodes wait for by then.
        try await refresh(kills: 0, failing: [(.seconds(95 * 60), 8), (.seconds(130 * 60), 7)])
    }

    @Test func `comes to the same end when it is killed and started again thirty times`() async throws {
        // It takes longer then, and two hosts of one zone would hang at once, which is for a person.
        try await refresh(kills: 30, failing: [(.seconds(95 * 60), 8), (.seconds(130 * 60), 7)])
    }

    private func refresh(kills: Int, failing: [(after: Duration, machine: Int)] = World.refreshFailures) async throws {
        let stage = try await Stage(World.refreshing(at: Stage.start, failing: failing))
        let nodes = Set(stage.cluster.look { $0.machines.map(\.instance) })
        // One broker of a cluster is moved at a time; the hosts that hang take theirs out by themselves.
        let crowded = Mutex<[String]>([])
        stage.onEachCall { call in
            guard case .accepted = call.outcome, case .replaceMember(let member, _, _) = call.action else { return }
            let out = stage.cluster.brokersOut()[member.service.rawValue] ?? 0
            if out > 1 { crowded.withLock { $0.append("\(member) at \(call.at): \(out) are out") } }
        }
        var random = SplitMix64(seed: 1)
        var left = kills
        var daemon = try stage.startDaemon()
        let end = stage.now() + .seconds(7 * 3600)
        var isDone = false
        while !isDone, stage.now() < end {
            if left > 0, stage.now() > World.refreshStart + .seconds(3600) {
                // By real time, so that it strikes wherever the work is.
                try await Task.sleep(for: .milliseconds(Int64(random.next() % 12_000) + 2000))
                stage.killDaemon()
                _ = try await daemon.end()
                left -= 1
                daemon = try stage.startDaemon()
                continue
            }
            try await stage.pass(.seconds(60))
            guard stage.cluster.look({ $0.refreshed.done == $0.refreshed.of }) else { continue }
            let answer = try await stage.command("replacements", "--json")
            guard answer.code == 0 else { continue }
            isDone = try JSON(answer.output).items.allSatisfy { $0["standing"]?.string == "ended" }
        }
        let answer = try await stage.command("replacements", "--json")
        let replacements = try JSON(answer.output).items
        if !isDone {
            for node in nodes where stage.cluster.look({ $0.machines.contains { $0.instance == node && $0.ec2State == .running } }) {
                Issue.record("\(try await stage.command("explain", node.rawValue).output)")
            }
        }
        daemon.signal(SIGTERM)
        #expect(try await daemon.end().code == 0)
        #expect(isDone, "\(replacements.map(Stage.shown))")
        #expect(left == 0, "it was done before it was killed so often")
        stage.expectNothingLeft(of: nodes, replacements: replacements)
        #expect(crowded.withLock { $0 } == [])
        let fewest = stage.cluster.fewestInstances().sorted { $0.key < $1.key }
        #expect(fewest.allSatisfy { $0.value > 0 })
        let said =
            "lowest running instances with \(kills) kills: " + fewest.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            + "; most brokers out at once: \(stage.cluster.mostBrokersOut().sorted { $0.key < $1.key })\n"
        FileHandle.standardError.write(Data(said.utf8))
        await stage.end()
    }
}

extension Stage {
    /// Every agent of old is gone, was terminated and has one that came for it; nobody is kept from offers, no broker was moved twice from one place.
    fileprivate func expectNothingLeft(of old: Set<InstanceID>, replacements: [JSON]) {
        let (calls, world) = (cluster.calls(), cluster.look { $0 })
        let accepted = calls.filter { if case .accepted = $0.outcome { true } else { false } }
        let there = world.machines.filter { $0.ec2State == .running || $0.ec2State == .pending }
        #expect(there.count == 20 && there.allSatisfy { $0.isConnected && !$0.isDeactivated && $0.drain == nil })
        #expect(old.isDisjoint(with: there.map(\.instance)))
        let terminated = accepted.compactMap { call -> InstanceID? in
            switch call.action {
            case .terminate(let instance, _), .retire(let instance, _): instance
            default: nil
            }
        }
        #expect(old == Set(terminated), "\(old.symmetricDifference(terminated))")
        let done = replacements.filter { $0["outcome"]?.string == "done" }
        #expect(done.count == 20 && Set(done.compactMap { $0["node"]?.string }) == Set(old.map(\.rawValue)), "\(replacements.map(Stage.shown))")
        #expect(world.machines.count == 40, "as many were launched as were terminated")
        let moved = accepted.compactMap { call -> String? in
            guard case .replaceMember(let member, let task, _) = call.action else { return nil }
            return "\(member) \(task.map { "\($0)" } ?? "")"
        }
        #expect(Set(moved).count == moved.count, "\(moved)")
        #expect(cluster.brokersOut().values.allSatisfy { $0 == 0 })
    }
}
