import Demo
import Fleet
import Foundation
import Replacing
import Running
import Simulation
import Synchronization
import Testing

/// One agent with a broker is replaced at a person's word, and each kind of call that it takes fails once.
@Suite(.serialized, .timeLimit(.minutes(30))) struct `A replacement of which each call fails once` {
    static let mishaps: [DemoCluster.Mishap] = [
        .refused("403 UnauthorizedOperation: You are not authorized to perform this operation."), .refused("503 RequestLimitExceeded: Request limit exceeded."),
        .lostBefore, .lostAfter,
    ]

    @Test(arguments: mishaps) func `comes to the same end, and nothing is done twice`(mishap: DemoCluster.Mishap) async throws {
        let scene = try await OneReplacement()
        let met = Mutex<Set<String>>([])
        scene.stage.cluster.tamper { action in met.withLock { $0.insert(action.words).inserted } ? mishap : nil }
        let daemon = try scene.stage.startDaemon()
        try await scene.ask()
        var parked: Set<String> = []
        while true {
            let all = try await scene.stage.waitForReplacements(within: .seconds(4 * 3600)) {
                $0.contains { ["ended", "parked"].contains($0["standing"]?.string) }
            }
            guard let first = all.first, first["standing"]?.string == "parked" else { break }
            // What a person would do; it must say what for.
            let words = first["park_words"]?.string ?? ""
            #expect(words.count > 10 && first["remedy"] != nil, "\(Stage.shown(first))")
            let isNew = parked.insert("\(first["step"]?.string ?? ""): \(words)").inserted
            try #require(isNew, "it is parked for the same again: \(words)")
            let answer = try await scene.stage.command("retry", "1", "--reason", "it is mended")
            #expect(answer.code == 0, "\(answer.all)")
        }
        #expect(try await scene.outcome().kind == "done")
        daemon.signal(SIGTERM)
        _ = try await daemon.end()
        FileHandle.standardError.write(Data("\(mishap): met by \(met.withLock { $0.sorted() }); parked: \(parked.sorted())\n".utf8))
        #expect(met.withLock { $0.count } >= 5)
        scene.expectEnd()
        await scene.stage.end()
    }
}
