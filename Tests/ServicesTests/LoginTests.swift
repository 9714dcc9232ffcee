import Captures
import Fleet
import Synchronization
import Testing
import Wire

@testable import Services

@Suite struct `Admin Router` {
    @Test func `that refuses a token is asked again with another one`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka())
            cluster.setToken("token=new")
            final class Tokens: Sendable { let value = Mutex("token=old") }
            let tokens = Tokens()
            let login = HTTPLogin(
                authorization: { () throws(HTTPFailure) -> String? in tokens.value.withLock { $0 } },
                refused: { refused in
                    tokens.value.withLock { $0 = "token=new" }
                    return refused == "token=old"
                })
            let service = try await cluster.client(login: login).only()
            #expect(try service.members.get().count == 3)
            #expect(cluster.server.requests.count { $0.header("Authorization") == "token=old" } == 1)
        }
    }

    @Test func `that wants a login says so for every part, and the token is in no text`() async throws {
        try await Cluster.with { cluster in
            cluster.setToken("token=right")
            let site = ServicesSite(router: cluster.server.url, named: [ServicesSite.Named(name: "kafka")], hasLogin: true)
            let sighting = await ServicesClient(site: site, http: cluster.http, login: .fixed("token=wrong-secret")).look()
            let texts = [sighting.marathon.failureText, sighting.services[0].members.failureText, sighting.services[0].topics.failureText]
            for text in texts { #expect(text?.contains("the token was not accepted") == true && text?.contains("wrong-secret") == false, "\(text ?? "")") }
        }
    }

    @Test func `that wants a slash behind the path gets it`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("prod/kafka")])
            cluster.setScheduler("prod/kafka", Samples.kafka())
            let moved = "http://other.example.com/service/prod/kafka/v1/brokers/"
            cluster.set("/service/prod/kafka/v1/brokers", .answer(301, [("Location", moved)]))
            cluster.set("/service/prod/kafka/v1/brokers/", .json(#"["2"]"#.utf8))
            let brokers = try await cluster.client().only().registered.get()
            #expect(brokers == [2])
        }
    }

    @Test func `that lacks a permission names it`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("prod/kafka")])
            cluster.setScheduler("prod/kafka", ["v1/state/frameworkId": "[]"])
            cluster.set("/service/prod/kafka/v1/state/frameworkId", .answer(403, [("Content-Type", "text/html")], body: "<html>403</html>".utf8))
            let text = try await cluster.client().only().members.failureText
            #expect(text?.contains("dcos:adminrouter:service:prod/kafka") == true, "\(text ?? "")")
        }
    }
}
