@testable import AWS
import Fleet
import Testing

@Suite struct `A queue` {
    private static let url = "http://127.0.0.1:15001/123456789012/events"

    private func client<Value>(_ server: ScriptedServer, _ body: (AWSClient) async throws -> Value) async throws -> Value {
        let environment = ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"]
        let settings = AWSSettings(region: "us-east-1", endpointURL: server.url, environment: environment)
        return try await withCaller { http in try await body(try AWSClient(settings: settings, http: http, clock: TestClock().clock)) }
    }

    private func recorded(_ name: String) throws -> ScriptedServer {
        let message = try Fixture.message("sqs.\(name).response.http")
        return try ScriptedServer { _, _ in ScriptedServer.Answer(status: message.status, body: message.body) }
    }

    @Test func `hands out what was recorded of it`() async throws {
        let server = try recorded("ReceiveMessage.from-putevents")
        let messages = try await client(server) { try await $0.messages(of: Self.url, waiting: .seconds(20)) }
        #expect(messages.map(\.id) == ["b966d4bf-5395-42ba-84dc-26f603c904e4"] && messages.allSatisfy { $0.receipt.count > 100 })
        #expect(EventReading(body: try #require(messages.first).body) == .nothing("it is not from AWS: source custom.test"))
        #expect(server.requests.map(\.body) == [#"{"QueueUrl": "\#(Self.url)", "MaxNumberOfMessages": 10, "WaitTimeSeconds": 20}"#])
        #expect(server.requests[0].headers["x-amz-target"] == "AmazonSQS.ReceiveMessage")
        #expect(server.requests[0].headers["content-type"] == "application/x-amz-json-1.0")
        #expect(server.requests[0].headers["authorization"]?.contains("/us-east-1/sqs/aws4_request") == true)
        let byTopic = try await client(try recorded("ReceiveMessage.from-sns")) { try await $0.messages(of: Self.url, waiting: .seconds(60)) }
        #expect(EventReading(body: try #require(byTopic.first).body) == .unreadable("it is not the JSON of an event"))
        #expect(try await client(try recorded("ReceiveMessage.longpoll-empty")) { try await $0.messages(of: Self.url, waiting: .zero) } == [])
    }

    @Test func `that is not there says so`() async throws {
        let server = try recorded("ReceiveMessage.noqueue")
        let error = await #expect(throws: AWSError.self) { _ = try await client(server) { try await $0.messages(of: Self.url, waiting: .zero) } }
        #expect(error?.description.contains("QueueDoesNotExist") == true, "\(String(describing: error))")
    }

    @Test func `that answers with a page is no queue`() async throws {
        for body in ["<html>", "[]", #"{"Messages": [{"MessageId": "a"}]}"#, #"{"Messages": 7}"#] {
            let server = try ScriptedServer { _, _ in .text(body) }
            let error = await #expect(throws: AWSError.self) { _ = try await client(server) { try await $0.messages(of: Self.url, waiting: .zero) } }
            #expect(error?.description.contains("is not the JSON of Messages") == true)
        }
    }

    @Test func `deletes ten at a time, and says what it did not delete`() async throws {
        let answer = try Fixture.message("sqs.DeleteMessageBatch.response.http")
        let server = try ScriptedServer { _, number in
            number == 1 ? ScriptedServer.Answer(status: 200, body: answer.body) : .text(#"{"Successful": [{"Id": "0"}]}"#)
        }
        let messages = (0..<11).map { QueueMessage(id: "\($0)", receipt: "r\"\($0)", body: "") }
        let (failed, reason) = try await client(server) { try await $0.delete(messages, from: Self.url) }
        #expect(failed == 1 && reason == "ReceiptHandleIsInvalid" && server.requests.count == 2)
        #expect(server.requests[1].body == #"{"QueueUrl": "\#(Self.url)", "Entries": [{"Id": "0", "ReceiptHandle": "r\"10"}]}"#)
        let none = try await client(server) { try await $0.delete([], from: Self.url) }
        #expect(none.failed == 0 && server.requests.count == 2)
    }
}

@Suite struct `Against moto, a queue` {
    @Test func `hands out what was sent until it is deleted, and waits for what comes`() async throws {
        try await withCaller { http in
            let cloud = try await Cloud(http: http, actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage"])
            let created = try await cloud.boto("sqs", "create_queue", #"{"QueueName": "events", "Attributes": {"VisibilityTimeout": "0"}}"#)
            let queue = try #require(texts("QueueUrl", in: created).first)
            let client = try cloud.client()
            #expect(try await client.messages(of: queue, waiting: .zero) == [])
            _ = try await cloud.boto("sqs", "send_message", #"{"QueueUrl": "\#(queue)", "MessageBody": "ünï ☃"}"#)
            let first = try await client.messages(of: queue, waiting: .seconds(20))
            let again = try await client.messages(of: queue, waiting: .zero)
            #expect(first.map(\.body) == ["ünï ☃"] && again.map(\.id) == first.map(\.id))
            #expect(try await client.delete(again, from: queue).failed == 0)
            #expect(try await client.messages(of: queue, waiting: .zero) == [])
        }
    }
}
