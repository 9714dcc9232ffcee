import Captures
import Fleet
import Foundation
import Ledger
import Rounds
import Testing
import Wire

@testable import Daemon

@Suite struct `A webhook` {
    @Test func `is told of every change, in order for each alert`() async throws {
        try await RawServer.with { _ in
            [.answer(204)]
        } _: { server in
            let stage = try AlertStage(.webhook(server.url + "/alerts"))
            await stage.see("10.0.0.1", "10.0.0.2")
            await stage.see("10.0.0.2")
            await stage.see("10.0.0.1", "10.0.0.2")
            let sender = stage.sender()
            var progress = AlertSender.Progress()
            var waits: [Duration] = []
            repeat { waits.append(await sender.turn(&progress)) } while waits.last == .zero
            let told = try server.told()
            #expect(told.filter { $0.text.hasPrefix("10.0.0.1 ") }.map(\.state) == ["firing", "resolved", "firing"])
            #expect(told.filter { $0.text.hasPrefix("10.0.0.2 ") }.map(\.state) == ["firing"])
            #expect(waits == [.zero, .zero, .zero, AlertSender.interval] && told.allSatisfy { $0.version == 1 && $0.cluster == "prod" && $0.rule == "there" })
            #expect(server.requests.allSatisfy { $0.method == "POST" && $0.target == "/alerts" && $0.header("Content-Type") == "application/json" })
            #expect(try stage.standing()?.delivered == 4 && stage.standing()?.queued == 0 && stage.standing()?.lastSuccess == stage.clock.now)
            await stage.http.shutdown()
        }
    }

    @Test func `that never took anything is tried where something may be done, until it takes it, and is told of nothing else by that`() async throws {
        let script = Script([.answer(404)], [.answer(200)])
        try await RawServer.with { _ in
            script.next()
        } _: { server in
            let stage = try AlertStage(.webhook(server.url), mode: .act)
            let sender = stage.sender()
            var progress = AlertSender.Progress()
            _ = await sender.turn(&progress)
            #expect(server.requests.isEmpty, "before the first round nothing could be recorded of it")
            await stage.see()
            _ = await sender.turn(&progress)
            #expect(try stage.standing()?.failingSince == stage.clock.now && stage.standing()?.lastSuccess == nil)
            for _ in 0..<3 { _ = await sender.turn(&progress) }
            #expect(try server.told().map { "\($0.text) \($0.state)" } == ["alert-test resolved resolved", "alert-test resolved resolved"])
            #expect(try stage.standing()?.failingSince == nil && stage.standing()?.lastSuccess == stage.clock.now && stage.standing()?.delivered == 0)
            // A later run of the program knows it.
            var later = AlertSender.Progress()
            _ = await sender.turn(&later)
            #expect(server.requests.count == 2)
            await stage.http.shutdown()
        }
    }

