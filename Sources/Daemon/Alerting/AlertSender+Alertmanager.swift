import Fleet
import Ledger

extension AlertSender {
    /// What is new at once; everything that goes on at each `resend`, for an Alertmanager forgets what it is not told of.
    ///
    /// A queue of this target holds only the latest state of each alert: what ended while it was away is told as over.
    func tellAll(_ work: AlertWork, isDue: Bool, _ outcome: inout AlertOutcome, _ progress: inout Progress) async {
        let now = outcome.at
        var messages = work.queued.map { Message(id: $0.id, alert: $0.alert) }
        if isDue { messages += repeated(work, now: now, &progress) }
        guard !messages.isEmpty else {
            if isDue { progress.toldAllAt = now }
            return
        }
        for start in stride(from: 0, to: messages.count, by: Self.chunkMax) {
            guard await tell(messages[start..<min(start + Self.chunkMax, messages.count)], &outcome, &progress) else { return }
        }
        outcome.wasTaken = true
        if isDue { progress.toldAllAt = now }
    }

    struct Message {
        /// Nil for one that is not in the queue.
        let id: Int64?
        let alert: Alert
    }

    /// What goes on, and what ended of late, without what the queue tells anyway.
    private func repeated(_ work: AlertWork, now: Timestamp, _ progress: inout Progress) -> [Message] {
        let queued = Set(work.queued.map(\.alert.fingerprint))
        progress.ended = progress.ended.filter { $0.value.resolvedAt.map { now - $0 < Self.resolvedToldFor } ?? false }
        for alert in work.open { progress.ended[alert.fingerprint] = nil }
        let goingOn = work.open + (work.unrecorded.map { [$0] } ?? [])
        let again = goingOn + progress.ended.values.sorted { $0.fingerprint < $1.fingerprint }
        return again.filter { !queued.contains($0.fingerprint) && !progress.unwelcome.contains($0.fingerprint) }.map { Message(id: nil, alert: $0) }
    }

    /// Sends some together. Those that are refused together are sent in halves, until it is clear which one it is.
    ///
    /// - Returns: whether to go on.
    private func tell(_ messages: ArraySlice<Message>, _ outcome: inout AlertOutcome, _ progress: inout Progress) async -> Bool {
        let endsAt = outcome.at + resend * 4
        let body = Self.json(messages.map { AlertmanagerAlert(alert: $0.alert, endsAt: endsAt) })
        let result = if let body { await post.send(body) } else { AlertPost.Result.refused("it cannot be written as JSON") }
        switch result {
        case .taken:
            for message in messages {
                if let id = message.id { outcome.delivered.append(id) }
                if message.alert.state == .resolved, progress.ended.count < Self.resolvedMax { progress.ended[message.alert.fingerprint] = message.alert }
            }
            return true
        case .refused(let reason):
            guard let first = messages.first, messages.count == 1 else {
                let middle = messages.startIndex + messages.count / 2
                guard await tell(messages[..<middle], &outcome, &progress) else { return false }
                return await tell(messages[middle...], &outcome, &progress)
            }
            progress.unwelcome.insert(first.alert.fingerprint)
            if let id = first.id { outcome.refused.append(AlertOutcome.Refusal(id: id, alert: first.alert, reason: reason)) }
            return true
        case .failed(let reason, _):
            outcome.retried += messages.prefix(1).compactMap(\.id)
            outcome.failure = reason
            return false
        case .cancelled: return false
        }
    }
}
