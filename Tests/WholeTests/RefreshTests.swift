import Demo
import Fleet
import Foundation
import Replacing
import Running
import Simulation
import Testing

@Suite(.serialized, .timeLimit(.minutes(30))) struct `The daemon, acting on a whole cluster` {
    private static let speed = 60

    @Test func `brings twenty agents to a new image, with a broker of each cluster out at most`() async throws {
        try await WholeCluster.with(speed: Self.speed, world: { World.refreshing(at: $0, failing: []) }) { whole in
            let daemon = try whole.program("run")
            let isDone = try await whole.wait(.seconds(720)) { $0.refreshed == (20, 20) }
            report(whole)
            try await finish(whole, isDone: isDone, daemon: daemon)
        }
    }

    @Test func `comes to the same end when it is killed again and again`() async throws {
        try await WholeCluster.with(speed: Self.speed, world: { World.refreshing(at: $0, failing: []) }) { whole in
            var random = SplitMix64(seed: 7)
            let end = ContinuousClock.now + .seconds(1200)
            var daemon = try whole.program("run")
            var kills = 0
            while ContinuousClock.now < end, whole.cluster.look({ $0.refreshed.done }) < 20 {
                // Now and then soon after it was started, and now and then in the middle of its work.
                try await Task.sleep(for: .milliseconds(Int(random.draw(1500...25_000))))
                if kills >= Self.killsMax { continue }
                daemon.signal(SIGKILL)
                _ = try await daemon.end()
                kills += 1
                daemon = try whole.program("run")
            }
            print("killed \(kills) times")
            report(whole)
            try await finish(whole, isDone: whole.cluster.look { $0.refreshed == (20, 20) }, daemon: daemon)
        }
    }

    private static let killsMax = 30

    // MARK: - What must hold at the end

    private func report(_ whole: WholeCluster) {
        let (refreshed, calls) = (whole.cluster.look { $0.refreshed }, whole.cluster.calls())
        print("\(refreshed.done) of \(refreshed.of) agents refreshed, by \(calls.count) calls, until \(whole.cluster.look { $0.now })")
        print("brokers out at most: \(whole.cluster.mostBrokersOut().sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
        print("instances at least: \(whole.cluster.fewestInstances().sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
    }

    private func finish(_ whole: WholeCluster, isDone: Bool, daemon: Program) async throws {
        if !isDone {
            let replacements = try? await whole.program("replacements").end().all
            let status = try? await whole.program("status").end().all
            Issue.record("\(whole.cluster.look { $0.refreshed }) after all that time\n\(status ?? "")\n\(replacements ?? "")")
        }
        // Probation is the last that a replacement does.
        let settled = try await whole.wait(.seconds(120)) { _ in false }
        #expect(!settled)
        daemon.signal(SIGTERM)
        let ended = try await daemon.end()
        #expect(ended.code == 0, "\(ended.errors.suffix(2000))")

        let calls = whole.cluster.calls()
        let done = calls.filter { $0.outcome.isDone }
        #expect(whole.cluster.mostBrokersOut().values.allSatisfy { $0 <= 1 }, "\(whole.cluster.mostBrokersOut())")
        whole.cluster.look { world in
            let there = world.machines.filter { $0.ec2State == .running || $0.ec2State == .pending }
            #expect(there.count == 20, "\(there.count) instances are there: none is an orphan, and none is missing")
            #expect(world.machines.count == 40, "\(world.machines.count - 20) were launched for twenty")
            #expect(there.allSatisfy { $0.isConnected && !$0.isDeactivated && $0.drain == nil }, "no cordon is forgotten")
            #expect(world.services.allSatisfy { $0.brokers.allSatisfy { $0.state == "RUNNING" && $0.isRegistered } })
        }
        // A broker is given up once wherever it was, and no machine is ended twice by two different calls.
        var given: [String: Int] = [:]
        for case .replaceMember(let member, let task, _) in done.map(\.action) { given["\(member) \(task?.rawValue ?? "")", default: 0] += 1 }
        #expect(given.values.allSatisfy { $0 == 1 }, "\(given.filter { $0.value > 1 })")
    }
}

extension CallOutcome {
    fileprivate var isDone: Bool {
        switch self {
        case .accepted, .launched: true
        case .refused, .unanswered: false
        }
    }
}
