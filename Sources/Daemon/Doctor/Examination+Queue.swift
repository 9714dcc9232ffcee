import AWS
import Fleet
import Rounds

extension Examination {
    /// Whether the queue of AWS' events can be read and emptied: by the daemon's word, or else by trying both, and taking nothing out of it.
    func eventQueue() async -> [Checkup] {
        guard let queue = configuration.aws.eventQueue else { return [] }
        let name = "event queue"
        let remedy = "allow sqs:ReceiveMessage and sqs:DeleteMessage on the queue, and see that it is in the region that is called"
        if let standing = bulletin?.read().queue {
            if let failing = standing.failing { return [.fail(name, "fails since \(failing.since): \(failing.reason)", remedy: remedy)] }
            if let lastRead = standing.lastRead { return [.ok(name, "last read at \(lastRead), \(standing.messages) messages")] }
        }
        do throws(AWSError) {
            // Nobody else waits for what is handed out by this.
            let messages = try await clients.aws.messages(of: queue, waiting: .zero, isTrial: true)
            // SQS asks for the permission before it looks at the receipt.
            _ = try await clients.aws.delete([QueueMessage(id: "0", receipt: "mayfly-doctor", body: "")], from: queue)
            return [.ok(name, messages.isEmpty ? "can be read and emptied" : "can be read and emptied, and has messages")]
        } catch {
            return [.fail(name, "\(error)", remedy: remedy)]
        }
    }
}
