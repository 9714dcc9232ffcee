import Captures
import Fleet
import Foundation
import Ledger
import Rounds
import Synchronization
import Testing
import Wire

@testable import Daemon

@Suite struct `While a target of alerts is away` {
    @Test func `for an hour, rounds keep their pace, nothing is lost, and Mayfly says so elsewhere`() async throws {
        try await RawServer.with { _ in
            [.answer()]
        } _: { server in
            let stage = try AlertStage(.webhook("http://127.0.0.1:1", name: "away"), .webhook(server.url, name: "there"))
            var progress = AlertSender.Progress()
            var due = stage.clock.now
            var rounds = 0
            var turns = 0
            for minute in 0..<60 {
                for _ in 0..<4 {
                    let hosts = minute % 2 == 0 ? ["10.0.0.1", "10.0.0.2"] : ["10.0.0.1"]
                    if await stage.see(hosts) != nil { rounds += 1 }
                    stage.clock.step(.seconds(15))
                    while due <= stage.clock.now {
                        turns += 1
                        due = max(due, stage.clock.now) + (await stage.sender(0).turn(&progress))
                    }
                }
            }
            // Each minute of the clock has its four rounds, whatever the sender does.
            #expect(rounds == 240 && (50...80).contains(turns), "\(rounds) rounds, \(turns) turns")
            #expect(try stage.standing(0)?.failingSince == TurningClock.start + .seconds(15) && stage.standing(0)?.dropped == 0)
            var other = AlertSender.Progress()
            while await stage.sender(1).turn(&other) == .zero {}
            let told = try server.told()
            #expect(told.filter { $0.text.hasPrefix("10.0.0.2 ") }.map(\.state) == (0..<60).map { $0 % 2 == 0 ? "firing" : "resolved" })
            #expect(told.contains { $0.text == "alerts-failing firing" })
            // The other one has all of it waiting, in order, for when it is back.
            #expect(try stage.standing(0)?.queued == told.count)
            await stage.http.shutdown()
        }
    }

    @Test func `and says nothing at all, rounds go on`() async throws {
        let (asked, ask) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await RawServer.with { _ in
            ask.yield()
            return []
        } _: { server in
            let stage = try AlertStage(.webhook(server.url))
            await stage.see("10.0.0.1")
            let (sender, keeper, clock) = (stage.sender(), stage.keeper, stage.clock)
            let rounds = await withTaskGroup(of: Void.self, returning: Int.self) { group in
                group.addTask {
                    var progress = AlertSender.Progress()
                    _ = await sender.turn(&progress)
                }
                for await _ in asked { break }
                var rounds = 0
                for _ in 1...240 {
                    clock.step(.seconds(15))
                    if await keeper.take(.look) != nil { rounds += 1 }
                }
                group.cancelAll()
                return rounds
            }
            #expect(rounds == 240, "all of them while the call was waiting for its answer")
            #expect(try stage.standing()?.delivered == 0 && stage.standing()?.lastFailure == nil, "the end of the program is not the target's failure")
            await stage.http.shutdown()
        }
    }

    @Test func `for longer than the queue lasts, what is needless goes first, and the loss is told`() async throws {
        let stage = try AlertStage(.webhook("http://127.0.0.1:1"), queuedMax: 3)
        await stage.see("10.0.0.1", "10.0.0.2")
        await stage.see("10.0.0.1")
        #expect(try stage.standing()?.queued == 3 && stage.standing()?.dropped == 0)
        await stage.see("10.0.0.1", "10.0.0.3")
        #expect(try stage.standing()?.queued == 3 && stage.standing()?.merged == 1 && stage.standing()?.dropped == 0)
        await stage.see("10.0.0.3", "10.0.0.4", "10.0.0.5")
        let standing = try #require(try stage.standing())
        #expect(standing.queued == 3 && standing.dropped > 0 && standing.lostAt == stage.clock.now)
        await stage.see("10.0.0.3", "10.0.0.4", "10.0.0.5")
        #expect(stage.lines.count("ERROR Mayfly is hindered") == 1)
        await stage.http.shutdown()
    }

    @Test func `nothing that it took is told again and again because that cannot be recorded`() async throws {
        let closing = Mutex<LedgerStore?>(nil)
        try await RawServer.with { _ in
            // The ledger goes while the target is at it.
            try? closing.withLock { $0 }?.close()
            return [.answer()]
        } _: { server in
            let stage = try AlertStage(.webhook(server.url))
            await stage.see("10.0.0.1")
            closing.withLock { $0 = stage.ledger }
            var progress = AlertSender.Progress()
            #expect(await stage.sender().turn(&progress) == .seconds(1))
            #expect(await stage.sender().turn(&progress) == .seconds(2))
            #expect(server.requests.count == 1 && stage.lines.count("WARNING What an alert target took was not recorded") > 0)
            await stage.http.shutdown()
        }
    }

    @Test func `because the ledger cannot be written, people are told of that all the same`() async throws {
        try await RawServer.with { _ in
            [.answer()]
        } _: { server in
            let stage = try AlertStage(.webhook(server.url), .alertmanager(server.url, name: "am"))
            await stage.see("10.0.0.1")
            var progress = [AlertSender.Progress(), AlertSender.Progress()]
            for index in 0...1 { _ = await stage.sender(index).turn(&progress[index]) }
            let before = server.requests.count
            await stage.see("10.0.0.1", "10.0.0.2")
            let work = await stage.keeper.alertWork(for: AlertDestination.webhook(server.url).target, limit: 10, open: false)
            try stage.ledger.close()
            #expect(work.queued.count == 1, "waits until the ledger can say that it was told")
            for _ in 1...5 {
                stage.clock.step(.seconds(15))
                #expect(await stage.keeper.take(.look) == nil)
            }
            for _ in 1...2 {
                for index in 0...1 { _ = await stage.sender(index).turn(&progress[index]) }
            }
            let told = server.requests.dropFirst(before).filter { $0.text.contains("rounds-failing") }
            #expect(told.filter { $0.target == "/" }.count == 1, "a webhook once")
            #expect(told.filter { $0.target == "/api/v2/alerts" }.count == 1, "an Alertmanager at its interval")
            await stage.http.shutdown()
        }
    }
}
