import Fleet
import NIOHTTP1
import Simulation
import Testing

@testable import Demo

@Suite struct `The demo's receiver of alerts` {
    @Test func `takes what is posted, counts it and shows it`() async throws {
        try await Stage.with { stage in
            for body in ["{\"state\": \"firing\"}", "[{\"a\": 1},\n {\"b\": 2}]", "no JSON \"at\" all"] {
                #expect(try await stage.send(.POST, stage.endpoints.alerts, body: body).status == 200)
            }
            #expect(stage.cluster.sink.count == 3 && stage.cluster.sink.deliveries.map(\.path) == ["/alerts", "/alerts", "/alerts"])
            let shown = try await stage.send(.GET, stage.endpoints.alerts)
            #expect(
                shown.text == """
                    {"at":"2026-11-24T10:00:00Z","path":"/alerts","body":{"state": "firing"}}
                    {"at":"2026-11-24T10:00:00Z","path":"/alerts","body":[{"a": 1}, {"b": 2}]}
                    {"at":"2026-11-24T10:00:00Z","path":"/alerts","body":"no JSON \\"at\\" all"}

                    """)
        }
    }

    @Test func `answers 503 while it refuses`() async throws {
        try await Stage.with { stage in
            stage.cluster.sink.refuse(true)
            let refused = try await stage.send(.POST, stage.endpoints.alerts, body: "{}")
            #expect(refused.status == 503)
            stage.cluster.sink.refuse(false)
            #expect(try await stage.send(.POST, stage.endpoints.alerts, body: "{}").status == 200)
            #expect(stage.cluster.sink.count == 1)
        }
    }
}
