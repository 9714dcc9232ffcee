import Captures
import Foundation
import Running
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct `Alerts of the daemon` {
    /// A webhook that keeps silent until it is told to answer.
    private final class Hook: Sendable {
        private let answers = Mutex(false)
        private let (signals, signal) = AsyncStream.makeStream(of: RawServer.Request.self, bufferingPolicy: .bufferingOldest(1000))

        var requests: AsyncStream<RawServer.Request> { signals }
        func beginToAnswer() { answers.withLock { $0 = true } }

        @Sendable func answer(_ request: RawServer.Request) -> [RawServer.Step] {
            signal.yield(request)
            return answers.withLock { $0 } ? [.answer(204)] : []
        }
    }

    private func site(masters: String, hook: String) throws -> Site {
        let site = try Site(masters: masters)
        try site.folder.write(Site.rule.replacing("'absent'", with: "'active'"), "rules/lost.yaml")
        let text = try String(contentsOfFile: site.configuration, encoding: .utf8)
        try site.folder.write(text + "alerts: {webhook: [{url: '\(hook)/t0psecretpath', name: hook}]}\n", "mayfly.yaml")
        return site
    }

    @Test func `come again when it was killed before the answer, and only then`() async throws {
        let master = try await ReplayServer.start()
        let hook = Hook()
        try await RawServer.with(answer: hook.answer) { server in
            let site = try site(masters: master.url, hook: server.url)
            let killed = try await site.daemon()
            var requests = hook.requests.makeAsyncIterator()
            let first = try #require(await requests.next())
            killed.signal(SIGKILL)
            let ended = try await killed.end()
            #expect(ended.code == 128 + SIGKILL && first.text.contains(#""state":"firing""#))

            hook.beginToAnswer()
            let again = try await site.daemon()
            var told: [String] = []
            while told.last != first.text, let next = await requests.next() { told.append(next.text) }
            #expect(told.contains(first.text), "the same alert, word for word")
            again.signal(SIGTERM)
            let all = try await again.end().all + ended.all
            #expect(!all.contains("t0psecretpath"))
            #expect(try await site.run("history", "--json").code == 0)
        }
        try await master.stop()
    }

    @Test func `are queued by a single look, and it says what hinders it`() async throws {
        let master = try await ReplayServer.start()
        let site = try site(masters: master.url, hook: Site.nowhere)
        let ended = try await site.run("run", "--once", "--json")
        #expect(try JSON(ended.output)["own_findings"] != nil)
        let checked = try await site.run("check", "--offline")
        #expect(checked.output.contains("Alerts to hook") && !checked.all.contains("t0psecretpath"), "\(checked.all)")
        try await master.stop()
    }
}
