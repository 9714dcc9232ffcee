import Fleet
import Ledger
import Rounds

extension AlertSender {
    /// One call for each change, in order for each alert: the queue hands out only the oldest of each.
    func tellEach(_ work: AlertWork, _ outcome: inout AlertOutcome, _ progress: inout Progress) async {
        if let alert = work.unrecorded, progress.toldUnrecorded != alert.since {
            switch await tell(alert) {
            case .taken, .refused: progress.toldUnrecorded = alert.since
            case .failed(let reason, _): outcome.failure = reason
            case .cancelled: return
            }
        }
        // A change that waits is as good a test.
        if let test = work.test, work.queued.isEmpty, !progress.hasTested {
            switch await tell(test) {
            case .taken: (progress.hasTested, outcome.wasTaken) = (true, true)
            // It is asked again, for one that takes nothing keeps everything from being done.
            case .refused(let reason), .failed(let reason, _): outcome.failure = reason
            case .cancelled: return
            }
        }
        for item in work.queued {
            switch await tell(item.alert) {
            case .taken: outcome.delivered.append(item.id)
            case .refused(let reason): outcome.refused.append(AlertOutcome.Refusal(id: item.id, alert: item.alert, reason: reason))
            case .failed(let reason, let answered):
                outcome.retried.append(item.id)
                outcome.failure = reason
                if !answered || outcome.retried.count >= Self.failuresMax { return }
            case .cancelled: return
            }
        }
    }

    private func tell(_ alert: Alert) async -> AlertPost.Result {
        guard let body = Self.json(AlertView(alert)) else { return .refused("it cannot be written as JSON") }
        return await post.send(body)
    }
}
