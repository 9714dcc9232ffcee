import AWS
import Fleet
import Testing

@Suite struct `A message about events` {
    private static func event(_ name: String) throws -> String { try Fixture.text("aws/events/\(name).json") }

    /// As SNS sends it to a queue without raw delivery.
    private static func byTopic(_ body: String, type: String = "Notification") -> String {
        let quoted = body.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return #"{"Type": "\#(type)", "MessageId": "4b9aabcd", "TopicArn": "arn:aws:sns:us-east-1:123456789012:events", "Message": "\#(quoted)"}"#
    }

    private static let (stopping, spot): (InstanceID, InstanceID) = ("i-0633ac2b0d9769723", "i-0b662ef9931388ba0")

    private static func hint(_ event: String, _ instance: InstanceID, _ kind: Hint.Kind, _ at: String, _ detail: String) -> Hint {
        Hint(event: event, instance: instance, kind: kind, at: Timestamp(iso8601: at) ?? Timestamp(milliseconds: 0), detail: detail)
    }

    private static let told: [(name: String, hint: Hint)] = [
        ("ec2-state-change", hint("7bf73129-1428-4cd3-a780-95db273d1602", stopping, .state, "2026-11-23T09:29:54Z", "stopping")),
        ("ec2-spot-interruption", hint("1e5527d7-bb36-4607-3370-4164db56a40e", spot, .spotInterruption, "2026-11-23T09:30:00Z", "terminate")),
        ("ec2-rebalance", hint("5d5555d5-dd55-5555-5555-5555dd55d55d", spot, .rebalance, "2026-11-23T09:31:00Z", "")),
        (
            "health-retirement",
            hint(
                "7fb65329-1628-4cf3-a740-95fa457f1402", stopping, .scheduledChange, "2026-11-23T09:27:57Z", "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED upcoming")
        ),
        (
            "asg-terminate-lifecycle.eventbridge",
            hint("782d5b4c-0f6f-1fd6-9d62-ecf6aed0a470", stopping, .terminating, "2026-11-23T09:19:58Z", "dcos-agents/drain")
        ),
        (
            "asg-terminate-lifecycle.sqs-direct",
            hint("0befcbdb-6ecd-498a-9ff7-ae9b54447cd6", stopping, .terminating, "2026-11-23T09:19:58.123Z", "dcos-agents/drain")
        ),
    ]

    @Test(arguments: told) func `is a hint, from EventBridge, from a hook or through a topic`(name: String, hint: Hint) throws {
        let body = try Self.event(name)
        #expect(EventReading(body: body) == .hints([hint]))
        #expect(EventReading(body: Self.byTopic(body)) == .hints([hint]))
    }

    @Test func `of Health has a hint for each instance that it names`() throws {
        let entities = #"[{"entityValue": "i-0aaaaaaaaaaaaaaa2"}, {"entityValue": "vol-1"}, {}, {"entityValue": "i-0aaaaaaaaaaaaaaa1"}]"#
        let start = try #require(try Self.event("health-retirement").firstRange(of: "\"affectedEntities\":"))
        let body = try String(Self.event("health-retirement")[..<start.upperBound]) + entities + "}}"
        guard case .hints(let hints) = EventReading(body: body) else {
            Issue.record("\(EventReading(body: body))")
            return
        }
        #expect(hints.map(\.instance) == ["i-0aaaaaaaaaaaaaaa1", "i-0aaaaaaaaaaaaaaa2"])
    }

    @Test func `about what nobody looks at is nothing`() throws {
        let state = try Self.event("ec2-state-change")
        let health = try Self.event("health-retirement")
        let bodies = [
            try Self.event("asg-test-notification.sqs-direct"), try Self.event("ssm-invocation-status-change"),
            try Self.byTopic(Self.event("asg-test-notification.sqs-direct")), state.replacing("aws.ec2", with: "custom.test"),
            health.replacing("scheduledChange", with: "issue"), health.replacing("\"service\":\"EC2\"", with: "\"service\":\"RDS\""),
            health.replacing("i-0633ac2b0d9769723", with: "vol-1"),
            try Self.event("asg-terminate-lifecycle.sqs-direct").replacing("EC2_INSTANCE_TERMINATING", with: "EC2_INSTANCE_LAUNCHING"),
            state.replacing("EC2 Instance State-change Notification", with: "Scheduled Event").replacing(#""stopping""#, with: "7"),
        ]
        for body in bodies {
            guard case .nothing(let why) = EventReading(body: body) else {
                Issue.record("\(body): \(EventReading(body: body))")
                continue
            }
            #expect(!why.isEmpty)
        }
    }

    @Test func `that nobody understands is unreadable, with the reason in a line`() throws {
        let state = try Self.event("ec2-state-change")
        let bodies: [(String, String)] = [
            ("", "not the JSON"), ("i-123 replaced", "not the JSON"), ("[]", "not the JSON"), ("7", "not the JSON"), (#"{"id": 7}"#, "not the JSON"),
            ("{}", "neither detail-type"), (String(repeating: "[", count: 100_000), "not the JSON"),
            (String(repeating: " ", count: (1 << 20) + 1), "longer than"),
            (state.replacing("i-0633ac2b0d9769723", with: "i-'; DROP TABLE x"), "no instance's"),
            (state.replacing("i-0633ac2b0d9769723", with: "i-０633ac2b0d"), "no instance's"), (state.replacing("2026-11-23T09:29:54Z", with: "soon"), "no time"),
            (state.replacing(#""id":"7bf73129-1428-4cd3-a780-95db273d1602","#, with: ""), "no id"),
            (state.replacing("7bf73129", with: String(repeating: "7", count: 256)), "no id, or a longer one"),
            (state.replacing("\"detail\":{", with: "\"more\":{"), "no detail"),
            (Self.byTopic("hello"), "not the JSON"), (Self.byTopic(Self.byTopic(state)), "within SNS' envelope"),
            (Self.byTopic("You have chosen to subscribe", type: "SubscriptionConfirmation"), "confirm the subscription"),
            (try Self.event("asg-terminate-lifecycle.sqs-direct").replacing("\"Time\":", with: "\"Then\":"), "no time"),
            (state.replacing("EC2 Instance State-change Notification", with: "AWS Health Event"), "no service"),
        ]
        for (body, words) in bodies {
            guard case .unreadable(let why) = EventReading(body: body) else {
                Issue.record("\(body.prefix(200)): \(EventReading(body: body))")
                continue
            }
            #expect(why.contains(words) && !why.contains("\n") && why.utf8.count < 500, "\(body.prefix(200)): \(why)")
        }
    }

    @Test func `cut anywhere is never taken for another`() throws {
        for (name, hint) in Self.told {
            let body = try Array(Self.event(name).utf8)
            for end in 0..<(body.count - 1) {
                switch EventReading(body: String(decoding: body[..<end], as: UTF8.self)) {
                case .unreadable: break
                case .hints(let hints): #expect(hints == [hint], "\(name) to \(end)")
                case .nothing(let why): Issue.record("\(name) to \(end): \(why)")
                }
            }
        }
    }
}
