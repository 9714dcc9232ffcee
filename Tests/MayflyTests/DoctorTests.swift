import Captures
import Foundation
import Running
import Testing

@Suite(.timeLimit(.minutes(3))) struct `mayfly doctor` {
    private func check(_ name: String, _ found: JSON) -> JSON? { found["checks"]?.items.first { $0["name"]?.string?.hasPrefix(name) == true } }

    @Test func `asks the daemon where one runs, and says which of both tried`() async throws {
        let master = try await ReplayServer.start()
        let refusal = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>No.</Message></Error></Errors></Response>"
        let aws = try await RawServer.start { _ in [.answer(403, body: refusal.utf8)] }
        let site = try Site(masters: master.url, aws: aws.url)
        let alone = try await site.run("doctor")
        #expect(alone.code == 1 && alone.output.hasPrefix("Examined by this command, as user "), "\(alone.all)")
        #expect(
            alone.output.contains("\nwarn socket: no daemon answers on ") && alone.output.contains("\nok   master \(master.url): Mesos "), "\(alone.output)")
        #expect(alone.output.contains("\nfail ec2:DescribeInstances: ") && alone.output.contains("\n       → allow ec2:DescribeInstances"))

        let daemon = try await site.daemon("--log-level", "debug")
        try await daemon.waitFor("Answering")
        try await daemon.waitFor("Round ended")
        // The daemon's word: this command knows neither its key nor its way.
        let asked = try await site.run("doctor", "--json", environment: [:])
        let found = try JSON(asked.output)
        #expect(asked.code == 1 && found.keys == ["at", "by", "checks", "good", "user"], "\(asked.all)")
        #expect(found["by"]?.string == "daemon" && found["good"] == .boolean(false))
        #expect(check("ledger space", found)?["verdict"]?.string == "ok" || check("ledger space", found)?["verdict"]?.string == "warn")
        #expect(found["checks"]?.items.contains { $0["name"]?.string == "ledger" && $0["message"]?.string?.contains("held by this daemon") == true } == true)
        let instances = try #require(check("ec2:DescribeInstances", found))
        #expect(instances.keys == ["message", "name", "remedy", "verdict"] && instances["remedy"]?.string?.contains("environment variables") == true)
        let here = try await site.run("doctor", "--here")
        #expect(here.code == 1 && here.output.hasPrefix("Examined by this command") && here.output.contains("\nok   socket: a daemon answers on "))
        #expect(here.output.contains("is held by a running daemon"), "\(here.output)")
        daemon.signal(SIGTERM)
        #expect(try await daemon.end().code == 0)
        try await master.stop()
        try await aws.stop()
    }

    @Test func `does not hold up the end of a daemon that is being examined`() async throws {
        // Only an examination asks for this, and it is left waiting.
        let master = try await RawServer.start { $0.target.hasSuffix("/version") ? [] : [.answer(503)] }
        let site = try Site(masters: master.url)
        let daemon = try await site.daemon("--log-level", "debug")
        try await daemon.waitFor("Answering")
        let asking = try site.start("doctor")
        while !master.requests.contains(where: { $0.target.hasSuffix("/version") }) { await Task.yield() }
        let start = ContinuousClock.now
        daemon.signal(SIGTERM)
        #expect(try await daemon.end().code == 0)
        #expect(ContinuousClock.now - start < .seconds(3))
        #expect(try await asking.end().code == 1)
        try await master.stop()
    }
}
