import Captures
import Fleet
import Foundation
import Ledger
import Testing
import Wire

@testable import Daemon

/// Alertmanager has a clock of its own, and ends what is not told of again by it.
private func realNow() -> Timestamp { Time.system.now() }

@Suite(.timeLimit(.minutes(2))) struct `An Alertmanager` {
    /// What people were told, as it comes.
    private final class People: Sendable {
        let stream: AsyncStream<Notification>
        let take: @Sendable (RawServer.Request) -> [RawServer.Step]

        init() {
            let (stream, continuation) = AsyncStream.makeStream(of: Notification.self, bufferingPolicy: .bufferingOldest(1000))
            self.stream = stream
            take = { request in
                if let notification = try? JSONDecoder().decode(Notification.self, from: Data(request.body)) { continuation.yield(notification) }
                return [.answer()]
            }
        }

        /// Waits until they were told so.
        func wait(_ isIt: (Notification) -> Bool) async -> Notification? {
            for await notification in stream where isIt(notification) { return notification }
            return nil
        }
    }

    private func turns(_ sender: AlertSender, _ progress: inout AlertSender.Progress) async { while await sender.turn(&progress) == .zero {} }

    @Test func `receives, groups and resolves`() async throws {
        let people = People()
        try await RawServer.with(answer: people.take) { server in
            let http = try HTTPCaller()
            let folder = try TemporaryFolder()
            let alertmanager = try await Alertmanager(telling: server.url, folder: folder, http: http)
            let stage = try AlertStage(.alertmanager(alertmanager.url), clock: HandClock(realNow()))
            await stage.see("10.0.0.1", "10.0.0.2")
            var progress = AlertSender.Progress()
            await turns(stage.sender(), &progress)
            #expect(await AlertPost(destination: .alertmanager(alertmanager.url), http: http).check() == nil)
            #expect(try stage.standing()?.delivered == 2 && stage.standing()?.queued == 0)
            #expect(try await alertmanager.active() == ["there agent:S-10.0.0.1", "there agent:S-10.0.0.2"])
            let told = try #require(await people.wait { $0.alerts.count == 2 })
            #expect(told.status == "firing" && told.groupLabels == ["alertname": "there", "cluster": "prod"], "one message for both")
            #expect(told.commonLabels["origin"] == "rule" && told.commonLabels["severity"] == "warning" && told.commonLabels["verdict"] == "notify")
            let item = try #require(told.alerts.first { $0.labels["node"] == "agent:S-10.0.0.1" })
            #expect(item.annotations["summary"] == "agent:S-10.0.0.1" && item.annotations["description"]?.contains("mesos_state: active") == true)
            #expect(Timestamp(iso8601: item.startsAt) == stage.clock.now)
            await stage.see("10.0.0.2")
            await turns(stage.sender(), &progress)
            #expect(try await alertmanager.active() == ["there agent:S-10.0.0.2"])
            let ended = await people.wait { $0.alerts.contains { $0.status == "resolved" } }
            #expect(ended?.alerts.first { $0.status == "resolved" }?.labels["node"] == "agent:S-10.0.0.1")
            alertmanager.stop()
            await http.shutdown()
            await stage.http.shutdown()
        }
    }

    @Test func `that was away for an hour is told what is so now, and keeps it as long as it is told again`() async throws {
        let people = People()
        try await RawServer.with(answer: people.take) { server in
            let http = try HTTPCaller()
            // It tells two of them; each is told everything.
            let (one, two) = (try TemporaryFolder(), try TemporaryFolder())
            let first = try await Alertmanager(telling: server.url, folder: one, http: http)
            let port = try #require(Int(first.url.split(separator: ":").last ?? ""))
            let second = try await Alertmanager(telling: "http://127.0.0.1:1", folder: two, http: http)
            let stage = try AlertStage(
                .alertmanager(first.url, name: "first"), .alertmanager(second.url, name: "second"), clock: HandClock(realNow() - .seconds(3600)))
            var progress = [AlertSender.Progress(), AlertSender.Progress()]
            await stage.see("10.0.0.1", "10.0.0.2", "10.0.0.3")
            first.stop()
            var rounds = 0
            for round in 0..<240 {
                // In the meantime 1 ends, 2 goes on, 3 comes and goes, and 4 begins.
                let hosts = round < 100 ? ["10.0.0.2", "10.0.0.3"] : round < 200 ? ["10.0.0.2"] : ["10.0.0.2", "10.0.0.4"]
                if await stage.see(hosts) != nil { rounds += 1 }
                stage.clock.step(.seconds(15))
                if round % 4 == 0 { _ = await stage.sender(0).turn(&progress[0]) }
            }
            #expect(rounds == 240)
            #expect(try stage.standing(0)?.queued ?? 0 >= 4 && stage.standing(0)?.failingSince != nil && stage.standing(0)?.dropped == 0)
            let back = try await Alertmanager(telling: server.url, folder: one, http: http, port: port)
            for index in 0...1 { await turns(stage.sender(index), &progress[index]) }
            let now = ["mayfly-alerts-failing first", "there agent:S-10.0.0.2", "there agent:S-10.0.0.4"]
            #expect(try await back.active() == now)
            #expect(try await second.active() == now)
            #expect(try stage.standing(0)?.queued == 0 && stage.standing(0)?.failingSince == nil && stage.standing(1)?.queued == 0)
            #expect(stage.lines.count("NOTICE Alerts are delivered again") == 1)
            // One that forgets everything is told all of it again within the interval.
            back.stop()
            try FileManager.default.removeItem(atPath: one.file("alertmanager"))
            let empty = try await Alertmanager(telling: server.url, folder: one, http: http, port: port)
            #expect(try await empty.active().isEmpty)
            stage.clock.step(.seconds(59))
            await turns(stage.sender(0), &progress[0])
            #expect(try await empty.active().isEmpty)
            stage.clock.step(.seconds(1))
            await turns(stage.sender(0), &progress[0])
            #expect(try await empty.active() == now)
            empty.stop()
            second.stop()
            await http.shutdown()
            await stage.http.shutdown()
        }
    }

    @Test func `that was away for an hour of rounds is told of each end as well, and people hear of those that they had been told of`() async throws {
        let people = People()
        try await RawServer.with(answer: people.take) { server in
            let http = try HTTPCaller()
            let folder = try TemporaryFolder()
            let first = try await Alertmanager(telling: server.url, folder: folder, http: http)
            let port = try #require(Int(first.url.split(separator: ":").last ?? ""))
            // Alertmanager goes by its own clock, which ends what is over by it: so the hour's rounds are put into seconds that are past.
            let stage = try AlertStage(.alertmanager(first.url), clock: HandClock(realNow() - .seconds(10)))
            var progress = AlertSender.Progress()
            await stage.see("10.0.0.1", "10.0.0.2", "10.0.0.3")
            await turns(stage.sender(), &progress)
            let begun = try #require(await people.wait { $0.alerts.count == 3 })
            #expect(begun.status == "firing")
            try await first.waitForAnswers(server.requests.count)
            first.stop()
            var (rounds, tries) = (0, 0)
            for round in 0..<240 {
                // In the meantime 1 ends, 2 goes on, 3 ends, comes again and ends, and 4 comes and goes.
                var hosts = ["10.0.0.2"]
                if round < 40 || (120..<160).contains(round) { hosts.append("10.0.0.3") }
                if (60..<100).contains(round) { hosts.append("10.0.0.4") }
                if await stage.see(hosts) != nil { rounds += 1 }
                stage.clock.step(.milliseconds(15))
                if round % 4 == 0 {
                    tries += 1
                    _ = await stage.sender().turn(&progress)
                }
            }
            #expect(rounds == 240 && tries == 60 && progress.attempt > 0)
            #expect(try stage.standing()?.dropped == 0 && stage.standing()?.delivered == 3 && stage.standing()?.failingSince != nil)
            let back = try await Alertmanager(telling: server.url, folder: folder, http: http, port: port)
            await turns(stage.sender(), &progress)
            #expect(try stage.standing()?.queued == 0 && stage.standing()?.dropped == 0 && stage.standing()?.failingSince == nil)
            #expect(try await back.received("resolved") == 3, "the ends of 1, of 3 and of 4")
            var over: Set<String> = []
            let told = await people.wait {
                over.formUnion($0.alerts.filter { $0.status == "resolved" }.compactMap { $0.labels["node"] })
                return over.isSuperset(of: ["agent:S-10.0.0.1", "agent:S-10.0.0.3"])
            }
            #expect(told != nil && !over.contains("agent:S-10.0.0.2"))
            // What goes on is told again at its interval, and has not ended.
            stage.clock.step(.seconds(60))
            await turns(stage.sender(), &progress)
            #expect(try await back.active() == ["there agent:S-10.0.0.2"])
            back.stop()
            await http.shutdown()
            await stage.http.shutdown()
        }
    }

    @Test func `that refuses some takes the others, and is not asked again about those`() async throws {
        let answer: RawServer.Answer = { request in [request.text.contains("10.0.0.3\"") ? .answer(400, body: "bad label".utf8) : .answer()] }
        try await RawServer.with(answer: answer) { server in
            let stage = try AlertStage(.alertmanager(server.url))
            await stage.see((1...5).map { "10.0.0.\($0)" })
            var progress = AlertSender.Progress()
            await turns(stage.sender(), &progress)
            #expect(try stage.standing()?.delivered == 4 && stage.standing()?.refused == 1 && stage.standing()?.failure == "it answered 400: bad label")
            let count = server.requests.count
            stage.clock.step(.seconds(60))
            await turns(stage.sender(), &progress)
            #expect(server.requests.count == count + 1 && !(server.requests.last?.text.contains("10.0.0.3\"") ?? true))
            await stage.http.shutdown()
        }
    }

    @Test func `of another version, or none at all, loses nothing`() async throws {
        try await RawServer.with { _ in
            [.answer(404, body: "page not found".utf8)]
        } _: { server in
            let stage = try AlertStage(.alertmanager(server.url))
            await stage.see("10.0.0.1")
            var progress = AlertSender.Progress()
            #expect(await stage.sender().turn(&progress) == .seconds(1))
            #expect(try stage.standing()?.queued == 1 && stage.standing()?.refused == 0)
            let problem = await AlertPost(destination: .alertmanager(server.url), http: stage.http).check()
            #expect(problem == "am answered 404 to /api/v2/status; is alerts.alertmanager the URL of an Alertmanager, up to its prefix?")
            await stage.http.shutdown()
        }
    }
}
