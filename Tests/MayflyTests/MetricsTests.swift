import Captures
import Console
import Foundation
import Moto
import Running
import Testing
import Wire

@Suite(.timeLimit(.minutes(3))) struct `Metrics on TCP` {
    private struct Family: Decodable {
        struct Sample: Decodable {
            let name: String
            let labels: [String: String]
            let value: Double
        }
        let name: String
        let type: String
        let help: String
        let samples: [Sample]
    }

    /// A daemon that has seen a fleet, and the URL that it says it answers on.
    private func listening(_ body: (String, HTTPCaller) async throws -> Void) async throws {
        let master = try await ReplayServer.start()
        let alerts = "alerts: {webhook: [{url: '\(Site.nowhere)/in', name: \"shop-floor\"}]}"
        let site = try Site(masters: master.url, queue: "\(Site.nowhere)/123456789012/events", more: "metrics: {listen: '127.0.0.1:0'}\n\(alerts)")
        let daemon = try await site.daemon("--log-level", "debug")
        try await daemon.waitFor("Metrics are answered")
        try await daemon.waitFor("Round ended")
        let url = try #require(daemon.saidErrors.firstMatch(of: /http:\\?\/\\?\/127\.0\.0\.1:(\d+)\\?\/metrics/)).output.1
        let http = try HTTPCaller()
        try await body("http://127.0.0.1:\(url)", http)
        await http.shutdown()
        daemon.signal(SIGTERM)
        #expect(try await daemon.end().code == 0)
        try await master.stop()
    }

    @Test func `are metrics and health, and nothing else`() async throws {
        try await listening { url, http in
            let metrics = try await http.send(HTTPCall(url: url + "/metrics"))
            #expect(metrics.status == 200 && metrics.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
            let health = try await http.send(HTTPCall(url: url + "/healthz"))
            #expect(health.status == 200 && String(decoding: health.body, as: UTF8.self) == "ok\n")
            for path in ["/", "/v1/status", "/v1/nodes", "/v1/doctor", "/v1/snapshot?path=/tmp/x", "/metrics/", "/v1/../metrics"] {
                for method in [HTTPCall.Method.get, .post] {
                    let answer = try await http.send(HTTPCall(method: method, url: url + path))
                    #expect(answer.status == 404, "\(method) \(path)")
                    let code = try JSON(String(decoding: answer.body, as: UTF8.self))["code"]?.string
                    #expect(code == "unknown_route", "\(method) \(path)")
                }
            }
            #expect(try await http.send(HTTPCall(method: .post, url: url + "/metrics")).status == 404)
        }
    }

    @Test func `are what Prometheus' own parser takes: every family once, with its type, help and labels`() async throws {
        try await listening { url, http in
            let text = try await http.send(HTTPCall(url: url + "/metrics")).body
            let families = try JSONDecoder().decode([Family].self, from: try await PythonScript.run("metrics.py", input: Data(text)))
            // The parser names a counter without its ending.
            let byName = Dictionary(families.map { ($0.type == "counter" ? $0.name + "_total" : $0.name, $0) }, uniquingKeysWith: { $1 })
            #expect(byName.keys.sorted() == Metric.allCases.map(\.rawValue).sorted())
            for metric in Metric.allCases {
                let family = try #require(byName[metric.rawValue])
                #expect(family.type == metric.type && family.help == metric.help, "\(metric)")
                #expect(!family.samples.isEmpty && family.samples.allSatisfy { $0.name == metric.rawValue }, "\(metric)")
                #expect(family.samples.allSatisfy { Set($0.labels.keys) == Set(metric.labels) && $0.value.isFinite }, "\(metric)")
            }
            func value(_ metric: Metric, _ labels: [String: String] = [:]) -> Double? {
                families.flatMap(\.samples).first { $0.name == metric.rawValue && $0.labels == labels }?.value
            }
            #expect(value(.sourceFresh, ["source": "agents"]) == 1 && value(.sourceFresh, ["source": "instances"]) == 0)
            #expect(value(.findings, ["rule": "lost", "state": "firing"]) == 0 && value(.rules) == 1)
            #expect(value(.queueUp) == 0 && value(.hintsParked) == 0)
            #expect(value(.alertsQueued, ["target": "shop-floor"]) != nil)
            #expect(value(.rounds).map { $0 >= 1 } == true && value(.roundLastSuccess).map { $0 > 1_700_000_000 } == true)
        }
    }
}
