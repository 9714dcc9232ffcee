import Synchronization

/// Wakes a loop that waits, before its time. Rings that nobody has heard yet are one.
final class Bell: Sendable {
    private struct Content {
        var hasRung = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let content = Mutex(Content())

    func ring() {
        let waiter = content.withLock { content -> CheckedContinuation<Void, Never>? in
            if let waiter = content.waiter.take() { return waiter }
            content.hasRung = true
            return nil
        }
        waiter?.resume()
    }

    /// Waits until it rings, or has rung since the last wait; at most so long. Only one loop waits for a bell.
    ///
    /// - Returns: whether it rang.
    /// - Throws: `CancellationError` when the task is cancelled meanwhile.
    @discardableResult func wait(atMost duration: Duration, _ time: Time) async throws -> Bool {
        let hasRung = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await time.sleep(duration)
                return false
            }
            group.addTask {
                await self.rung()
                return true
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
        try Task.checkCancellation()
        return hasRung
    }

    /// Returns when it rings, and when the task is cancelled.
    private func rung() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = content.withLock { content -> Bool in
                    if content.hasRung || Task.isCancelled {
                        content.hasRung = content.hasRung && Task.isCancelled
                        return true
                    }
                    content.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            content.withLock { $0.waiter.take() }?.resume()
        }
    }
}
