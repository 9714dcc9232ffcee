import Fleet
import NIOHTTP1
import Simulation
import Testing

@testable import Demo

/// Moments of the story, in seconds, that between them have every state of an agent in them.
private let moments = [0, 400, 2200, 2460, 2700, 3700, 3960, 4210, 5450, 5500, 5600, 7300]

@Suite struct `A demo master` {
    @Test func `answers each call with the fields and types of the captures`() async throws {
        let kinds: [(call: String, more: String, captures: [String])] = [
            ("GET_AGENTS", "", try all("GET_AGENTS.json")), ("GET_TASKS", "", try all("GET_TASKS.json")),
            ("GET_FRAMEWORKS", "", try all("GET_FRAMEWORKS.json")), ("GET_MASTER", "", try all("GET_MASTER.json")),
            ("GET_FLAGS", "", try all("GET_FLAGS.json")), ("GET_VERSION", "", try all("GET_VERSION.json")), ("GET_HEALTH", "", try all("GET_HEALTH.json")),
            ("GET_METRICS", ", \"get_metrics\": {}", try all("GET_METRICS.json")), ("GET_MAINTENANCE_STATUS", "", try all("GET_MAINTENANCE_STATUS.json")),
        ]
        try await Stage.with { stage in
            var ours: [String: Shape] = [:]
            for moment in moments {
                stage.set(moment)
                let leader = moment < 5450 ? 0 : 1
                for kind in kinds {
                    let reply = try await stage.call(kind.call, master: leader, more: kind.more)
                    #expect(reply.status == 200, "\(kind.call) at \(moment): \(reply.text)")
                    #expect(reply.headers["Content-Type"] == ["application/json"])
                    try ours[kind.call, default: Shape()].add(json: reply.body)
                }
            }
            for kind in kinds {
                #expect(!kind.captures.isEmpty)
                var captured = Shape()
                for capture in kind.captures { try captured.add(json: try Recorded.bytes(capture)) }
                #expect(ours[kind.call]?.differences(from: captured) == [], "\(kind.call)")
            }
        }
    }

    @Test func `answers its own paths as the captures have them`() async throws {
        try await Stage.with { stage in
            for master in 0..<3 {
                let health = try await stage.send(.GET, stage.endpoints.masters[master] + "/health")
                #expect(health.status == 200 && health.body.isEmpty)
                let version = try await stage.send(.GET, stage.endpoints.masters[master] + "/version")
                try expectSame(version.body, as: "mesos/01-steady/version.json")
                let metrics = try await stage.send(.GET, stage.endpoints.masters[master] + "/metrics/snapshot")
                #expect(metrics.text.contains("\"master/elected\":\(master == 0 ? "1.0" : "0.0")"))
                let nothing = try await stage.send(.GET, stage.endpoints.masters[master] + "/nothing-here")
                #expect(nothing.status == 404 && nothing.text == "404 Not Found.")
            }
        }
    }

    /// What was sent for each capture of bad input.
    private static let badInput: [(file: String, method: String, contentType: String?, accept: String?, body: String)] = [
        ("malformed_json", "POST", "application/json", "application/json", "{\"type\":\"GET_AGENTS\""), ("empty_body", "POST", "application/json", nil, ""),
        ("not_an_object", "POST", "application/json", nil, "[]"), ("unknown_type", "POST", "application/json", nil, "{\"type\": \"NO_SUCH_CALL\"}"),
        ("missing_type", "POST", "application/json", nil, "{}"), ("lowercase_type", "POST", "application/json", nil, "{\"type\": \"get_agents\"}"),
        ("type_as_number", "POST", "application/json", nil, "{\"type\": 10}"), ("no_content_type", "POST", nil, nil, "{\"type\": \"GET_AGENTS\"}"),
        ("content_type_charset", "POST", "application/json; charset=utf-8", nil, "{\"type\": \"GET_AGENTS\"}"),
        ("content_type_text", "POST", "text/plain", nil, "{\"type\": \"GET_AGENTS\"}"),
        ("accept_text", "POST", "application/json", "text/plain", "{\"type\": \"GET_AGENTS\"}"), ("get_on_api_v1", "GET", nil, nil, ""),
        ("put_on_api_v1", "PUT", "application/json", nil, "{\"type\":\"GET_AGENTS\"}"),
        ("GET_METRICS_no_message", "POST", "application/json", nil, "{\"type\": \"GET_METRICS\"}"),
    ]

