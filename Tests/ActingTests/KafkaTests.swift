import Demo
import Fleet
import Planning
import Replacing
import Rounds
import Simulation
import Testing

@testable import Daemon

/// A node with a broker is replaced, under schedulers of every make and age behind Admin Router, each with its own paths and codes.
@Suite(.serialized, .timeLimit(.minutes(10))) struct `A broker of each Kafka` {
    /// Those whose schedulers have a call that moves a broker.
    static let kinds: [SimulatedService.Kind] = [.sdk, .confluent, .sdkPods, .brokers]

    private func world(_ kind: SimulatedService.Kind) -> World {
        var shape = World.Shape(agents: 8, publicAgents: 1, appsPerAgent: 1, brokers: [3], hasTiedApps: false)
        shape.hasThreeCopies = true
        shape.kinds = [kind]
        return .attended(at: World.refreshStart, shape: shape)
    }

    /// Runs a test with its replacement begun.
    private func with(_ kind: SimulatedService.Kind, _ body: (Rehearsal) async throws -> Void) async throws {
        try await Rehearsal.with(world(kind)) { rehearsal in
            try await rehearsal.replace(0)
            try await body(rehearsal)
        }
    }

    private static let replace: [SimulatedService.Kind: String] = [
        .sdk: "POST v1/pod/kafka-0/replace", .confluent: "POST v1/pod/kafka-0/replace", .sdkPods: "POST v1/pods/kafka-0/replace", .brokers: "PUT v1/brokers/0",
    ]

    @Test(arguments: kinds) func `is moved by the call that its scheduler has, once`(kind: SimulatedService.Kind) async throws {
        try await with(kind) { rehearsal in
            let changes = Changes()
            rehearsal.cluster.trouble { call in changes.note(call) }
            let parked = try await rehearsal.finish()
            #expect(parked == [])
            #expect(changes.all.filter { $0.whom == .scheduler }.map(\.name) == [Self.replace[kind]])
            expectReplaced(rehearsal, moves: 1)
        }
    }

    @Test(arguments: kinds) func `whose recovery hangs is waited for, then is for a person, and nothing else is taken from it`(kind: SimulatedService.Kind)
        async throws
    {
        try await with(kind) { rehearsal in
            try await reachMove(rehearsal) { cluster in
                // Nobody makes offers any more, so its scheduler finds no place for it.
                for position in 3..<7 { cluster.apply(.deactivated(position)) }
            }
            let isParked = await rehearsal.go(atMost: .seconds(3600)) { $0.picture.state.work.open.first?.isParked ?? false }
            let parked = try #require(await rehearsal.replacement)
            guard isParked, case .parked(.memberNotPlaced, let words, _) = parked.standing else { return #expect(Bool(false), "\(parked.standing)") }
            #expect(words.contains("is not placed elsewhere within 15m"), "\(words)")
            rehearsal.cluster.look { world in
                #expect(world.services[0].brokers[0].isPlaceless && world.machines[0].ec2State == .running && world.machines[0].isDeactivated)
            }
            for position in 3..<7 { rehearsal.cluster.apply(.reactivated(position)) }
            // It goes on by itself once it is seen to have been placed after all.
            #expect(await rehearsal.go(atMost: .seconds(1800)) { !($0.picture.state.work.open.first?.isParked ?? false) })
            #expect(try await rehearsal.finish() == [])
            expectReplaced(rehearsal, moves: 1)
        }
    }

    @Test(arguments: kinds) func `is asked for again when its scheduler refuses, and no sooner than the others are in sync`(kind: SimulatedService.Kind)
        async throws
    {
        try await with(kind) { rehearsal in
            let changes = Changes()
            rehearsal.cluster.tamper { action in
                guard case .replaceMember = action else { return nil }
                return changes.count(action) <= 2 ? .refused("409: another broker is being recovered") : nil
            }
            #expect(try await rehearsal.finish() == [])
            let refused = try #require(await rehearsal.replacement).intents.compactMap { intent -> String? in
                guard case .replaceMember = intent.action, case .refused(let words)? = intent.answer?.outcome else { return nil }
                return words
            }
            #expect(refused.count == 2 && refused.allSatisfy { $0.contains("409") && $0.contains("another broker is being recovered") }, "\(refused)")
            expectReplaced(rehearsal, moves: 1)
        }
    }

    @Test(arguments: kinds) func `lets no second one of its cluster go before it is in sync again`(kind: SimulatedService.Kind) async throws {
        try await with(kind) { rehearsal in
            try await reachMove(rehearsal) { _ in }
            try await rehearsal.tell(.replace(rehearsal.node(1)))
            #expect(
                await rehearsal.go(atMost: .seconds(4 * 3600)) { report in
                    report.picture.state.work.replacements.count == 2 && report.picture.state.work.open.isEmpty
                })
            #expect(rehearsal.cluster.mostBrokersOut() == ["prod/kafka": 1])
            #expect(rehearsal.cluster.look { $0.services[0].brokers.map(\.moves) } == [1, 1, 0])
        }
    }

    @Test(arguments: kinds) func `that comes back to the node that is to go is seen there, and that node is not ended`(kind: SimulatedService.Kind) async throws
    {
        try await with(kind) { rehearsal in
            try await reachMove(rehearsal) { cluster in
                cluster.apply(.placesWhereItWas(true))
            }
            // Somebody gives the node back to the offers as often as it is taken from them, and it is the first to make one.
            for _ in 0..<90 where rehearsal.cluster.look({ $0.services[0].brokers[0].isPlaceless }) {
                rehearsal.cluster.apply(.reactivated(0))
                await rehearsal.go(for: .seconds(1))
            }
            let isParked = await rehearsal.go(atMost: .seconds(3600)) { $0.picture.state.work.open.first?.isParked ?? false }
            let parked = try #require(await rehearsal.replacement)
            guard isParked, case .parked(.memberNotPlaced, let words, _) = parked.standing else { return #expect(Bool(false), "\(parked.standing)") }
            #expect(words.contains("came back to this node"), "\(words)")
            #expect(rehearsal.cluster.look { $0.services[0].brokers[0].position == 0 && $0.machines[0].ec2State == .running })
            // Tried again it is where it was, and is not asked to go a second time: that would kill it there.
            try await rehearsal.tell(.retry(parked.id))
            await rehearsal.go(for: .seconds(120))
            #expect(await rehearsal.replacement?.isParked == true && rehearsal.cluster.calls().count { $0.action.movesMember } == 1)
            // A person has it moved.
            rehearsal.cluster.apply(.placesWhereItWas(false))
            rehearsal.cluster.apply(.brokerReplaced(service: 0, broker: 0))
            #expect(await rehearsal.go(atMost: .seconds(1800)) { !($0.picture.state.work.open.first?.isParked ?? false) })
            #expect(try await rehearsal.finish() == [])
            expectReplaced(rehearsal, moves: 1)
        }
    }

    @Test(arguments: kinds) func `stays where it is while its cluster is under-replicated`(kind: SimulatedService.Kind) async throws {
        try await Rehearsal.with(world(kind)) { rehearsal in
            // Another was down for a moment, and copies nothing now that it is back.
            rehearsal.cluster.apply(.syncStalled(service: 0, for: .seconds(1800)))
            rehearsal.cluster.apply(.brokerCrashed(service: 0, broker: 2))
            await rehearsal.go(for: .seconds(60))
            try await rehearsal.tell(.replace(rehearsal.node(0)))
            var said: Set<String> = []
            for _ in 0..<20 {
                await rehearsal.go(for: .seconds(60))
                let shut = await rehearsal.keeper.lastReport?.picture.assessments[rehearsal.node(0)]?.shut ?? []
                said.formUnion(shut.filter { $0.gate == .service }.map(\.reason))
            }
            #expect(!said.isEmpty && rehearsal.cluster.calls().isEmpty, "\(said) \(rehearsal.cluster.calls().map(\.action.words))")
            #expect(
                await rehearsal.go(atMost: .seconds(3 * 3600)) { report in
                    report.picture.state.work.replacements.count == 1 && report.picture.state.work.open.isEmpty
                })
            expectReplaced(rehearsal, moves: 1)
        }
    }

    @Test(arguments: kinds) func `whose scheduler restarts while it is on its way is not asked for twice`(kind: SimulatedService.Kind) async throws {
        for isBefore in [true, false] {
            try await with(kind) { rehearsal in
                if !isBefore { try await reachMove(rehearsal) { _ in } }
                rehearsal.cluster.apply(.schedulerRestarted(service: 0))
                #expect(try await rehearsal.finish() == [])
                expectReplaced(rehearsal, moves: 1)
            }
        }
    }

    /// Has something happen right after the call that moves the broker was carried out.
    private func reachMove(_ rehearsal: Rehearsal, _ body: (DemoCluster) -> Void) async throws {
        let isAsked = await rehearsal.go(atMost: .seconds(1800)) { report in
            report.picture.state.work.open.first?.moves.first.map { $0.askedAt != nil } ?? false
        }
        try #require(isAsked)
        body(rehearsal.cluster)
    }

    private func expectReplaced(_ rehearsal: Rehearsal, moves: Int) {
        let world = rehearsal.cluster.look { $0 }
        #expect(world.machines[0].ec2State == .terminated)
        #expect(world.services[0].brokers.map(\.moves).reduce(0, +) == moves)
        #expect(world.services[0].brokers.allSatisfy { $0.isRegistered && $0.position != 0 })
        #expect(rehearsal.cluster.mostBrokersOut().values.allSatisfy { $0 <= 1 } && rehearsal.cluster.brokersOut().values.allSatisfy { $0 == 0 })
        #expect(world.machines.count == world.shape.agents + 1)
    }
}

