import Captures
import Fleet
import Testing
import Wire

@testable import Services

@Suite struct `A scheduler that restarts` {
    /// What Admin Router, or the wire, answers meanwhile.
    enum Meanwhile: String, CaseIterable {
        case text404, html404, html502, text503, html503, html504, cut, closed, html200, redirect

        var steps: [RawServer.Step] {
            let page = Array("<html>\r\n<head><title>Gone</title></head><body><hr><center>openresty</center></body></html>".utf8)
            let html = [("Content-Type", "text/html")]
            switch self {
            case .text404: return [.answer(404, [("Content-Type", "text/plain")], body: "404 Not Found: service not found.".utf8)]
            case .html404: return [.answer(404, html, body: page)]
            case .html502: return [.answer(502, html, body: page)]
            case .text503: return [.answer(503, body: "503 Service Unavailable: invalid Marathon svcapps cache".utf8)]
            case .html503: return [.answer(503, html, body: page)]
            case .html504: return [.answer(504, html, body: page)]
            case .cut: return [.send(RawServer.Step.head(200, [("Content-Length", "1000")]) + Array("[\"kaf".utf8)), .close]
            case .closed: return [.close]
            case .html200: return [.answer(200, html, body: page)]
            case .redirect: return [.answer(302, [("Location", "https://login.example.com/")])]
            }
        }
    }

    @Test(arguments: Meanwhile.allCases) func `is unknown, and never without brokers`(meanwhile: Meanwhile) async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("prod/kafka")])
            cluster.setScheduler("prod/kafka", Samples.kafka())
            let client = cluster.client()
            _ = try await client.only()
            cluster.replaceScheduler("prod/kafka", meanwhile.steps)
            let service = try await client.only()
            for text in [service.members.failureText, service.registered.failureText, service.plans.failureText, service.topics.failureText] {
                #expect(text?.contains("\(cluster.server.url)/service/prod/kafka/v1/") == true, "\(meanwhile): \(text ?? "no failure")")
            }
            // A cut answer to the first question is not the end of the poll; all others are, and cost one call.
            #expect(service.flavour == .sdk)
            cluster.setScheduler("prod/kafka", Samples.kafka())
            let after = try await client.only()
            #expect(try after.members.get().count == 3 && after.topics.get().count == 1)
        }
    }

    @Test(arguments: Meanwhile.allCases) func `before it was ever seen is unknown too`(meanwhile: Meanwhile) async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.app("/kafka", labels: ["DCOS_PACKAGE_NAME": "kafka"])])
            cluster.setScheduler("kafka", Samples.kafka().merging(["v1/pods": "[]", "v1/plan": "[]", "api/broker/list": "[]"]) { $1 })
            cluster.replaceScheduler("kafka", meanwhile.steps)
            let service = try await cluster.client().only()
            #expect(service.flavour == nil && service.members.failureText != nil && service.registered.failureText != nil && service.topics.failureText != nil)
        }
    }

    @Test func `is asked once and then left alone for the poll`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka())
            cluster.replaceScheduler("kafka", Meanwhile.html502.steps)
            _ = try await cluster.client().only()
            #expect(cluster.asked.count { $0.hasPrefix("/service/") } == 1)
        }
    }

    @Test func `in the middle of a poll leaves what was read before, and nothing else`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka())
            cluster.set("/service/kafka/v1/plans", Meanwhile.html502.steps[0])
            let service = try await cluster.client().only()
            #expect(try service.members.get().count == 3)
            #expect(service.plans.failureText?.contains("502") == true && service.registered.failureText == service.plans.failureText)
            #expect(!cluster.asked.contains { $0.hasSuffix("/v1/brokers") || $0.hasSuffix("/v1/topics") })
        }
    }

    @Test func `of a package with nothing but a name is said to be ignorable`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.app("/spark", labels: ["DCOS_PACKAGE_NAME": "spark", "DCOS_PACKAGE_FRAMEWORK_NAME": "spark"])])
            let service = try await cluster.client().only()
            #expect(service.members.failureText?.contains("policy: ignore") == true)
        }
    }
}