    @Test func `refuses bad input with the codes and texts of the captures`() async throws {
        try await Stage.with { stage in
            for bad in Self.badInput {
                var headers: [(String, String)] = []
                if let contentType = bad.contentType { headers.append(("Content-Type", contentType)) }
                if let accept = bad.accept { headers.append(("Accept", accept)) }
                let reply = try await stage.send(.init(rawValue: bad.method), stage.endpoints.masters[0] + "/api/v1", headers: headers, body: bad.body)
                #expect(try reply.status == Recorded.status("mesos/03-errors/\(bad.file).http"), "\(bad.file)")
                #expect(try reply.text == Recorded.text("mesos/03-errors/\(bad.file).txt"), "\(bad.file)")
                #expect(reply.headers["Content-Type"] == ["text/plain; charset=utf-8"])
                #expect((reply.headers["Allow"] == ["POST"]) == (reply.status == 405))
            }
            #expect(try await stage.call("GET_AGENTS", more: ", \"surprise\": 1").status == 200)
        }
    }

    @Test func `that does not lead redirects to the leader without a scheme`() async throws {
        try await Stage.with { stage in
            let leader = String(stage.endpoints.masters[0].dropFirst("http:".count))
            for master in 1..<3 {
                for path in ["/api/v1", "/master/api/v1"] {
                    let reply = try await stage.send(
                        .POST, stage.endpoints.masters[master] + path, headers: [("Content-Type", "application/json")], body: "{\"type\": \"GET_AGENTS\"}")
                    #expect(reply.status == 307 && reply.headers["Location"] == [leader + "/master/api/v1"] && reply.body.isEmpty)
                }
            }
            for master in 0..<3 {
                let reply = try await stage.send(.GET, stage.endpoints.masters[master] + "/redirect")
                #expect(reply.status == 307 && reply.headers["Location"] == [leader])
            }
        }
    }

    @Test func `goes through a failover as real masters did`() async throws {
        try await Stage.with { stage in
            let died = 90 * 60
            stage.set(died + 1)
            let starting = try await stage.call("GET_AGENTS", master: 0)
            #expect(try starting.status == Recorded.status("mesos/07-master-restart/1-starting.GET_AGENTS_6.http"))
            #expect(try starting.text == Recorded.text("mesos/07-master-restart/1-starting.GET_AGENTS_6.txt"))
            #expect(try await stage.send(.GET, stage.endpoints.masters[0] + "/health").status == 404)
            #expect(try await stage.call("GET_AGENTS", master: 1).status == 307)
            stage.set(died + 10)
            let leaderless = try await stage.call("GET_AGENTS", master: 2)
            #expect(leaderless.status == 503 && leaderless.text == "No leader elected")
            stage.set(died + 20)
            let recovering = try await stage.call("GET_AGENTS", master: 1)
            #expect(try recovering.status == Recorded.status("mesos/07-master-restart/1-starting.GET_AGENTS_8.http"))
            #expect(try recovering.text == Recorded.text("mesos/07-master-restart/1-starting.GET_AGENTS_8.txt"))
            #expect(try await stage.send(.GET, stage.endpoints.masters[1] + "/health").status == 200)
            stage.set(died + 41)
            #expect(try await stage.call("GET_AGENTS", master: 1).text.contains("\"agents\":[],\"recovered_agents\":[{"))
            #expect(try await stage.call("GET_AGENTS", master: 0).status == 307)
            #expect(stage.cluster.chronicle().contains { $0.text.contains("is elected") })
        }
    }

    private func all(_ suffix: String) throws -> [String] {
        try ["01-steady", "04-states", "06-maintenance", "07-master-restart"].flatMap { try Recorded.names(in: "mesos/" + $0, suffix: suffix) }
    }

    private func expectSame(_ body: [UInt8], as capture: String) throws {
        var (ours, captured) = (Shape(), Shape())
        try ours.add(json: body)
        try captured.add(json: try Recorded.bytes(capture))
        #expect(ours.differences(from: captured) == [])
    }
}
