import AWS
import Fleet

/// What the messages of one turn say. Pure.
struct QueueBatch: Sendable {
    /// How many messages they were.
    let messages: Int
    /// In the order in which they came.
    private(set) var hints: [Hint] = []
    /// Messages that nobody could read.
    private(set) var quarantined: [QuarantinedMessage] = []
    /// Why messages are about nothing that a look shows, for those that are.
    private(set) var nothings: [String] = []

    init(_ messages: [QueueMessage], at now: Timestamp) {
        self.messages = messages.count
        for message in messages {
            switch EventReading(body: message.body) {
            case .hints(let found): hints += found
            case .nothing(let why): nothings.append(why)
            case .unreadable(let why): quarantined.append(QuarantinedMessage(id: message.id, receivedAt: now, reason: why, body: message.body))
            }
        }
    }
}
