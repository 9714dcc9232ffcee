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
