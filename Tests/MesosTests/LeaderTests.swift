import Captures
import Fleet
import Synchronization
import Testing
import Wire

@testable import Mesos

@Suite struct `The leader` {
    @Test func `is found through a standby and then asked directly`() async throws {
        try await withReplay { leader, http in
            let location = "//" + leader.server.authority + "/master/api/v1"
            try await RawServer.with { _ in
                [.answer(307, [("Location", location)])]
            } _: { standby in
                let client = MesosClient(masters: [standby.url], http: http)
                let sighting = try await client.look()
                #expect(sighting.agents.count == 5)
                #expect(sighting.master.url == leader.url)
                _ = try await client.look()
                #expect(standby.requests.count == 1)
                #expect(leader.server.requests.allSatisfy { $0.method == "POST" && $0.target == "/master/api/v1" })
            }
        }
    }

    @Test func `is found behind masters that are dead, starting, recovering, without a leader, or a web page`() async throws {
        let starting = try Capture("07-master-restart/1-starting.GET_AGENTS_6")
        let recovering = try Capture("07-master-restart/1-starting.GET_AGENTS_8")
        let port = try await RawServer.with { _ in
            []
        } _: {
            $0.port
        }
        try await withReplay { leader, http in
            try await RawServer.with { request in
                switch request.target {
                case "/starting/api/v1": [.answer(starting.status, [("Content-Type", "text/plain; charset=utf-8")], body: starting.body)]
                case "/recovering/api/v1": [.answer(recovering.status, [("Content-Type", "text/plain; charset=utf-8")], body: recovering.body)]
                case "/leaderless/api/v1": [.answer(503, body: "No leader elected".utf8)]
                default: [.answer(200, [("Content-Type", "text/html")], body: "<html>Please log in</html>".utf8)]
                }
            } _: { server in
                let bad = ["http://127.0.0.1:\(port)"] + ["starting", "recovering", "leaderless", "page"].map { "\(server.url)/\($0)/" }
                let client = MesosClient(masters: bad + [leader.url], http: http)
                #expect(try await client.look().agents.count == 5)
                #expect(server.requests.count == 4)
                _ = try await client.look()
                #expect(server.requests.count == 4)

                let text = await MesosClient(masters: bad, http: http).failure()
                for expected in [
                    "http://127.0.0.1:\(port)/api/v1: no connection", "/starting/api/v1: GET_MASTER: 404 \"404 Not Found.\": the master is starting",
                    "/recovering/api/v1: GET_MASTER: 503 \"Master has not finished recovery\": the master leads but is still recovering",
                    "/leaderless/api/v1: GET_MASTER: 503 \"No leader elected\": this master knows of no leader",
                    "/page/api/v1: GET_MASTER: 200, an HTML page, not Mesos: is a proxy or login page in between?",
                ] {
                    #expect(text.contains(expected), "\(expected)\nis not in\n\(text)")
                }
            }
        }
    }

    @Test func `that dies is followed by the next`() async throws {
        try await withReplay { second, http in
            let first = try await ReplayServer.start()
            let client = MesosClient(masters: [first.url, second.url], http: http)
            #expect(try await client.look().master.url == first.url)
            first.set("GET_MASTER", [.answer(503, body: "No leader elected".utf8)])
            #expect(try await client.look().master.url == second.url)
            first.set("GET_MASTER", [.close])
            #expect(try await client.look().master.url == second.url)
            try await first.stop()
        }
    }

    @Test func `that changes during a poll makes it fail`() async throws {
        let masters = try ["01-steady/v1_GET_MASTER", "07-master-restart/2-recovered.GET_MASTER"].map { try Capture($0).body }
        let asked = Turn()
        try await withServer { request in
            let call = String(request.text.split(separator: "\"")[3])
            if call == "GET_MASTER" { return [.json(masters[min(asked.next(), 1)])] }
            return (try? Capture("01-steady/v1_" + call)).map { [.json($0.body)] } ?? [.answer(500)]
        } _: { server, http in
            let client = MesosClient(masters: [server.url], http: http)
            let text = await client.failure()
            #expect(text.contains("the leader changed during the poll"), "\(text)")
            let sighting = try await client.look()
            #expect(sighting.master.id == "83e160cb-af1b-443f-b71a-1a815be522d8")
        }
    }

    @Test func `that redirects in circles or nowhere is a failure`() async throws {
        try await withServer {
            [.answer(307, $0.target.hasPrefix("/loop") ? [("Location", "/loop/api/v1")] : [])]
        } _: { server, http in
            let loop = await MesosClient(masters: [server.url + "/loop"], http: http).failure()
            #expect(loop.contains("more than 3 redirects"), "\(loop)")
            let nowhere = await MesosClient(masters: [server.url], http: http).failure()
            #expect(nowhere.contains("a redirect that is not followed"), "\(nowhere)")
        }
    }

    @Test func `needs a base that can be called`() async throws {
        try await withServer { _ in
            []
        } _: { _, http in
            #expect(await MesosClient(masters: [], http: http).failure() == "no Mesos master is configured")
            for base in ["leader.mesos:5050", "zk://zk-1:2181/mesos", "http://u:geheim@h", "http://h/?token=geheim"] {
                let text = await MesosClient(masters: [base], http: http).failure()
                #expect(text.contains("not the base URL of a Mesos master") && !text.contains("geheim"), "\(text)")
            }
        }
    }
}

/// Counts up.
private final class Turn: Sendable {
    private let count = Mutex(0)
    func next() -> Int {
        count.withLock { count in
            defer { count += 1 }
            return count
        }
    }
}
