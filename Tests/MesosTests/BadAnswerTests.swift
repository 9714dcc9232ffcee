import Captures
import Fleet
import Foundation
import Testing
import Wire

@testable import Mesos

@Suite struct `A bad answer` {
    @Test func `cut anywhere is never a sighting, and its URL is named`() async throws {
        try await withReplay { replay, http in
            let client = MesosClient(masters: [replay.url], http: http)
            for call in ReplayServer.calls {
                let body = try Capture("01-steady/v1_" + call).body
                for place in 0..<25 {
                    replay.set(call, [.json(body.prefix(body.count * place / 25) + (place == 1 ? Array(" \n".utf8) : []))])
                    let fresh = MesosClient(masters: [replay.url], http: http)
                    let text: String?
                    switch call {
                    case "GET_TASKS", "GET_FRAMEWORKS": text = try await client.look().tasks.failureText
                    case "GET_MAINTENANCE_STATUS": text = try await client.look().maintenance.failureText
                    case "GET_METRICS": text = try await client.look().counts.failureText
                    default: text = await fresh.failure()
                    }
                    #expect(text?.contains("\(replay.url)/api/v1: \(call): not valid JSON") == true, "\(call) at \(place)/25: \(text ?? "a sighting")")
                }
                replay.set(call, [.json(body)])
            }
        }
    }

    /// The longest recording of each call in each folder; the others differ from them in little.
    private func longest(_ answers: [(call: String, capture: Capture)]) -> Set<String> {
        let groups = Dictionary(grouping: answers) { $0.call + $0.capture.name.prefix { $0 != "/" } }
        return Set(groups.values.compactMap { $0.max { ($0.capture.body.count, $0.capture.name) < ($1.capture.body.count, $1.capture.name) }?.capture.name })
    }

    @Test func `is refused wherever it is cut`() async throws {
        let places = 200
        for (call, capture) in try recordedAnswers() {
            let end = try #require(capture.body.lastIndex { ![0x20, 0x0A].contains($0) })
            for place in 0..<places {
                let cut = Array(capture.body[..<(end * place / places)])
                #expect(throws: JSONProblem.self, "\(capture.name) cut at \(cut.count)") { try decode(call, cut) }
            }
            try decode(call, capture.body)
            await Task.yield()
        }
        for call in ReplayServer.calls {
            #expect(throws: JSONProblem.self) { try decode(call, Array(" \n\t".utf8)) }
            #expect(throws: JSONProblem.self) { try decode(call, Array("{}".utf8)) }
            #expect(throws: JSONProblem.self) { try decode(call, Array(#"{"type":"\#(call)"}"#.utf8)) }
        }
    }

