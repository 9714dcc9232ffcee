import AWS
import Fleet
import Foundation
import Moto
import Testing
import Wire

/// What the page about events gives to copy is applied here as it stands, and AWS' own events are sent through what comes of it.
extension `A real Terraform` {
    @Test func `makes of docs/events.md a queue at which the events that Mayfly understands arrive, and no others`() async throws {
        try await withHTTP { http in
            let page = try EventsPage()
            let moto = try await MotoServer(http: http)
            let checkout = try TerraformCheckout(endpoint: moto.url)
            for file in ["main.tf", "dependents.tf"] { try FileManager.default.removeItem(atPath: checkout.path(file)) }
            try page.write("endpoint = \"\(moto.url)\"\n", to: checkout, "terraform.tfvars")
            try page.write(page.queue, to: checkout, "queue.tf")
            try await checkout.person("init", "-input=false", "-no-color")
            // The first part does without the second, and both are written as Terraform itself writes them.
            try await checkout.person("validate", "-no-color")
            try page.write(page.more, to: checkout, "more.tf")
            try await checkout.person("fmt", "-check", "-diff", "-no-color")
            #expect(page.queue.contains(EventsPage.withTopic))
            try page.write(page.queue.replacing(EventsPage.withTopic, with: ""), to: checkout, "queue.tf")
            try await checkout.person("validate", "-no-color")
            try await moto.makeGroup("dcos-agents")
            try await checkout.person("apply", "-input=false", "-auto-approve", "-no-color")
            try await expectHere(page, on: moto)
            try await expectToArrive(at: moto, http: http)
        }
    }

    /// Rules with the patterns that the page also gives by hand, their targets, the hook, and a policy that lets in these rules and the topic alone.
    private func expectHere(_ page: EventsPage, on moto: MotoServer) async throws {
        let rules = try await moto.boto("events", "list_rules")["Rules"] as? [[String: Any]] ?? []
        let patterns = try rules.map { rule in
            var pattern = try EventsPage.object(rule["EventPattern"] as? String ?? "")
            if var detail = pattern["detail"] as? [String: Any], detail.removeValue(forKey: "AutoScalingGroupName") != nil {
                pattern["detail"] = detail.isEmpty ? nil : detail
            }
            return try EventsPage.text(pattern)
        }
        #expect(rules.count == 3 && patterns.sorted() == page.patterns.sorted(), "\(patterns)")
        for rule in rules {
            let name = try #require(rule["Name"] as? String)
            let targets = try await moto.boto("events", "list_targets_by_rule", ["Rule": name])["Targets"] as? [[String: Any]] ?? []
            #expect(targets.map { $0["Arn"] as? String } == ["arn:aws:sqs:us-east-1:123456789012:mayfly-events"], "\(name)")
        }
        let attributes = try await moto.boto("sqs", "get_queue_attributes", ["QueueUrl": moto.queue, "AttributeNames": ["All"]])["Attributes"]
        let queue = try #require(attributes as? [String: String])
        #expect(queue["MessageRetentionPeriod"] == "3600" && queue["VisibilityTimeout"] == "60" && queue["SqsManagedSseEnabled"] == "true")
        let statements = try EventsPage.object(queue["Policy"] ?? "")["Statement"] as? [[String: Any]] ?? []
        let senders = statements.flatMap { (($0["Condition"] as? [String: [String: [String]]])?["ArnEquals"]?["aws:SourceArn"]) ?? ["anybody"] }
        let expected = rules.compactMap { $0["Arn"] as? String } + ["arn:aws:sns:us-east-1:123456789012:mayfly-events"]
        #expect(statements.count == 2 && senders.sorted() == expected.sorted(), "\(statements)")
        let hooks = try await moto.boto("autoscaling", "describe_lifecycle_hooks", ["AutoScalingGroupName": "dcos-agents"])["LifecycleHooks"]
        #expect((hooks as? [[String: Any]])?.map { $0["LifecycleHookName"] as? String } == ["mayfly-drain"])
    }

