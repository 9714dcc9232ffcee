import Demo
import Fleet
import Replacing
import Rounds
import Simulation
import Testing

@testable import Daemon

/// The group ends the instance by itself, in the middle of its replacement.
@Suite(.serialized, .timeLimit(.minutes(10))) struct `A group that ends an instance while it is replaced` {
    /// Three minutes: less than the move of a broker takes, and more than lies between two heartbeats.
    private static let timeout = Duration.seconds(180)

    @Test func `is kept waiting by heartbeats until its members are moved and its tasks drained, and then is let go on`() async throws {
        try await Rehearsal.with(Course.inGroup.world, configuration: Course.inGroup.configuration) { rehearsal in
            let (cluster, changes) = (rehearsal.cluster, Changes())
            cluster.put(World.LifecycleHook(name: Course.hook, timeout: Self.timeout))
            cluster.trouble { changes.note($0) }
            try await rehearsal.replace(0)
            try #require(await rehearsal.go(atMost: .seconds(600)) { $0.picture.state.work.open.first?.step == .move })
            cluster.apply(.endedByGroup(0))
            var standings: Set<String> = []
            let parked = try await rehearsal.finish { replacement in
                let (machine, broker) = cluster.look { ($0.machines[0], $0.services[0].brokers[0]) }
                standings.insert("\(replacement.step) \(machine.lifecycle)")
                // For as long as somebody lives on it, it runs.
                if broker.position == 0, !broker.isPlaceless { #expect(machine.ec2State == .running) }
                if replacement.step == .drain { #expect(machine.lifecycle == "Terminating:Wait") }
            }
            #expect(parked == [], "\(parked)")
            let beats = changes.count(of: .autoScaling, "RecordLifecycleActionHeartbeat")
            #expect(beats >= 3, "\(beats): a move, a drain and a leave take longer than three minutes")
            #expect(changes.count(of: .autoScaling, "CompleteLifecycleAction") == 1)
            // It is ended already: it is only let go.
            #expect(changes.count(of: .autoScaling, "TerminateInstanceInAutoScalingGroup") == 0)
            #expect(standings.contains("drain Terminating:Wait"), "\(standings.sorted())")
            expectEnd(rehearsal)
            #expect(await rehearsal.replacement?.order == .living)
        }
    }

    @Test func `is not held up by a replacement that nobody has begun`() async throws {
        try await Rehearsal.with(Course.inGroup.world, configuration: Course.inGroup.configuration) { rehearsal in
            let (cluster, changes) = (rehearsal.cluster, Changes())
            cluster.put(World.LifecycleHook(name: Course.hook, timeout: Self.timeout))
            cluster.trouble { changes.note($0) }
            cluster.apply(.endedByGroup(4))
            await rehearsal.go(for: .seconds(600))
            #expect(changes.all.isEmpty && cluster.look { $0.machines[4].ec2State == .terminated })
        }
    }

    @Test func `whose hook runs out all the same has its node looked after as one that somebody else has ended`() async throws {
        try await Rehearsal.with(Course.inGroup.world, configuration: Course.inGroup.configuration) { rehearsal in
            let cluster = rehearsal.cluster
            cluster.put(World.LifecycleHook(name: Course.hook, timeout: Self.timeout))
            // Nobody hears the heartbeats.
            cluster.trouble { $0.name == "RecordLifecycleActionHeartbeat" ? .noPermission : nil }
            try await rehearsal.replace(0)
            try #require(await rehearsal.go(atMost: .seconds(600)) { $0.picture.state.work.open.first?.step == .move })
            cluster.apply(.endedByGroup(0))
            _ = try await rehearsal.finish()
            #expect(rehearsal.log.all.contains { $0.contains("A group may not wait for the drain") && $0.contains("AccessDenied") })
            expectEnd(rehearsal)
            #expect(await rehearsal.replacement?.order == .departed)
        }
    }

    private func expectEnd(_ rehearsal: Rehearsal) {
        let world = rehearsal.cluster.look { $0 }
        #expect(world.machines[0].ec2State == .terminated && world.machines.count == world.shape.agents + 1)
        #expect(world.machines.filter { $0.ec2State == .running }.allSatisfy { $0.isConnected && !$0.isDeactivated && $0.drain == nil })
        #expect(world.services[0].brokers.map(\.moves).reduce(0, +) == 1)
        #expect(rehearsal.cluster.mostBrokersOut().values.allSatisfy { $0 <= 1 } && rehearsal.cluster.brokersOut().values.allSatisfy { $0 == 0 })
    }
}
