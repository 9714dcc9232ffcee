import Captures
import Fleet
import Testing
import Wire

@testable import Services

@Suite struct `Services` {
    private let site = ServicesSite(router: "https://dcos.example.com")

    private func targets(_ site: ServicesSite, _ apps: [String]) throws -> [ServiceTarget] {
        try targets(site, answer: #"{"apps":[\#(apps.joined(separator: ","))]}"#)
    }

    private func targets(_ site: ServicesSite, answer: String) throws -> [ServiceTarget] {
        let body = Array(answer.utf8)
        return Discovery(site: site).targets(try body.withUnsafeBufferPointer { try MarathonAnswer($0) }.apps)
    }

    @Test func `are the apps of Marathon that are schedulers by their labels`() throws {
        let found = try targets(
            site,
            [
                Samples.kafkaApp("prod/kafka"), Samples.app("/web", labels: ["team": "a"]), Samples.app("/lb", labels: ["DCOS_PACKAGE_NAME": "marathon-lb"]),
                Samples.app("/ui", labels: ["DCOS_SERVICE_NAME": "ui", "DCOS_SERVICE_PORT_INDEX": "0"]),
                Samples.app("/x/cassandra", labels: ["DCOS_COMMONS_API_VERSION": "v1", "DCOS_PACKAGE_NAME": "cassandra"]),
                Samples.app("/spark", labels: ["DCOS_PACKAGE_FRAMEWORK_NAME": "spark", "DCOS_PACKAGE_NAME": "spark"]),
                Samples.app("/old", labels: ["DCOS_PACKAGE_NAME": "confluent-kafka"]),
            ])
        #expect(found.map(\.name) == ["old", "prod/kafka", "spark", "x/cassandra"])
        #expect(found.map(\.isKafka) == [true, true, false, false] && found.map(\.isCertain) == [true, true, false, true])
        #expect(found[0].flavours == ServiceSighting.Flavour.allCases && found[1].flavours == [.sdk, .sdkPods])
        #expect(found[1].routes == [.router("https://dcos.example.com", service: "prod/kafka")])
        #expect(found[1].routes[0].url == "https://dcos.example.com/service/prod/kafka")
    }

    @Test func `of the published labels have the names of their frameworks`() throws {
        let groups = try Published.text("marathon/groups.sdk-services.json")
        let labels = try #require(groups.firstRange(of: "\"labels\": {")).upperBound
        let end = try #require(groups[labels...].firstIndex(of: "}"))
        let app = #"{"id":"/services/sdk-sleep","instances":1,"tasks":[],"labels":{\#(groups[labels..<end])}}"#
        let found = try targets(site, [app])
        #expect(found.map(\.name) == ["services/sdk-sleep"] && found[0].package == "test" && found[0].version == "1.0.0-2.0.0")
    }

    @Test func `before the SDK are Kafka's by their package, and every API of Kafka's may be theirs`() throws {
        // Published without the tasks that are asked for with the apps.
        let answer = try Published.text("kafka/marathon-app.kafka-scheduler.presdk.json").replacing("\"deployments\":", with: "\"tasks\": [], \"deployments\":")
        let found = try targets(site, answer: answer)
        #expect(
            found == [
                ServiceTarget(
                    name: "kafka", package: "kafka", version: "0.2.0-1", isKafka: true, routes: [.router("https://dcos.example.com", service: "kafka")],
                    flavours: ServiceSighting.Flavour.allCases, isCertain: true)
            ])
    }

