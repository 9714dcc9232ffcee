package import Fleet
package import Ledger
package import Logging
import Replacing
package import Rounds
import Rules

/// Owns the round, and through it the ledger's one connection: whoever has an event hands it in here, one after the other.
///
/// There is no `await` between the start of a round and its commit, so no two rounds ever overlap.
package actor RoundKeeper {
    let round: Round
    package nonisolated let ledger: LedgerStore
    let time: Time
    let logger: Logger
    private let pauseFile: PauseFile?
    private let ownAddresses: Set<String>
    private let dependedOn: Set<String>
    private let onReport: @Sendable (RoundReport) -> Void
    private let onRefusal: @Sendable (ProgramStanding.Refusal) -> Void
    private let onTakeOver: @Sendable () -> Void
    /// How the claim stands by what the last round was told.
    var claimTold = ClaimStanding.none
    /// Ambiguities and the like, said once and not in every round.
    private var saidNotices: Set<String> = []
    /// What the next round is to know of the program around it.
    var rulesRefused: ProgramStanding.Refusal?
    var roundsFailing: ProgramStanding.Refusal?
    /// Why the last command was not taken; nil when it was.
    var refusal: CommandRefusal?
    /// How the targets of alerts did when that was last read, and when each last took something that needed no record.
    var standings: [AlertStanding] = []
    var takenAt: [AlertTargetName: Timestamp] = [:]
    /// What it knows of hints from one turn of the queue of events to the next.
    var hints = HintMemory()
    /// What whoever asks may read at any time.
    package nonisolated let bulletin = Bulletin()
    /// Of the last round that was recorded. Nil before the first.
    package private(set) var lastReport: RoundReport?

    /// - Parameters:
    ///   - pauseFile: is looked for before each round. Nil: nowhere.
    ///   - ownAddresses: of the host that this program runs on. Empty: not known.
    ///   - dependedOn: names and addresses of the hosts that it asks and tells.
    ///   - onReport: is told of every round after its commit; must return at once.
    ///   - onRefusal: is told of every round that could not be recorded; must return at once.
    ///   - onTakeOver: is told when a person wants the claim on the cluster to be taken over; must return at once.
    package init(
        round: sending Round, ledger: LedgerStore, time: Time, logger: Logger, pauseFile: PauseFile? = nil, ownAddresses: Set<String> = [],
        dependedOn: Set<String> = [],
        onReport: @escaping @Sendable (RoundReport) -> Void = { _ in },
        onRefusal: @escaping @Sendable (ProgramStanding.Refusal) -> Void = { _ in }, onTakeOver: @escaping @Sendable () -> Void = {}
    ) {
        self.round = round
        self.ledger = ledger
        self.time = time
        self.logger = logger
        self.pauseFile = pauseFile
        self.ownAddresses = ownAddresses
        self.dependedOn = dependedOn
        self.onReport = onReport
        self.onRefusal = onRefusal
        self.onTakeOver = onTakeOver
    }

    /// Takes in one event. A round that fails is said to have, and the next one tries again from what was last committed.
    @discardableResult package func take(_ event: Event) -> RoundReport? {
        let now = time.now()
        let start = ContinuousClock.now
        do {
            round.program = ProgramStanding(
                rulesRefused: rulesRefused, roundsFailing: roundsFailing, alerts: round.settings.alerting.targets.isEmpty ? [] : alertStandings())
            round.program.pauseFile = pauseFile?.read()
            round.program.ownAddresses = ownAddresses
            round.program.dependedOn = dependedOn
            round.program.isAlertingProven = isAlertingProven
            round.program.warnings = hints.warnings(at: now)
            guard let report = try round.take(event, at: now, uptime: time.uptime()) else { return nil }
            if roundsFailing != nil {
                roundsFailing = nil
                logger.notice("Rounds are recorded again")
            }
            lastReport = report
            if !report.transitions.isEmpty { bulletin.count(report.transitions) }
            post(report, took: ContinuousClock.now - start)
            if report.takeOver != nil { onTakeOver() }
            onReport(report)
            log(report)
            return report
        } catch let refused as CommandRefusal {
            // The round has not happened, and nothing is wrong with it.
            refusal = refused
            return nil
        } catch {
            let refusal = ProgramStanding.Refusal(since: roundsFailing?.since ?? now, reason: "\(error)")
            roundsFailing = refusal
            post(nil, took: ContinuousClock.now - start)
            onRefusal(refusal)
            logger.error("Round failed, the next one tries again", metadata: [LogKey.error: "\(error)"])
            return nil
        }
    }

    /// Whether a target of alerts took the last thing that it was told. Nil: none was told anything yet.
    private var isAlertingProven: Bool? {
        let standings = round.program.alerts
        if standings.isEmpty { return false }
        if standings.contains(where: { $0.lastSuccess != nil && $0.failingSince == nil }) { return true }
        return standings.allSatisfy { $0.lastSuccess == nil && $0.failingSince == nil } ? nil : false
    }

    /// - Parameter report: nil for a round that failed.
    private func post(_ report: RoundReport?, took: Duration) {
        let alerts = round.settings.alerting.targets.isEmpty ? [] : alertStandings()
        bulletin.change { content in
            content.took += took
            content.failing = roundsFailing
            content.rulesRefused = rulesRefused
            content.alerts = alerts
            content.pauseFile = round.program.pauseFile
            if let report {
                content.report = report
                content.rounds += 1
            } else {
                content.failures += 1
            }
        }
    }

    package var rules: RuleSetHash { round.rules.hash }

    /// Writes something that happened to the program itself.
    ///
    /// - Returns: whether it was recorded.
    @discardableResult package func note(_ kind: AuditEntry.Kind, of subject: NodeID? = nil, _ details: [String: String] = [:]) -> Bool {
        do {
            try ledger.note([AuditEntry(at: time.now(), kind: kind, subject: subject, details: details)])
            return true
        } catch {
            logger.error("Audit entry was not recorded", metadata: [LogKey.error: "\(error)", LogKey.kind: "\(kind.rawValue)"])
            return false
        }
    }

    /// Deletes what is older than the retention, a little at a time. Returns how many rows went.
    package func prune(before time: Timestamp, budgetRows: Int) -> Int {
        do {
            return try ledger.prune(before: time, budgetRows: budgetRows)
        } catch {
            logger.warning("Retention failed, will retry", metadata: [LogKey.error: "\(error)"])
            return 0
        }
    }

    private func log(_ report: RoundReport) {
        for finding in report.findings where finding.state != .pending {
            logger.notice("Finding changed", metadata: LogKey.metadata(of: finding))
        }
        for finding in report.findings where finding.state == .pending { logger.info("Finding is pending", metadata: LogKey.metadata(of: finding)) }
        for entry in report.transitions {
            let node = report.picture.state.work.replacements[entry.replacement].map { "\($0.node)" } ?? ""
            logger.log(
                level: entry.transition.isMainPoint ? .notice : .info, "Replacement changed",
                metadata: [LogKey.replacement: "\(entry.replacement)", LogKey.node: "\(node)", LogKey.change: "\(entry.transition.words)"])
        }
        for finding in report.ownFindings {
            if finding.resolvedAt == nil {
                logger.log(level: finding.kind.severity == .critical ? .error : .warning, "Mayfly is hindered", metadata: LogKey.metadata(of: finding))
            } else {
                logger.notice("Mayfly is no longer hindered", metadata: LogKey.metadata(of: finding))
            }
        }
        for notice in report.notices where saidNotices.insert(notice).inserted {
            logger.warning("Something about the fleet is odd", metadata: [LogKey.reason: "\(notice)"])
        }
        saidNotices.formIntersection(report.notices)
        logger.debug(
            "Round ended",
            metadata: [
                LogKey.nodes: "\(report.picture.state.nodes.count)", LogKey.changes: "\(report.changes.count)", LogKey.rows: "\(report.rows.total)",
                LogKey.stale: "\(report.picture.stale.sorted().map(\.description).joined(separator: " "))",
            ])
    }
}
