import Captures
import Foundation
import Running
import Testing
import Wire

#if canImport(Glibc)
import Glibc
#endif

@Suite(.timeLimit(.minutes(3))) struct `The daemon's socket` {
    private func running(_ body: (Site, Program) async throws -> Void) async throws {
        let master = try await ReplayServer.start()
        let site = try Site(masters: master.url)
        let daemon = try await site.daemon("--log-level", "debug")
        try await daemon.waitFor("Round ended")
        try await daemon.waitFor("Answering")
        try await body(site, daemon)
        daemon.signal(SIGTERM)
        #expect(try await daemon.end().code == 0)
        #expect(!site.folder.names.contains { $0 == "s" || $0.hasPrefix(".m") }, "\(site.folder.names)")
        try await master.stop()
    }

    private func get(_ site: Site, _ path: String) async throws -> HTTPAnswer {
        let http = try HTTPCaller()
        let answer = try await http.send(HTTPCall(url: HTTPAddress.unix(socket: site.folder.file("s"), path: path)))
        await http.shutdown()
        return answer
    }

    @Test func `answers the commands with the body that --json prints, and is for owner and group only`() async throws {
        try await running { site, daemon in
            let attributes = try FileManager.default.attributesOfItem(atPath: site.folder.file("s"))
            #expect((attributes[.posixPermissions] as? Int) == 0o660)
            let nodes = try await site.run("nodes", "--json")
            #expect(nodes.code == 0 && nodes.errors.isEmpty, "\(nodes.errors)")
            // Ages go on with each round: compared where no round came between.
            var (before, output, after) = ([UInt8](), "", [UInt8(0)])
            while before != after {
                before = try await get(site, "/v1/nodes").body
                output = try await site.run("nodes", "--json").output
                after = try await get(site, "/v1/nodes").body
            }
            #expect(before == Array(output.utf8))
            let id = try #require(try JSON(nodes.output).items.first?["facts"]?["id"]?.string)
            let explained = try await site.run("explain", id)
            #expect(explained.code == 0 && explained.output.hasPrefix("Node \(id)") && explained.errors.isEmpty)
            let unknown = try await site.run("explain", "i-nobody")
            #expect(unknown.code == 1 && unknown.errors.contains("i-nobody") && unknown.errors.contains("mayfly nodes"))
            // EC2 is not reached here, and the status says so.
            let state = try await site.run("status")
            #expect(state.code == 1 && state.output.contains("source instances is stale"), "\(state.all)")
            try await daemon.waitFor("Answered")
        }
    }

    @Test func `says the same of the past as the ledger at rest`() async throws {
        let master = try await ReplayServer.start()
        let site = try Site(masters: master.url)
        let daemon = try await site.daemon("--log-level", "debug")
        try await daemon.waitFor("Round ended")
        let asked = try await site.run("history", "--json")
        let copy = site.folder.file("copy.db")
        let written = try await site.run("snapshot", copy)
        #expect(written.code == 0, "\(written.errors)")
        let again = try await site.run("snapshot", copy)
        #expect(again.code == 1 && again.errors.contains("exists"), "\(again.errors)")
        daemon.signal(SIGTERM)
        #expect(try await daemon.end().code == 0)
        let rest = try await site.run("history", "--json")
        #expect(rest.code == 0)
        #expect(try Array(JSON(rest.output).items.prefix(JSON(asked.output).items.count)) == JSON(asked.output).items)
        let ofCopy = try await site.run("history", "--json", "--ledger", copy)
        #expect(ofCopy.code == 0 && ofCopy.output == asked.output)
        let text = try await site.run("nodes")
        #expect(text.code == 0 && text.errors.contains("from the ledger at rest"))
        let state = try await site.run("status", "--json")
        #expect(try state.code == 1 && JSON(state.output)["running"] == .boolean(false))
        try await master.stop()
    }

    @Test func `replaces the file of a daemon that was killed, and refuses a live one's`() async throws {
        try await running { site, daemon in
            let other = try Site()
            let text = try String(contentsOfFile: other.configuration, encoding: .utf8).replacing(other.folder.file("s"), with: site.folder.file("s"))
            let file = try other.folder.write(text, "other.yaml")
            let refused = try await Program.run("run", "--config", file, environment: Site.keys)
            #expect(refused.code == 1 && refused.errors.contains("another daemon answers on this socket"), "\(refused.all)")
            let wrong = try await Program.run("nodes", "--config", file, environment: Site.keys)
            #expect(wrong.code == 1 && wrong.errors.contains(site.ledger), "another daemon's fleet is never shown: \(wrong.all)")
        }
        let site = try Site()
        let killed = try await site.daemon("--log-level", "debug")
        try await killed.waitFor("Answering")
        killed.signal(SIGKILL)
        _ = try await killed.end()
        #expect(site.folder.names.contains("s"))
        let next = try await site.daemon("--log-level", "debug")
        try await next.waitFor("Answering")
        #expect(try await get(site, "/healthz").status == 200)
        next.signal(SIGTERM)
        #expect(try await next.end().code == 0)
    }

    @Test func `gives metrics, errors with a code, and nothing else`() async throws {
        try await running { site, _ in
            let answer = try await get(site, "/metrics")
            #expect(answer.header("content-type")?.hasPrefix("text/plain; version=0.0.4") ?? false)
            let text = String(decoding: answer.body, as: UTF8.self)
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                #expect(line.wholeMatch(of: /mayfly_[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.e+-]+/) != nil, "\(line)")
            }
            #expect(text.contains("mayfly_findings{rule=\"lost\",state=\"firing\"} 0\n") && text.contains("mayfly_source_fresh{source=\"agents\"} 1\n"))
            for (path, status, code) in [
                ("/v1/none", 404, "unknown_route"), ("/v1/history?limit=x", 400, "bad_request"), ("/v1/explain/x", 404, "node_unknown"),
            ] {
                let answer = try await get(site, path)
                #expect(answer.status == status)
                let body = try JSON(String(decoding: answer.body, as: UTF8.self))
                #expect(body["code"]?.string == code && body["message"]?.string?.isEmpty == false && body["hint"]?.string?.isEmpty == false)
            }
        }
    }
}
