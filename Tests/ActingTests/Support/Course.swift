import Demo
import Fleet
import Planning
import Replacing
import Rounds
import Simulation
import Testing

@testable import Daemon

/// A way in which one node is replaced, or is not, at a person's word; and the calls that it takes.
enum Course: String, CaseIterable, Sendable {
    /// A node of a group, with a broker, hooks of its own and a hook on termination.
    case inGroup
    /// A public one, which is launched from a template.
    case byTemplate
    /// One of a group that launches first.
    case onTop
    /// One whose host hangs, with a broker of a scheduler that moves none by itself.
    case dead
    /// One whose agent cannot be started again.
    case stray
    /// One that is cancelled once its agent has left.
    case undone

    /// The calls that change something, and the one that keeps what the machine said last.
    var calls: Set<String> {
        let leaving: Set = ["mesos DEACTIVATE_AGENT", "mesos DRAIN_AGENT", "ssm SendCommand mayfly: leave"]
        let ending: Set = ["ec2 GetConsoleOutput", "autoScaling TerminateInstanceInAutoScalingGroup", "mesos MARK_AGENT_GONE"]
        let moving: Set = ["scheduler POST v1/pod/kafka-0/replace"]
        switch self {
        case .inGroup:
            return leaving.union(ending).union(moving).union([
                "ssm SendCommand mayfly: before_drain", "ssm SendCommand mayfly: ready", "autoScaling CompleteLifecycleAction",
            ])
        case .byTemplate: return leaving.union(["ec2 GetConsoleOutput", "ec2 TerminateInstances", "mesos MARK_AGENT_GONE", "ec2 RunInstances"])
        case .onTop: return leaving.union(ending).union(["ec2 RunInstances", "autoScaling AttachInstances"])
        case .dead: return ending.union(moving)
        case .stray: return ending.union(["ssm SendCommand mayfly: restart", "ssm SendCommand mayfly: stop"])
        case .undone: return leaving.union(["ssm SendCommand mayfly: start", "mesos REACTIVATE_AGENT"])
        }
    }

    /// Where the node stands.
    var position: Int {
        switch self {
        case .inGroup, .dead: 0
        case .byTemplate: 7
        case .onTop, .stray, .undone: 4
        }
    }

    var world: World {
        var shape = World.Shape(agents: 8, publicAgents: 2, appsPerAgent: 1, brokers: [3], hasTiedApps: false)
        shape.hasThreeCopies = true
        if self == .dead { shape.kinds = [.confluent] }
        return .attended(at: World.refreshStart, shape: shape)
    }

    /// What is other than in the demo's configuration.
    func configuration(_ text: String) -> String {
        let plain = "provision: {group: \(World.group)}\n    commands: {via: ssm}"
        switch self {
        case .inGroup:
            return text.replacing(
                plain,
                with:
                    "provision: {group: \(World.group)}\n    lifecycle_hook: \(Self.hook)\n    commands: {via: ssm, before_drain: [\"true\"], ready: [\"true\"]}"
            )
        case .onTop: return text.replacing(plain, with: plain + "\n    order: launch-first")
        case .byTemplate, .dead, .stray, .undone: return text
        }
    }

    static let hook = "mayfly-drain"

    /// Lets happen what it begins with, and asks for the replacement.
    func begin(_ rehearsal: Rehearsal) async throws {
        switch self {
        case .inGroup: rehearsal.cluster.put(World.LifecycleHook(name: Self.hook, timeout: .seconds(600)))
        case .dead: rehearsal.cluster.apply(.hostFrozen(position))
        case .stray: rehearsal.cluster.apply(.agentBroken(position))
        case .byTemplate, .onTop, .undone: break
        }
        if self == .dead || self == .stray { await rehearsal.go(for: .seconds(600)) }
        try await rehearsal.replace(position)
    }

    /// The node is gone and one has come for it, or it is as it was; nothing was done twice, and nothing is left behind.
    func expectEnd(_ rehearsal: Rehearsal) async {
        let (world, calls) = (rehearsal.cluster.look { $0 }, rehearsal.cluster.calls())
        let node = world.machines[position].instance
        let isReplaced = self != .undone
        let accepted = calls.filter { if case .accepted = $0.outcome { true } else { false } }.map(\.action)
        let ended = Set(
            accepted.compactMap { action -> InstanceID? in
                switch action {
                case .terminate(let instance, _), .retire(let instance, _): instance
                default: nil
                }
            })
        #expect(ended == (isReplaced ? [node] : []), "\(ended)")
        #expect(world.machines.count == world.shape.agents + (isReplaced ? 1 : 0), "as many were launched as were ended")
        let there = world.machines.filter { $0.ec2State == .running }
        #expect(there.count == world.shape.agents && there.allSatisfy { $0.isConnected && !$0.isDeactivated && $0.drain == nil })
        #expect(world.autoScalingGroup.desired == 6 && world.autoScalingGroup.instances.count == 6)
        #expect(world.services[0].brokers.map(\.moves).reduce(0, +) == (moves ? 1 : 0), "its broker moves once")
        #expect(rehearsal.cluster.mostBrokersOut().values.allSatisfy { $0 <= 1 })
        #expect(rehearsal.cluster.brokersOut().values.allSatisfy { $0 == 0 })
        let replacement = await rehearsal.replacement
        #expect(replacement?.outcome?.kind == (isReplaced ? .done : .cancelled))
    }

    private var moves: Bool { self == .inGroup || self == .dead }
}

extension Rehearsal {
    func node(_ position: Int) -> NodeID { cluster.look { NodeID($0.machines[position].instance) } }

    /// Asks for a node to be replaced, as soon as that is taken.
    func replace(_ position: Int) async throws {
        let before = await replacement?.id
        try await tell(.replace(node(position)))
        guard await go(atMost: .seconds(1800), until: { report in report.picture.state.work.replacements.keys.max().map { $0 != before } ?? false }) else {
            let assessment = await keeper.lastReport?.picture.assessments[node(position)]
            throw DidNotBegin(description: "\(assessment?.shut.map(\.reason) ?? []) \(log.all.suffix(20).joined(separator: "\n"))")
        }
    }

    struct DidNotBegin: Error, CustomStringConvertible {
        let description: String
    }

    struct DidNotEnd: Error, CustomStringConvertible {
        let description: String
    }

    /// Lets time go by until the newest replacement is over. What is parked on the way a person has tried again, once it has stood for a while.
    ///
    /// - Parameter isDue: called when it stands somewhere else than before.
    /// - Returns: why it was parked, each time.
    func finish(within limit: Duration = .seconds(6 * 3600), onChange: (Replacement) async throws -> Void = { _ in }) async throws -> [String] {
        let end = clock.now() + limit
        var parked: [String] = []
        while clock.now() < end {
            let replacement = try #require(await replacement)
            if !replacement.isOpen { return parked }
            if case .parked(let reason, let words, _) = replacement.standing {
                parked.append("\(replacement.step) \(reason): \(words)")
                try #require(parked.count < 12, "\(parked)")
                await go(for: .seconds(300))
                // It may have gone on by itself.
                if await self.replacement?.isParked == true { try await tell(.retry(replacement.id)) }
            }
            try await onChange(replacement)
            await go(atMost: min(.seconds(3600), max(.zero, end - clock.now()))) { $0.picture.state.work.replacements[replacement.id] != replacement }
        }
        let last = try #require(await replacement)
        let held = await keeper.lastReport?.picture.state.work.held[last.id] ?? []
        throw DidNotEnd(description: "after \(limit) it is not over: \(last.step) \(last.standing) \(held.map(\.reason)) parked before \(parked)")
    }
}
