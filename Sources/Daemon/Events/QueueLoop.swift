import AWS
import Fleet
import Logging
import ServiceLifecycle
import Wire

/// Reads the queue of AWS' events, and has EC2 asked about those instances of the fleet that they are about, until the program ends.
///
/// A message is deleted from the queue only once what it says is recorded, or, where nobody can read it, its text with the reason: after a crash it comes
/// again, and is known again. An event is a reason to look and never one to act: what is so, the look says.
struct QueueLoop: ServiceLifecycle.Service {
    let client: AWSClient
    /// The queue's URL.
    let queue: String
    let bell: EC2Bell
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger
    /// How long SQS waits for a message.
    var wait = AWSClient.queueWaitMax
    /// A share of the wait after a failure, 0…1.
    var random: @Sendable () -> Double = { Double.random(in: 0...1) }

    /// Messages that are recorded in one transaction, and their bytes: what is held in memory at a time. They are deleted within seconds, long before SQS hands
    /// them out again (30 s, where the queue does not say more).
    static let turnMax = 500
    static let turnBytesMax = 8 << 20
    /// Calls at a time, where there is much.
    private static let lanes = 4
    static let backoff = Backoff(base: .seconds(1), cap: .seconds(60))

    func run() async throws {
        try await time.untilShutdown {
            keeper.bulletin.change { $0.queue = $0.queue ?? QueueStanding() }
            await keeper.rememberWarnings()
            var failures = 0
            while true {
                let rest = await turn(&failures)
                try Task.checkCancellation()
                // After a failure alone: else it is SQS that waits for a message.
                if rest > .zero { try await time.sleep(rest) }
            }
        }
    }

    /// One turn: reads, records, rings, and deletes. Returns how long to wait until the next.
    ///
    /// - Parameter failures: turns that failed, one after the other.
    func turn(_ failures: inout Int) async -> Duration {
        let (messages, unread) = await receive()
        if Task.isCancelled, messages.isEmpty { return .zero }
        let batch = QueueBatch(messages, at: time.now())
        for why in batch.nothings { logger.debug("An event is about nothing that a look shows", metadata: [LogKey.reason: "\(why)"]) }
        // While it cannot be read there is nothing to record, and nobody may think that it was read.
        if !messages.isEmpty || unread == nil {
            guard let instances = await keeper.takeIn(batch) else { return rest(after: &failures) }
            if !instances.isEmpty { bell.ring(for: instances) }
        }
        let undeleted = await delete(messages)
        if Task.isCancelled { return .zero }
        if let unread {
            logger.warning("The queue of events could not be read, will retry", metadata: [LogKey.error: "\(unread)"])
        } else if let undeleted {
            logger.warning("Messages could not be deleted and come again", metadata: [LogKey.error: "\(undeleted)"])
        }
        guard let problem = unread ?? undeleted else {
            failures = 0
            return .zero
        }
        keeper.queueFailed(problem, at: time.now())
        return rest(after: &failures)
    }

    private func rest(after failures: inout Int) -> Duration {
        failures += 1
        return max(Self.backoff.base, Self.backoff.delay(attempt: failures, random: random()))
    }

    // MARK: - SQS

    /// Waits for a message; where there are more, reads on, as many as one turn takes.
    ///
    /// - Returns: what came, and what went wrong: what came before it counts all the same.
    private func receive() async -> (messages: [QueueMessage], problem: String?) {
        var (messages, problem) = await receive(waiting: wait)
        var bytes = messages.bytes
        var isMore = messages.count == AWSClient.messagesMax
        while isMore, problem == nil, messages.count < Self.turnMax, bytes < Self.turnBytesMax, !Task.isCancelled {
            let wave = await withTaskGroup(of: (messages: [QueueMessage], problem: String?).self) { group in
                for _ in 0..<Self.lanes { group.addTask { await receive(waiting: .zero) } }
                var all: (messages: [QueueMessage], problem: String?) = ([], nil)
                for await one in group { all = (all.messages + one.messages, all.problem ?? one.problem) }
                return all
            }
            messages += wave.messages
            bytes += wave.messages.bytes
            problem = wave.problem
            // SQS asks only some of its servers where nobody waits: few are not all.
            isMore = wave.messages.count >= Self.lanes
        }
        return (messages, problem)
    }

    private func receive(waiting wait: Duration) async -> (messages: [QueueMessage], problem: String?) {
        do throws(AWSError) {
            return (try await client.messages(of: queue, waiting: wait), nil)
        } catch {
            return ([], "\(error)")
        }
    }

    /// Returns what went wrong.
    private func delete(_ messages: [QueueMessage]) async -> String? {
        await withTaskGroup(of: String?.self) { group in
            let share = (messages.count + Self.lanes - 1) / Self.lanes
            let whole = (share + AWSClient.messagesMax - 1) / AWSClient.messagesMax * AWSClient.messagesMax
            for start in stride(from: 0, to: messages.count, by: max(1, whole)) {
                let slice = Array(messages[start..<min(start + whole, messages.count)])
                group.addTask { await deleteInTurn(slice) }
            }
            var problem: String?
            for await one in group { problem = problem ?? one }
            return problem
        }
    }

    private func deleteInTurn(_ messages: [QueueMessage]) async -> String? {
        do throws(AWSError) {
            let (count, reason) = try await client.delete(messages, from: queue)
            return count == 0 ? nil : "\(count) messages could not be deleted: \(reason ?? "no reason given")"
        } catch {
            return "\(error)"
        }
    }
}

extension [QueueMessage] {
    fileprivate var bytes: Int { reduce(0) { $0 + $1.body.utf8.count } }
}
