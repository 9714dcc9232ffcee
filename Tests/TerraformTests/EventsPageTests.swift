import AWS
import Fleet
import Foundation
import Moto
import Running
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
        let rules = try await moto.boto("events", "list_rules")["Rules"]?.items ?? []
        // By hand nobody's groups are named.
        let group = #""detail":{"AutoScalingGroupName":["dcos-agents"]},"#
        let patterns = try rules.map { try JSON($0["EventPattern"]?.string ?? "").written.replacing(group, with: "") }
        #expect(rules.count == 3 && patterns.sorted() == page.patterns.sorted(), "\(patterns)")
        for rule in rules {
            let name = try #require(rule["Name"]?.string)
            let targets = try await moto.boto("events", "list_targets_by_rule", ["Rule": .text(name)])["Targets"]?.items ?? []
            #expect(targets.map { $0["Arn"]?.string } == ["arn:aws:sqs:us-east-1:123456789012:mayfly-events"], "\(name)")
        }
        let queue = try await moto.boto("sqs", "get_queue_attributes", ["QueueUrl": .text(moto.queue), "AttributeNames": .list([.text("All")])])["Attributes"]
        for (name, value) in [("MessageRetentionPeriod", "3600"), ("VisibilityTimeout", "60"), ("SqsManagedSseEnabled", "true")] {
            #expect(queue?[name]?.string == value, "\(name)")
        }
        let statements = try JSON(queue?["Policy"]?.string ?? "")["Statement"]?.items ?? []
        let senders = statements.flatMap { $0["Condition"]?["ArnEquals"]?["aws:SourceArn"]?.items.map { $0.string ?? "" } ?? ["anybody"] }
        let expected = rules.compactMap { $0["Arn"]?.string } + ["arn:aws:sns:us-east-1:123456789012:mayfly-events"]
        #expect(statements.count == 2 && senders.sorted() == expected.sorted(), "\(statements)")
        let hooks = try await moto.boto("autoscaling", "describe_lifecycle_hooks", ["AutoScalingGroupName": .text("dcos-agents")])["LifecycleHooks"]
        #expect(hooks?.items.map { $0["LifecycleHookName"]?.string } == ["mayfly-drain"])
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
        _ = try await moto.boto("sns", "publish", ["TopicArn": .text(topic), "Message": .text(try EventsPage.fixture("ec2-rebalance"))])
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
        patterns = try byHand.split(separator: "\n").map { try JSON($0).written }
    }

    func write(_ text: String, to checkout: TerraformCheckout, _ name: String) throws {
        try text.write(toFile: checkout.path(name), atomically: true, encoding: .utf8)
    }

    /// An event as AWS sends it.
    static func fixture(_ name: String) throws -> String {
        try String(contentsOf: package.appending(path: "Tests/Fixtures/aws/events/\(name).json"), encoding: .utf8)
    }
}

extension MotoServer {
    fileprivate var queue: String { url + "/123456789012/mayfly-events" }

    fileprivate func boto(_ service: String, _ call: String, _ arguments: [String: JSON] = [:]) async throws -> JSON {
        let order = JSON.object(["service": .text(service), "call": .text(call), "arguments": .object(arguments)])
        return try JSON(String(decoding: try await control("boto", order.written), as: UTF8.self))
    }

    /// An empty group, for the hook to hang on.
    fileprivate func makeGroup(_ name: String) async throws {
        let data = JSON.object(["ImageId": .text("ami-0000000000000001a"), "InstanceType": .text("m5.large")])
        _ = try await boto("ec2", "create_launch_template", ["LaunchTemplateName": .text(name), "LaunchTemplateData": data])
        _ = try await boto(
            "autoscaling", "create_auto_scaling_group",
            [
                "AutoScalingGroupName": .text(name), "MinSize": .number(0), "MaxSize": .number(1), "DesiredCapacity": .number(0),
                "AvailabilityZones": .list([.text("us-east-1a")]), "LaunchTemplate": .object(["LaunchTemplateName": .text(name)]),
            ])
    }

    /// Hands EventBridge an event, as the service of AWS does that it is from.
    fileprivate func putEvent(_ event: String) async throws {
        let told = try JSON(event)
        let entry = JSON.object([
            "Source": told["source"] ?? .null, "DetailType": told["detail-type"] ?? .null, "Detail": .text(try #require(told["detail"]).written),
            "Resources": told["resources"] ?? .list([]),
        ])
        _ = try await boto("events", "put_events", ["Entries": .list([entry])])
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
