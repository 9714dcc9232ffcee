import Fleet
import Ledger
package import Logging
import Rounds
import Rules
import ServiceLifecycle
import UnixSignals

/// Reads the rule files again when one of them changes, and on SIGHUP: all of them are taken, or none.
package struct RuleWatcher: ServiceLifecycle.Service {
    let directory: String
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger
    let reloadsOnSignal: Bool

    /// How often the files are looked at.
    package static let interval = Duration.seconds(5)
    /// How much of what is wrong stands in a finding: the first few errors.
    private static let reasonCharactersMax = 500

    package init(directory: String, keeper: RoundKeeper, time: Time, logger: Logger, reloadsOnSignal: Bool = true) {
        self.directory = directory
        self.keeper = keeper
        self.time = time
        self.logger = logger
        self.reloadsOnSignal = reloadsOnSignal
    }

    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let refused = LastRefusal()
                try await time.repeating(every: Self.interval) { await reload(isAsked: false, lastRefusal: refused) }
            }
            if reloadsOnSignal {
                group.addTask {
                    for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
                        await reload(isAsked: true, lastRefusal: LastRefusal())
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// What was last said to be wrong, and of which texts, so that it is said once and they are not read again until they change.
    actor LastRefusal {
        private var text = ""
        private var hash: RuleSetHash?

        func isNew(_ other: String) -> Bool {
            defer { text = other }
            return text != other
        }

        func isOf(_ other: RuleSetHash) -> Bool { hash == other }
        func was(of other: RuleSetHash?) { hash = other }
    }

    private func reload(isAsked: Bool, lastRefusal: LastRefusal) async {
        do throws(RuleFileErrors) {
            let files = try RuleSet.files(paths: [directory])
            let hash = RuleSet.hash(of: files)
            let isKnown = await keeper.rules == hash
            let isRefused = await lastRefusal.isOf(hash)
            if isKnown || isRefused {
                if isKnown {
                    _ = await lastRefusal.isNew("")
                    await keeper.noteRulesAccepted()
                }
                if isKnown && isAsked { logger.notice("Rules are unchanged", metadata: [LogKey.ruleSet: "\(hash)"]) }
                return
            }
            await lastRefusal.was(of: hash)
            let rules = try RuleSet.parse(files)
            await lastRefusal.was(of: nil)
            _ = await lastRefusal.isNew("")
            await keeper.noteRulesAccepted()
            await keeper.take(.rules(rules))
            // A round that failed has said so, and the next look at the files tries again.
            guard await keeper.rules == rules.hash else { return }
            logger.notice("Rules were loaded", metadata: [LogKey.ruleSet: "\(rules.hash)", LogKey.rules: "\(rules.rules.count)"])
        } catch {
            await keeper.noteRulesRefused(String(error.description.prefix(Self.reasonCharactersMax)))
            guard await lastRefusal.isNew(error.description) else { return }
            logger.error("Rules were refused, the last good set stays", metadata: [LogKey.error: "\(error)", LogKey.path: "\(directory)"])
            await keeper.note(.rulesRefused, ["errors": String(error.description.prefix(2000))])
        }
    }
}

/// Deletes what is older than the retention, a little at a time, so that no round waits for it.
package struct Retention: ServiceLifecycle.Service {
    let keep: Duration
    let keeper: RoundKeeper
    let time: Time

    /// How often, and how many rows each time: some 14 million a day at most, in transactions of a few milliseconds.
    package static let interval = Duration.seconds(60)
    package static let budgetRows = 10_000

    package init(keep: Duration, keeper: RoundKeeper, time: Time) {
        self.keep = keep
        self.keeper = keeper
        self.time = time
    }

    package func run() async throws {
        try await time.repeating(every: Self.interval) { _ = await keeper.prune(before: time.now() - keep, budgetRows: Self.budgetRows) }
    }
}
