import Demo
import Fleet
import Foundation
import Replacing
import Running
import Simulation
import Testing

/// One agent with a broker is replaced at a person's word, and something else happens to it on the way.
@Suite(.serialized, .timeLimit(.minutes(30))) struct `A replacement by the daemon` {
    @Test func `of a node that dies in the middle of a move goes on as that of a dead one`() async throws {
        let scene = try await OneReplacement()
        // It keeps a node of which it cannot be told what lies there, and of one that dies that depends on what was seen just before.
        try scene.stage.leaveOut(rules: "stateful.yaml")
        scene.onFirst({ if case .replaceMember = $0 { true } else { false } }) { scene.stage.cluster.apply(.hostFrozen(scene.position)) }
        let outcome = try await run(scene)
        #expect(outcome.kind == "done")
        scene.expectEnd()
        await scene.stage.end()
    }

    @Test func `of a node that its group ends first goes on with the successor that the group brings`() async throws {
        let scene = try await OneReplacement()
        scene.onFirst({ if case .deactivate = $0 { true } else { false } }) {
            scene.stage.cluster.apply(.terminated(scene.position, successorJoins: true))
        }
        let outcome = try await run(scene)
        #expect(outcome.kind == "done" && outcome.order == "departed")
        // Whichever comes first: its agent is marked gone as well.
        scene.expectEnd(isEndedByUs: false, moves: 0...1)
        await scene.stage.end()
    }

    @Test func `waits before the start, and again before the end of the instance, while the template names the wrong image`() async throws {
        let scene = try await OneReplacement()
        let cluster = scene.stage.cluster
        cluster.apply(.templateStale(true))
        let daemon = try scene.stage.startDaemon()
        try await scene.ask()
        try await scene.waitUntilExplained("a fresh instance of pool private would get image")
        try await scene.stage.pass(.seconds(900))
        #expect(cluster.calls().isEmpty, "nothing is touched while the template is wrong")
        scene.onFirst({ if case .replaceMember = $0 { true } else { false } }) { cluster.apply(.templateStale(true)) }
        cluster.apply(.templateStale(false))
        _ = try await scene.stage.waitForReplacements(within: .seconds(2 * 3600)) { all in
            all.contains { $0["step"]?.string == "terminate" && $0["waits_for"]?.items.map(\.string) == ["successor"] }
        }
        try await scene.stage.pass(.seconds(900))
        #expect(!cluster.calls().contains { $0.action.endsInstance }, "its instance is not ended for a wrong image")
        cluster.apply(.templateStale(false))
        #expect(try await scene.outcome().kind == "done")
        daemon.signal(SIGTERM)
        _ = try await daemon.end()
        scene.expectEnd()
        await scene.stage.end()
    }

    @Test func `does not begin while a broker on a node that all others call dead is registered with its cluster`() async throws {
        let scene = try await OneReplacement()
        let cluster = scene.stage.cluster
        for fault in [World.Fault.agentBroken(scene.position), .instanceImpaired(scene.position), .ssmLost(scene.position)] { cluster.apply(fault) }
        let daemon = try scene.stage.startDaemon()
        // Until SSM has given it up too.
        try await scene.stage.pass(.seconds(900))
        try await scene.ask()
        try await scene.waitUntilExplained("registered with its cluster")
        try await scene.stage.pass(.seconds(600))
        #expect(cluster.calls().isEmpty, "\(cluster.calls().map(\.action))")
        cluster.apply(.hostFrozen(scene.position))
        let outcome = try await scene.outcome(within: .seconds(3600))
        #expect(outcome.kind == "done" && outcome.order == "dead")
        daemon.signal(SIGTERM)
        _ = try await daemon.end()
        scene.expectEnd(moves: 0...0)
        await scene.stage.end()
    }

    private func run(_ scene: OneReplacement) async throws -> (kind: String?, order: String?) {
        let daemon = try scene.stage.startDaemon()
        try await scene.ask()
        do {
            let outcome = try await scene.outcome()
            daemon.signal(SIGTERM)
            _ = try await daemon.end()
            return outcome
        } catch {
            Issue.record("\(changes(in: daemon.saidErrors).joined(separator: "\n"))")
            throw error
        }
    }
}

extension Action {
    fileprivate var endsInstance: Bool {
        switch self {
        case .terminate, .retire: true
        default: false
        }
    }
}
