/// A message of the queue of events that nobody could read.
package struct QuarantinedMessage: Hashable, Sendable {
    /// SQS' id of it, the same each time that it is handed out.
    package let id: String
    package let receivedAt: Timestamp
    /// Why, in a line.
    package let reason: String
    /// Its beginning, 16 KiB at most.
    package let body: String

    package static let bodyBytesMax = 16_384

    package init(id: String, receivedAt: Timestamp, reason: String, body: String) {
        self.id = id
        self.receivedAt = receivedAt
        self.reason = reason
        // A letter that the cut goes through is shown as the sign for one: it is for people.
        self.body = body.utf8.count <= Self.bodyBytesMax ? body : String(decoding: body.utf8.prefix(Self.bodyBytesMax), as: UTF8.self)
    }
}