    private func expectToArrive(at moto: MotoServer, http: HTTPCaller) async throws {
        let wanted = ["ec2-state-change", "ec2-spot-interruption", "ec2-rebalance", "health-retirement", "asg-terminate-lifecycle.eventbridge"]
        for name in wanted + ["ssm-invocation-status-change"] { try await moto.putEvent(try EventsPage.fixture(name)) }
        // Of other trouble at AWS, and of another group, the rules are not to tell.
        let health = try EventsPage.fixture("health-retirement").replacing("scheduledChange", with: "issue")
        let other = try EventsPage.fixture("asg-terminate-lifecycle.eventbridge").replacing("dcos-agents", with: "web")
        for event in [health, other] { try await moto.putEvent(event) }
        // Raw, through the topic.
        let topic = "arn:aws:sns:us-east-1:123456789012:mayfly-events"
        _ = try await moto.boto("sns", "publish", ["TopicArn": topic, "Message": try EventsPage.fixture("ec2-rebalance")])
        let settings = AWSSettings(
            region: "us-east-1", endpointURL: moto.url, environment: ["AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "s"])
        let client = try AWSClient(settings: settings, http: http)
        let messages = try await client.messages(of: moto.queue, waiting: .seconds(1))
        let kinds = messages.flatMap { message in
            guard case .hints(let hints) = EventReading(body: message.body) else { return ["\(EventReading(body: message.body))"] }
            return hints.map { "\($0.kind)" }
        }
        #expect(kinds.sorted() == ["rebalance", "rebalance", "scheduledChange", "spotInterruption", "state", "terminating"])
        #expect(try await client.delete(messages, from: moto.queue).failed == 0)
        #expect(try await client.messages(of: moto.queue, waiting: .zero).isEmpty)
    }
}

/// The parts of `docs/events.md` that are there to be copied.
private struct EventsPage {
    static let withTopic = "# With the topic below: "

    /// The rules, the queue and who may send to it.
    let queue: String
    /// A topic, and a hook with its role.
    let more: String
    /// The rules' patterns, for whoever makes them by hand.
    let patterns: [String]

    private static let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL

    init() throws {
        let text = try String(contentsOf: Self.package.appending(path: "docs/events.md"), encoding: .utf8)
        func blocks(_ language: String) -> [String] {
            text.components(separatedBy: "```\(language)\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        }
        let terraform = blocks("hcl")
        try #require(terraform.count == 2, "docs/events.md has \(terraform.count) blocks of Terraform")
        (queue, more) = (terraform[0], terraform[1])
        let byHand = try #require(blocks("json").first { $0.contains("\"detail-type\"") })
        patterns = try byHand.split(separator: "\n").map { try Self.text(Self.object(String($0))) }
    }

    func write(_ text: String, to checkout: TerraformCheckout, _ name: String) throws {
        try text.write(toFile: checkout.path(name), atomically: true, encoding: .utf8)
    }

    /// An event as AWS sends it.
    static func fixture(_ name: String) throws -> String {
        try String(contentsOf: package.appending(path: "Tests/Fixtures/aws/events/\(name).json"), encoding: .utf8)
    }

    static func object(_ json: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any], "\(json)")
    }

    static func text(_ object: [String: Any]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]), as: UTF8.self)
    }
}

extension MotoServer {
    fileprivate var queue: String { url + "/123456789012/mayfly-events" }

    fileprivate func boto(_ service: String, _ call: String, _ arguments: [String: Any] = [:]) async throws -> [String: Any] {
        let order = try EventsPage.text(["service": service, "call": call, "arguments": arguments])
        return try EventsPage.object(String(decoding: try await control("boto", order), as: UTF8.self))
    }

    /// An empty group, for the hook to hang on.
    fileprivate func makeGroup(_ name: String) async throws {
        let data = ["ImageId": "ami-0000000000000001a", "InstanceType": "m5.large"]
        _ = try await boto("ec2", "create_launch_template", ["LaunchTemplateName": name, "LaunchTemplateData": data])
        _ = try await boto(
            "autoscaling", "create_auto_scaling_group",
            [
                "AutoScalingGroupName": name, "MinSize": 0, "MaxSize": 1, "DesiredCapacity": 0, "AvailabilityZones": ["us-east-1a"],
                "LaunchTemplate": ["LaunchTemplateName": name],
            ])
    }

    /// Hands EventBridge an event, as the service of AWS does that it is from.
    fileprivate func putEvent(_ event: String) async throws {
        let told = try EventsPage.object(event)
        let entry: [String: Any] = [
            "Source": told["source"] as? String ?? "", "DetailType": told["detail-type"] as? String ?? "",
            "Detail": try EventsPage.text(told["detail"] as? [String: Any] ?? [:]), "Resources": told["resources"] as? [String] ?? [],
        ]
        _ = try await boto("events", "put_events", ["Entries": [entry]])
    }
}

private func withHTTP(_ body: (HTTPCaller) async throws -> Void) async throws {
    let http = try HTTPCaller()
    do {
        try await body(http)
        await http.shutdown()
    } catch {
        await http.shutdown()
        throw error
    }
}