    @Test func `is sent the documented body`() async throws {
        try await RawServer.with { _ in
            [.answer()]
        } _: { server in
            let stage = try AlertStage(.webhook(server.url))
            await stage.see("10.0.0.1")
            var progress = AlertSender.Progress()
            _ = await stage.sender().turn(&progress)
            let body = try #require(server.requests.first?.text)
            let keys = body.matches(of: /"(\w+)":/).map { String($0.output.1) }
            #expect(
                Set(keys).isSuperset(of: [
                    "version", "cluster", "state", "fingerprint", "origin", "rule", "node", "verdict", "severity", "since", "firing_since", "summary",
                    "evidence", "fact", "reading", "value",
                ]), "\(body)")
            let page = try String(contentsOf: URL(filePath: #filePath).appending(path: "../../../../docs/alerts.md").standardizedFileURL, encoding: .utf8)
            for key in Set(keys) { #expect(page.contains("`\(key)`"), "docs/alerts.md does not name \(key)") }
            await stage.http.shutdown()
        }
    }

    @Test func `that answers with an error is tried again, later each time, and is found again`() async throws {
        let script = Script([.answer(503, body: "busy".utf8)], [.answer(429)], [.close], [.answer(200)])
        try await RawServer.with { _ in
            script.next()
        } _: { server in
            let stage = try AlertStage(.webhook(server.url))
            await stage.see("10.0.0.1")
            let sender = stage.sender()
            var progress = AlertSender.Progress()
            var waits: [Duration] = []
            for _ in 1...3 {
                waits.append(await sender.turn(&progress))
                stage.clock.step(waits.last ?? .zero)
            }
            #expect(waits == [.seconds(1), .seconds(2), .seconds(4)])
            #expect(try stage.standing()?.failingSince == TurningClock.start && stage.standing()?.queued == 1)
            #expect(await sender.turn(&progress) == .zero)
            #expect(try stage.standing()?.failingSince == nil && stage.standing()?.delivered == 1 && progress.attempt == 0)
            #expect(stage.lines.count("WARNING Alerts could not be delivered, will retry") == 1, "said once")
            #expect(stage.lines.count("it answered 503: busy") == 1 && stage.lines.count("NOTICE Alerts are delivered again") == 1, "\(stage.lines.all)")
            #expect(AlertSender.backoff.delay(attempt: 99, random: 1) == .seconds(60))
            await stage.http.shutdown()
        }
    }

    @Test(arguments: [400, 404, 410, 413, 422]) func `that says no gets the next one, and the reason is kept`(status: Int) async throws {
        let script = Script([.answer(status, body: "no such thing".utf8)], [.answer()])
        try await RawServer.with { _ in
            script.next()
        } _: { server in
            let stage = try AlertStage(.webhook(server.url))
            await stage.see("10.0.0.1", "10.0.0.2")
            var progress = AlertSender.Progress()
            _ = await stage.sender().turn(&progress)
            let standing = try #require(try stage.standing())
            #expect(standing.refused == 1 && standing.delivered == 1 && standing.queued == 0 && standing.failingSince == nil)
            #expect(standing.failure == "it answered \(status): no such thing")
            #expect(stage.lines.count("ERROR Alert was refused and is given up") == 1)
            // Which Mayfly then finds about itself, and would tell others.
            await stage.see("10.0.0.1", "10.0.0.2")
            #expect(stage.lines.count("ERROR Mayfly is hindered") == 1 && stage.lines.count("own_finding.kind=alerts-lost") == 1)
            await stage.http.shutdown()
        }
    }

    @Test(arguments: [401, 403, 408, 429, 500, 302]) func `that says no only for now loses nothing`(status: Int) async throws {
        try await RawServer.with { _ in
            [.answer(status)]
        } _: { server in
            let stage = try AlertStage(.webhook(server.url))
            await stage.see("10.0.0.1")
            var progress = AlertSender.Progress()
            #expect(await stage.sender().turn(&progress) == .seconds(1))
            #expect(try stage.standing()?.queued == 1 && stage.standing()?.refused == 0)
            await stage.http.shutdown()
        }
    }

    @Test func `that chokes on one alert is told of the others all the same`() async throws {
        try await RawServer.with { request in
            [.answer(request.text.contains("10.0.0.1\"") ? 500 : 200)]
        } _: { server in
            let stage = try AlertStage(.webhook(server.url))
            await stage.see("10.0.0.1", "10.0.0.2", "10.0.0.3")
            var progress = AlertSender.Progress()
            for _ in 1...4 { _ = await stage.sender().turn(&progress) }
            #expect(try stage.standing()?.delivered == 2 && stage.standing()?.queued == 1)
            await stage.http.shutdown()
        }
    }

    @Test func `is given the token, read anew each time, and nobody else sees it`() async throws {
        let folder = try TemporaryFolder()
        let path = "/hooks/t0psecretpath"
        try await RawServer.with { request in
            [.answer(500, body: "\(request.header("Authorization") ?? "none") at \(request.target)".utf8)]
        } _: { server in
            let stage = try AlertStage(.webhook(server.url + path, tokenFile: folder.file("token")))
            await stage.see("10.0.0.1")
            var progress = AlertSender.Progress()
            _ = await stage.sender().turn(&progress)
            #expect(server.requests.isEmpty && stage.lines.count("the token file \(folder.file("token")) cannot be opened") == 1)
            for token in ["t0psecretone", "t0psecrettwo"] {
                try folder.write(token + "\n", "token")
                progress.attempt = 0
                _ = await stage.sender().turn(&progress)
                #expect(server.requests.last?.header("Authorization") == "Bearer " + token)
            }
            let standing = try #require(try stage.standing())
            #expect(standing.failure == "it answered 500: Bearer … at …")
            for text in stage.lines.all + ["\(standing)"] { #expect(!text.contains("t0psecret"), "\(text)") }
            let bytes = try ["", "-wal"].map { try Data(contentsOf: URL(filePath: stage.folder.file("mayfly.db" + $0))) }
            #expect(bytes.allSatisfy { $0.firstRange(of: Data("t0psecret".utf8)) == nil })
            await stage.http.shutdown()
        }
        let stage = try AlertStage(.webhook("http://127.0.0.1:1" + path))
        await stage.see("10.0.0.1")
        var progress = AlertSender.Progress()
        _ = await stage.sender().turn(&progress)
        #expect(stage.lines.count("no connection") == 1 && stage.lines.count("t0psecret") == 0)
        await stage.http.shutdown()
    }

    @Test func `is told again, and never not at all, when the program is killed before or after the call`() async throws {
        try await RawServer.with { _ in
            [.answer()]
        } _: { server in
            let stage = try AlertStage(.webhook(server.url))
            await stage.see("10.0.0.1")
            // It took the alert; the program dies before that is recorded.
            let work = await stage.keeper.alertWork(for: AlertDestination.webhook(server.url).target, limit: 10, open: false)
            let body = try #require(AlertSender.json(AlertView(work.queued[0].alert)))
            #expect(await AlertPost(destination: .webhook(server.url), http: stage.http).send(body) == .taken)
            try stage.afterKill()
            var progress = AlertSender.Progress()
            _ = await stage.sender().turn(&progress)
            #expect(try server.told().map(\.text) == ["10.0.0.1 firing", "10.0.0.1 firing"])
            #expect(try stage.standing()?.delivered == 1 && stage.standing()?.queued == 0)
            await stage.see("10.0.0.1")
            _ = await stage.sender().turn(&progress)
            #expect(try server.told().count == 2, "what was told before is not told again by the round after")
            await stage.http.shutdown()
        }
    }
}
