import Fleet
import FoundationEssentials

/// One message as a queue hands it out; it comes again until it is deleted.
package struct QueueMessage: Hashable, Sendable {
    /// SQS' own, the same each time that it is handed out.
    package let id: String
    /// What it is deleted by: of this handing out alone.
    package let receipt: String
    package let body: String

    package init(id: String, receipt: String, body: String) {
        self.id = id
        self.receipt = receipt
        self.body = body
    }
}

extension AWSClient {
    /// SQS' limit of messages in one call.
    package static let messagesMax = 10
    /// The longest that SQS waits for a message.
    package static let queueWaitMax = Duration.seconds(20)

    /// The messages that a queue has, at most ten; waits for the first, and gives none when none came meanwhile.
    ///
    /// - Parameters:
    ///   - queue: the queue's URL. It is called in the client's region.
    ///   - wait: at most 20 s, in whole seconds.
    ///   - isTrial: whether they are to be handed out to everybody else all the same: SQS hides them from nobody then.
    package func messages(of queue: String, waiting wait: Duration, isTrial: Bool = false) async throws(AWSError) -> [QueueMessage] {
        let seconds = max(.zero, min(wait, Self.queueWaitMax)).components.seconds
        let body =
            "{\"QueueUrl\": \(JSONString.quoted(queue)), \"MaxNumberOfMessages\": \(Self.messagesMax), \"WaitTimeSeconds\": \(seconds)"
            + (isTrial ? ", \"VisibilityTimeout\": 0}" : "}")
        let call = AWSCall.queue("ReceiveMessage", body: Array(body.utf8), silentFor: .seconds(seconds))
        return try await ask(call) { (body) throws(MalformedAnswer) in try Self.messages(body) }.0
    }

    /// Deletes messages. What could not be deleted comes again, which whoever asks has to bear anyway.
    ///
    /// - Returns: how many were not deleted, with SQS' reason for the first.
    package func delete(_ messages: [QueueMessage], from queue: String) async throws(AWSError) -> (failed: Int, reason: String?) {
        var failed = 0
        var reason: String?
        for start in stride(from: 0, to: messages.count, by: Self.messagesMax) {
            let entries = messages[start..<min(start + Self.messagesMax, messages.count)].enumerated().map { index, message in
                "{\"Id\": \"\(index)\", \"ReceiptHandle\": \(JSONString.quoted(message.receipt))}"
            }
            let body = "{\"QueueUrl\": \(JSONString.quoted(queue)), \"Entries\": [\(entries.joined(separator: ", "))]}"
            let answer = try await ask(AWSCall.queue("DeleteMessageBatch", body: Array(body.utf8))) { (body) throws(MalformedAnswer) in
                try Self.deleted(body)
            }.0
            failed += answer.failed?.count ?? 0
            reason = reason ?? answer.failed?.first?.code
        }
        return (failed, reason.map { String($0.prefix(80)) })
    }

    private static func messages(_ body: [UInt8]) throws(MalformedAnswer) -> [QueueMessage] {
        guard let answer = try? JSONDecoder().decode(Received.self, from: Data(body)) else {
            throw MalformedAnswer("the answer is not the JSON of Messages with MessageId, ReceiptHandle and Body")
        }
        return (answer.messages ?? []).map { QueueMessage(id: $0.id, receipt: $0.receipt, body: $0.body) }
    }

    private static func deleted(_ body: [UInt8]) throws(MalformedAnswer) -> Deleted {
        guard let answer = try? JSONDecoder().decode(Deleted.self, from: Data(body)) else {
            throw MalformedAnswer("the answer is not the JSON of what was deleted")
        }
        return answer
    }

    private struct Received: Decodable {
        let messages: [Message]?

        enum CodingKeys: String, CodingKey { case messages = "Messages" }

        struct Message: Decodable {
            let id, receipt, body: String

            enum CodingKeys: String, CodingKey {
                case id = "MessageId"
                case receipt = "ReceiptHandle"
                case body = "Body"
            }
        }
    }

    private struct Deleted: Decodable {
        let failed: [Failure]?

        enum CodingKeys: String, CodingKey { case failed = "Failed" }

        struct Failure: Decodable {
            let code: String
            enum CodingKeys: String, CodingKey { case code = "Code" }
        }
    }
}
