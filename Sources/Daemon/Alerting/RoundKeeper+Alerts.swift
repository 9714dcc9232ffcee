package import Fleet
package import Ledger
import Logging
import Rounds

/// What there is to tell one target.
package struct AlertWork: Sendable {
    /// What waits, of each alert the oldest change.
    package var queued: [QueuedAlert] = []
    /// Everything that goes on, when it was asked for. By fingerprint.
    package var open: [Alert] = []
    /// That rounds cannot be recorded: what no queue in the ledger can hold.
    package var unrecorded: Alert?
    /// What is told to see that the target takes anything, where something may be done and it never did. It is over already, so that nobody is called for it.
    package var test: Alert?
}

extension RoundKeeper {
    /// What there is to tell a target; nothing when the ledger cannot be read, which is logged.
    ///
    /// - Parameter open: whether all that goes on is asked for too: of a large fleet that is much.
    package func alertWork(for target: AlertTarget, limit: Int, open: Bool) -> AlertWork {
        var work = AlertWork(unrecorded: unrecorded)
        do {
            work.queued = try ledger.queuedAlerts(for: target.name, limit: limit)
        } catch {
            logger.warning("Queue of alerts could not be read, will retry", metadata: [LogKey.target: "\(target.name)", LogKey.error: "\(error)"])
        }
        if open { work.open = round.state.openAlerts }
        work.test = test(of: target)
        return work
    }

    /// Records what became of what was sent. Returns whether it could: else all of it will be told again.
    package func settle(_ outcome: AlertOutcome) -> Bool {
        do {
            try ledger.settle(outcome)
            return true
        } catch {
            logger.warning(
                "What an alert target took was not recorded and is told again", metadata: [LogKey.target: "\(outcome.target)", LogKey.error: "\(error)"])
            return false
        }
    }

    /// A target took what it is told again and again: no news, and so nothing to write.
    package func noteTaken(by target: AlertTargetName, at time: Timestamp) { takenAt[target] = time }

    /// How the targets of alerts do, by name: for `status`, metrics and the next round. The last ones that could be read.
    package func alertStandings() -> [AlertStanding] {
        do { standings = try ledger.alertStandings() } catch {
            logger.debug("Standing of the alerts' targets could not be read", metadata: [LogKey.error: "\(error)"])
        }
        return standings.map { standing in
            var standing = standing
            if let taken = takenAt[standing.target] { standing.lastSuccess = max(taken, standing.lastSuccess ?? taken) }
            return standing
        }
    }

    /// The rule files have errors; the rules in use stay. Found as one of Mayfly's own findings by the next round.
    package func noteRulesRefused(_ reason: String) {
        rulesRefused = ProgramStanding.Refusal(since: rulesRefused?.since ?? time.now(), reason: reason)
    }

    /// The rule files are those in use.
    package func noteRulesAccepted() { rulesRefused = nil }

    private func test(of target: AlertTarget) -> Alert? {
        let mode = round.settings.mode
        // What became of it could not be recorded before the first round has written the target down.
        guard mode != .alert, let standing = alertStandings().first(where: { $0.target == target.name }), standing.lastSuccess == nil else { return nil }
        let now = time.now()
        let finding = OwnFinding(
            kind: .alertTest, subject: target.name.rawValue, since: now, firingSince: now,
            summary: "Mayfly is in mode \(mode.rawValue), and sees whether alerts arrive here; nothing is wrong")
        var alert = Alert(finding, cluster: round.settings.alerting.cluster)
        alert.state = .resolved
        alert.resolvedAt = now
        return alert
    }

    private var unrecorded: Alert? {
        guard let failing = roundsFailing, !round.settings.alerting.targets.isEmpty else { return nil }
        let firingSince = failing.since + OwnFinding.Kind.roundsFailing.holdFor
        guard time.now() >= firingSince else { return nil }
        let finding = OwnFinding(
            kind: .roundsFailing, subject: "ledger", since: failing.since, firingSince: firingSince,
            summary: "no round was recorded since \(failing.since): \(failing.reason)")
        return Alert(finding, cluster: round.settings.alerting.cluster)
    }
}