    @Test func `of other packages than Kafka's are asked as services of the SDK`() throws {
        let app = try Published.text("sdk/scheduler-app-labels.elastic.json")
        let end = try #require(app.lastIndex(of: "}"))
        // Published without what else an app has.
        let found = try targets(site, [app[..<end] + #","instances":1,"tasks":[]}"#])
        #expect(
            found == [
                ServiceTarget(
                    name: "elastic", package: "elastic", version: "2.0.1-5.5.1", isKafka: false,
                    routes: [.router("https://dcos.example.com", service: "elastic")], flavours: [.sdk, .sdkPods], isCertain: true)
            ])
    }

    @Test func `that the configuration names count in any case, and those that it ignores in none`() throws {
        var site = self.site
        site.named = [ServicesSite.Named(name: "elsewhere/kafka", url: "http://vip:80"), ServicesSite.Named(name: "web")]
        site.ignored = ["spark"]
        let spark = Samples.app("/spark", labels: ["DCOS_PACKAGE_FRAMEWORK_NAME": "spark"])
        let found = try targets(site, [Samples.app("/web"), spark])
        #expect(found.map(\.name) == ["elsewhere/kafka", "web"] && found.allSatisfy(\.isCertain))
        #expect(found[0].routes == [.router("https://dcos.example.com", service: "elsewhere/kafka"), .given("http://vip:80")])
    }

    @Test func `can have packages of one's own for Kafka`() throws {
        var site = self.site
        site.kafkaPackages = ["acme-kafka"]
        #expect(try targets(site, [Samples.kafkaApp("a", package: "acme-kafka"), Samples.kafkaApp("b")]).map(\.isKafka) == [true, false])
    }

    @Test func `in folders are found at the scheduler's own port where Admin Router does not know them`() async throws {
        try await Cluster.with { cluster in
            let labels = [
                "DCOS_PACKAGE_NAME": "kafka", "DCOS_COMMONS_API_VERSION": "v1", "DCOS_SERVICE_PORT_INDEX": "1", "DCOS_SERVICE_SCHEME": "http",
            ]
            let tasks = #"[{"id":"t","slaveId":"S1","host":"127.0.0.1","ports":[1,\#(cluster.server.port)],"state":"TASK_RUNNING"}]"#
            cluster.setApps([Samples.app("/prod/kafka", labels: labels, tasks: tasks)])
            for (path, body) in Samples.kafka() { cluster.set("/" + path, .json(body.utf8)) }
            let service = try await cluster.client().only()
            #expect(try service.members.get().count == 3)
            #expect(Array(cluster.asked.prefix(4).dropFirst(2)) == ["/service/prod/kafka/v1/state/frameworkId", "/v1/state/frameworkId"])
        }
    }

    @Test func `are asked at their own URL where Admin Router does not reach them, and without the login`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            for (path, body) in Samples.kafka() { cluster.set("/direct/" + path, .json(body.utf8)) }
            let client = cluster.client(
                named: [ServicesSite.Named(name: "kafka", url: cluster.server.url + "/direct")], login: .fixed("token=secret"))
            let service = try await client.only()
            #expect(try service.members.get().count == 3 && service.topics.get().count == 1)
            for request in cluster.server.requests {
                #expect((request.header("Authorization") == "token=secret") == !request.target.hasPrefix("/direct/"), "\(request.target)")
            }
        }
    }

    @Test func `are still known while Marathon is not`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka())
            let client = cluster.client()
            _ = try await client.only()
            cluster.set("/marathon/v2/apps?embed=apps.tasks", .answer(502, body: "bad gateway".utf8))
            let sighting = await client.look()
            #expect(sighting.marathon.failureText?.contains("/marathon/v2/apps: 502") == true)
            let counts = try sighting.services.map { try $0.members.get().count }
            #expect(counts == [3])
        }
    }

    @Test func `to which nothing leads are unknown`() async throws {
        try await Cluster.with { cluster in
            cluster.set("/m/v2/apps?embed=apps.tasks", .json(#"{"apps":[\#(Samples.kafkaApp("prod/kafka"))]}"#.utf8))
            let site = ServicesSite(router: nil, marathon: cluster.server.url + "/m")
            let sighting = await ServicesClient(site: site, http: cluster.http).look()
            #expect(sighting.services.map { $0.members.failureText } == ["prod/kafka: nothing says where its scheduler is; name its url under services"])
        }
    }

    @Test func `without Marathon are those that have a URL`() async throws {
        try await Cluster.with { cluster in
            for (path, body) in Samples.kafka() { cluster.set("/direct/" + path, .json(body.utf8)) }
            let site = ServicesSite(router: nil, named: [ServicesSite.Named(name: "kafka", url: cluster.server.url + "/direct")])
            let sighting = await ServicesClient(site: site, http: cluster.http).look()
            #expect(sighting.marathon.failureText?.contains("not configured") == true)
            let brokers = try sighting.services.map { try $0.members.get().map(\.broker) }
            #expect(brokers == [[0, 1, 2]])
            #expect(try sighting.services[0].registered.get() == [0, 1, 2])
        }
    }
}
