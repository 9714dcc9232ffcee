import Captures
import Console
import Daemon
import Fleet
import Foundation
import Ledger
import Logging
import Rounds
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct `A daemon that is examined` {
    private struct Body: Decodable {
        struct Check: Decodable {
            let name: String
            let verdict: String
            let message: String
            let remedy: String?
        }
        let by: String
        let user: String
        let at: String
        let good: Bool
        let checks: [Check]
    }

    @Test func `says so, as which user, and what fails with its remedy`() async throws {
        let refusal = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>No.</Message></Error></Errors></Response>"
        try await RawServer.with(answer: { _ in [.answer(403, body: refusal.utf8)] }) { aws in
            let stage = try ConsoleStage(aws: aws.url)
            await stage.watch(for: .seconds(60))
            try await stage.answering { client in
                let reply = try await client.ask(.doctor, wantsText: false)
                let body = try JSONDecoder().decode(Body.self, from: Data(reply.text.utf8))
                #expect(body.by == "daemon" && body.user == Peer.own.name && body.at == stage.now.description && !body.good && !reply.isGood)
                let ledger = try #require(body.checks.first { $0.name == "ledger" })
                #expect(ledger.verdict == "ok" && ledger.message.contains("is held by this daemon"))
                let failing = body.checks.filter { $0.verdict == "fail" }
                #expect(failing.contains { $0.name == "master http://127.0.0.1:1" } && failing.allSatisfy { $0.remedy?.isEmpty == false }, "\(failing)")
                #expect(body.checks.allSatisfy { ["ok", "warn", "fail"].contains($0.verdict) && !$0.message.isEmpty })
                let text = try await client.ask(.doctor, wantsText: true).text
                #expect(text.hasPrefix("Examined by the running daemon, as user \(Peer.own.name)\nok   configuration: "), "\(text)")
                #expect(text.contains("\nfail master http://127.0.0.1:1: ") && text.contains("\n       → ") && text.hasSuffix(" failing\n"))
                #expect(stage.lines.contains { $0.contains("Answered") && $0.contains("/v1/doctor") && $0.contains("\(Peer.own)") }, "who asked is known")
            }
            await stage.watchdog.clients.shutdown()
            try stage.ledger.close()
        }
    }

    @Test func `goes on with its rounds meanwhile, and is examined for one at a time`() async throws {
        // Connected, and silent.
        try await RawServer.with(answer: { _ in [] }) { server in
            let stage = try ConsoleStage(masters: server.url)
            await stage.watch(for: .seconds(60))
            try await stage.answering { client in
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try? await client.ask(.doctor, wantsText: true) }
                    while server.requests.isEmpty { await Task.yield() }
                    let before = stage.now
                    await stage.watch(for: .seconds(60))
                    let at = await stage.watchdog.keeper.lastReport?.picture.at
                    #expect(at.map { $0 > before } == true, "no round waits for an examination")
                    let refused = await #expect(throws: ConsoleError.self) { try await client.ask(.doctor, wantsText: true) }
                    #expect(refused?.code == .busy && refused?.hint.isEmpty == false)
                    group.cancelAll()
                }
            }
            await stage.watchdog.clients.shutdown()
            try stage.ledger.close()
        }
    }
}