    @Test func `with flipped bits is an error or a sane sighting, never a crash`() async throws {
        var accepted = 0
        let answers = try recordedAnswers()
        let longest = longest(answers)
        for (index, (call, capture)) in answers.enumerated() {
            await Task.yield()
            for flip in 0..<(longest.contains(capture.name) ? 100 : 10) {
                let seed = UInt64(index * 1000 + flip)
                var generator = SeededGenerator(seed: seed)
                var body = capture.body
                for _ in 0...Int.random(in: 0..<3, using: &generator) {
                    body[Int.random(in: body.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                }
                do {
                    try decode(call, body)
                    accepted += 1
                } catch let problem as JSONProblem {
                    #expect(!problem.what.isEmpty, "\(capture.name), seed \(seed)")
                }
            }
        }
        // Flips inside of strings and numbers, or in what nobody reads, are not detectable.
        #expect(accepted > 0)
    }

    @Test(arguments: [
        (#""active":true,"#, "get_agents.agents[0].active"), (#""deactivated":false,"#, "get_agents.agents[0].deactivated"),
        (#""version":"1.12.0","#, "get_agents.agents[0].version"), (#""pid":"slave(1)@127.0.1.15:5051","#, "get_agents.agents[0].pid"),
        (#""registered_time":{"nanoseconds":1795428509734807040},"#, "get_agents.agents[0].registered_time"),
        (#""nanoseconds":1795428509734807040"#, "get_agents.agents[0].registered_time.nanoseconds"),
        (#""hostname":"ip-10-0-1-15.ec2.internal","#, "get_agents.agents[0].agent_info.hostname"),
        (#""id":{"value":"9df0752e-ca60-48b8-8c9e-93192acd5c39-S4"},"#, "get_agents.agents[0].agent_info.id"),
        (#""value":"9df0752e-ca60-48b8-8c9e-93192acd5c39-S4""#, "get_agents.agents[0].agent_info.id.value"),
        (#","recovered_agents":[]"#, "get_agents.recovered_agents"), (#""type":"GET_AGENTS","#, "type"),
    ])
    func `without a field that is always there names it`(field: String, path: String) throws {
        let text = String(decoding: try Capture("01-steady/v1_GET_AGENTS").body, as: UTF8.self)
        let range = try #require(text.firstRange(of: field), "\(field) is not in the recording")
        let problem = #expect(throws: JSONProblem.self) { try decode("GET_AGENTS", Array(text.replacingCharacters(in: range, with: "").utf8)) }
        #expect(problem == JSONProblem(path: path, what: "is missing", offset: nil))
    }

    @Test(arguments: ["agents", "total_resources", "agent_info"]) func `without a section that is always there names it`(key: String) throws {
        let text = String(decoding: try Capture("01-steady/v1_GET_AGENTS").body, as: UTF8.self)
        let problem = #expect(throws: JSONProblem.self) {
            try decode("GET_AGENTS", Array(text.replacing("\"\(key)\":", with: "\"other\":", maxReplacements: 1).utf8))
        }
        #expect(problem?.path.hasSuffix(key) == true && problem?.what == "is missing", "\(String(describing: problem))")
    }

    @Test func `of an older master may lack what that one does not write`() throws {
        let text = String(decoding: try Capture("01-steady/v1_GET_AGENTS").body, as: UTF8.self).replacing(#","recovered_agents":[]"#, with: "")
        try decode("GET_AGENTS", Array(text.utf8), version: "1.9.1-dev")
        #expect(throws: JSONProblem.self) { try decode("GET_AGENTS", Array(text.utf8), version: "1.10.0") }
        let oldest = Array(text.replacing(#""deactivated":false,"#, with: "").utf8)
        try decode("GET_AGENTS", oldest, version: "1.8.1")
        #expect(throws: JSONProblem.self) { try decode("GET_AGENTS", oldest, version: "1.9.0") }
        try decode("GET_TASKS", Array(#"{"type":"GET_TASKS","get_tasks":{}}"#.utf8), version: "1.4.0")
    }

    @Test(arguments: [
        (#""active":true"#, #""active":1"#, "is not true or false"), ("-S3\"", "-S4\"", "of another agent"),
        (#"{"nanoseconds":1795428509734807040}"#, #"{"nanoseconds":1.5}"#, "is not a whole number"),
        (#"{"nanoseconds":1795428509734807040}"#, #"{"nanoseconds":9223372036854775808}"#, "is not a whole number"),
        (#"{"nanoseconds":1795428509734807040}"#, #"{"nanoseconds":1e999}"#, "is too large"), (#""pid":"slave(1)@127.0.1.15:5051""#, #""pid":"""#, "is empty"),
        (#""deactivated":false"#, #""deactivated":false,"drain_info":{"state":"UNKNOWN"}"#, "is neither DRAINING nor DRAINED"),
        (#""active":true"#, #""active":true,"active":true"#, "twice"), (#""type":"GET_AGENTS""#, #""type":"GET_TASKS""#, "and not `GET_AGENTS`"),
        (#""agents":["#, #""agents":[{},"#, "is missing"), (#""agents":["#, #""agents":[[],"#, "is not an object"),
    ])
    func `of the wrong kind says what is wrong`(old: String, new: String, expected: String) throws {
        let text = String(decoding: try Capture("01-steady/v1_GET_AGENTS").body, as: UTF8.self)
        try #require(text.contains(old))
        let problem = #expect(throws: JSONProblem.self) { try decode("GET_AGENTS", Array(text.replacing(old, with: new).utf8)) }
        #expect(problem?.what.contains(expected) == true, "\(String(describing: problem))")
    }

    @Test func `in words is shown in words`() async throws {
        try await withReplay { replay, http in
            let client = MesosClient(masters: [replay.url], http: http)
            for name in ["content_type_charset", "empty_body", "accept_text", "get_on_api_v1"] {
                let capture = try Capture("03-errors/" + name)
                replay.set("GET_AGENTS", [.answer(capture.status, [("Content-Type", "text/plain; charset=utf-8")], body: capture.body)])
                let text = await client.failure()
                let said = String(decoding: capture.body.prefix(40), as: UTF8.self)
                #expect(text.contains("GET_AGENTS: \(capture.status)") && text.contains(said), "\(text)")
            }
            replay.set("GET_AGENTS", [.answer(502, body: Array("\u{1B}[31m\u{0}red".utf8) + [0xFF] + [UInt8](repeating: 0x41, count: 100_000))])
            let text = await client.failure()
            #expect(text.contains("502 \"[31m red AAA") && text.count < 400, "\(text)")
            replay.set("GET_AGENTS", [.answer(302, [("Location", "https://login.example/?next=geheim")])])
            #expect(await client.failure().contains("302, a redirect to https://login.example/: is a proxy or login page in between?"))
        }
    }

    @Test func `without an end, or too slow, or too large, costs only its limits`() async throws {
        let head = RawServer.Step.head(200, [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")])
        let start = RawServer.Step.chunk(#"{"type":"GET_AGENTS","get_agents":{"agents":["#.utf8)
        let nonsense = [UInt8](repeating: 0x7B, count: 65_536)
        try await withReplay { replay, http in
            var limits = MesosClient.Limits()
            limits.largeBytesMax = 1 << 20
            let client = MesosClient(masters: [replay.url], http: http, limits: limits)
            replay.set("GET_AGENTS", [.send(head + start), .again(RawServer.Step.chunk(nonsense), times: 1024), .close])
            #expect(await client.failure().contains("larger than the 1048576 bytes"))
            #expect(replay.server.bytesWritten < 32 << 20)
            replay.set("GET_AGENTS", [.send(head + start), .again(RawServer.Step.chunk(nonsense), times: .max)])
            #expect(await client.failure().contains("larger than the 1048576 bytes"))
            replay.set("GET_AGENTS", [.send(head + start), .close])
            #expect(await client.failure().contains("cut short"))
            limits.idleTimeout = .milliseconds(200)
            replay.set("GET_AGENTS", [.send(head + start)])
            #expect(await MesosClient(masters: [replay.url], http: http, limits: limits).failure().contains("not one byte for so long"))
            limits.idleTimeout = .seconds(15)
            limits.pollTimeout = .milliseconds(300)
            let late = await MesosClient(masters: [replay.url], http: http, limits: limits).failure()
            #expect(late.contains("took too long"), "\(late)")
            // 64 KB of opening brackets are nested too deeply to be read.
            replay.set("GET_AGENTS", [.json(nonsense)])
            #expect(await client.failure().contains("not valid JSON"))
        }
    }
}
