import Fleet
import FoundationEssentials
import Ledger
package import Logging
import Rounds
import ServiceLifecycle
package import Wire

/// Tells one target of alerts what there is to tell, until the program ends.
///
/// It takes from the queue through the keeper in short calls and talks to the target in between, so that no round ever waits for it. What was sent is
/// marked only after the target took it: after a crash some of it is told again, and nothing is forgotten.
package struct AlertSender: ServiceLifecycle.Service {
    let destination: AlertDestination
    let resend: Duration
    let post: AlertPost
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger
    /// A share, 0…1, for the jitter.
    let random: @Sendable () -> Double

    /// How often the queue is looked at while all is well.
    package static let interval = Duration.seconds(5)
    /// Changes that are sent to a webhook before they are marked: as many may be told twice after a crash.
    static let batchMax = 50
    /// Alerts in one call to an Alertmanager: some 250 KB.
    static let chunkMax = 256
    /// A target that answers so many alerts of one turn with an error is taken to have none to spare for the others.
    static let failuresMax = 3
    /// After an outage the target is found again within a minute.
    static let backoff = Backoff(base: .seconds(1), cap: .seconds(60))
    /// Alertmanager keeps alerts in memory only: one that starts again is told once more of what ended within this time.
    static let resolvedToldFor = Duration.seconds(900)
    /// How many of those are kept for that.
    static let resolvedMax = 1000

    package init(
        _ destination: AlertDestination, resend: Duration, http: HTTPCaller, keeper: RoundKeeper, time: Time, logger: Logger,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.destination = destination
        self.resend = resend
        post = AlertPost(destination: destination, http: http)
        self.keeper = keeper
        self.time = time
        self.logger = logger
        self.random = random
    }

    package func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                var progress = Progress()
                while true {
                    let wait = await turn(&progress)
                    try Task.checkCancellation()
                    try await time.sleep(wait)
                }
            }
        } catch is CancellationError {
            return
        }
    }

    /// What a sender has to know from one turn to the next; nothing of it has to survive a restart.
    struct Progress {
        /// Turns that failed, one after the other.
        var attempt = 0
        /// Whether something was recorded of this target in this run of the program.
        var hasSettled = false
        /// When the target was last told of everything that goes on.
        var toldAllAt: Timestamp?
        /// What ended of late, by fingerprint.
        var ended: [AlertFingerprint: Alert] = [:]
        /// What an Alertmanager says no to; not told again in this run of the program.
        var unwelcome: Set<AlertFingerprint> = []
        /// The spell of rounds that cannot be recorded of which this target was told.
        var toldUnrecorded: Timestamp?
        /// Whether the target was tried in this run of the program, and took it.
        var hasTested = false
        /// What became of the last turn, when it could not be recorded: until it is, nothing more is taken from the queue.
        var unsettled: AlertOutcome?
    }

    /// One turn. Returns how long to wait until the next.
    func turn(_ progress: inout Progress) async -> Duration {
        let now = time.now()
        let isDue = destination.kind == .alertmanager && (progress.toldAllAt.map { now < $0 || now - $0 >= resend } ?? true)
        var work = await keeper.alertWork(for: destination.target, limit: destination.kind == .webhook ? Self.batchMax : Self.chunkMax, open: isDue)
        if let unsettled = progress.unsettled {
            if await keeper.settle(unsettled) {
                progress.unsettled = nil
                return .zero
            }
            work.queued = []
        }
        var outcome = AlertOutcome(target: destination.name, at: now)
        switch destination.kind {
        case .webhook: await tellEach(work, &outcome, &progress)
        case .alertmanager: await tellAll(work, isDue: isDue, &outcome, &progress)
        }
        let isRecorded = await settle(outcome, &progress)
        if outcome.failure != nil || !isRecorded || progress.unsettled != nil {
            progress.attempt += 1
            return max(Self.backoff.base, Self.backoff.delay(attempt: progress.attempt, random: random()))
        }
        progress.attempt = 0
        return outcome.delivered.isEmpty && outcome.refused.isEmpty ? Self.interval : .zero
    }

    private func settle(_ outcome: AlertOutcome, _ progress: inout Progress) async -> Bool {
        if progress.unsettled == nil { say(outcome, isFirst: progress.attempt == 0) }
        let isNews = !outcome.delivered.isEmpty || !outcome.refused.isEmpty || !outcome.retried.isEmpty || outcome.failure != nil
        // What a former run of the program has recorded as failing is put right by the first turn that does not.
        guard isNews || progress.attempt > 0 || !progress.hasSettled else {
            if outcome.wasTaken { await keeper.noteTaken(by: destination.name, at: outcome.at) }
            return true
        }
        let isRecorded = await keeper.settle(outcome)
        if !isRecorded, !outcome.delivered.isEmpty || !outcome.refused.isEmpty { progress.unsettled = outcome }
        progress.hasSettled = progress.hasSettled || isRecorded
        return isRecorded
    }

    /// Once when it begins and once when it is over; what was given up each time.
    private func say(_ outcome: AlertOutcome, isFirst: Bool) {
        for refusal in outcome.refused {
            logger.error(
                "Alert was refused and is given up",
                metadata: [LogKey.target: "\(destination.name)", LogKey.alert: "\(refusal.alert.name)", LogKey.reason: "\(refusal.reason)"])
        }
        if let failure = outcome.failure {
            let level: Logger.Level = isFirst ? .warning : .debug
            logger.log(level: level, "Alerts could not be delivered, will retry", metadata: [LogKey.target: "\(destination.name)", LogKey.error: "\(failure)"])
        } else if !isFirst, outcome.wasTaken || !outcome.delivered.isEmpty {
            logger.notice("Alerts are delivered again", metadata: [LogKey.target: "\(destination.name)"])
        }
    }

    static func json(_ value: some Encodable) -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { Array($0) }
    }
}