/// mesos/kafka has no call that moves a broker: whoever has one on a node that is to go has to move it.
@Suite(.serialized, .timeLimit(.minutes(10))) struct `A broker of the community's Kafka` {
    private var world: World {
        var shape = World.Shape(agents: 8, publicAgents: 1, appsPerAgent: 1, brokers: [3], hasTiedApps: false)
        shape.kinds = [.community]
        return .attended(at: World.refreshStart, shape: shape)
    }

    @Test func `keeps its node, which says why, until a person has moved it`() async throws {
        try await Rehearsal.with(world) { rehearsal in
            try await rehearsal.tell(.replace(rehearsal.node(0)))
            await rehearsal.go(for: .seconds(1800))
            let shut = await rehearsal.keeper.lastReport?.picture.assessments[rehearsal.node(0)]?.shut ?? []
            #expect(shut.contains { $0.gate == .service }, "\(shut)")
            #expect(rehearsal.cluster.calls().isEmpty)
            rehearsal.cluster.apply(.brokerReplaced(service: 0, broker: 0))
            #expect(
                await rehearsal.go(atMost: .seconds(3 * 3600)) { report in
                    report.picture.state.work.replacements.count == 1 && report.picture.state.work.open.isEmpty
                })
            let world = rehearsal.cluster.look { $0 }
            #expect(world.machines[0].ec2State == .terminated && !rehearsal.cluster.calls().contains { $0.action.movesMember })
        }
    }
}

extension Action {
    var movesMember: Bool { if case .replaceMember = self { true } else { false } }
}
