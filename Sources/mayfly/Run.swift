import ArgumentParser
import Console
import Daemon
import Fleet
import Foundation
import Ledger
import Logging
import Rounds
import Rules
import ServiceLifecycle

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch, until told to end; or look once, with --once.",
        discussion: """
            Polls Mesos and EC2, records what they say in the ledger, judges it by the rules, and logs each finding as it fires and ends. With \
            mode: alert it says what it would replace and what holds it, and changes nothing in the cluster; with propose or act it replaces nodes.

            SIGTERM or Ctrl-C ends it within two seconds. It reads the rules again when a file changes, and on SIGHUP; the configuration only when it starts.

            --once records its look in the same ledger. A rule that has to hold for ten minutes is pending at the first look.

            EXAMPLES
              mayfly run --config /etc/mayfly/mayfly.yaml
              mayfly run --once
              mayfly run --once --json | jq '.findings[].summary'

            EXIT CODES
              0  ended as asked
              1  a source could not be read (--once), or the ledger cannot be used
              2  wrong configuration
            """)

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var logging: LogOptions
    @OptionGroup var output: JSONOption
    @Flag(name: .long, help: "Poll once, print what was seen and decided, and exit.") var once = false

    func validate() throws {
        if output.json && !once { throw ValidationError("--json goes with --once; the daemon's log has --log-format json") }
    }

    func run() async throws {
        let configuration = try options.load()
        let rules = try options.loadRules(configuration)
        // A single look says in its own output what could not be read.
        let logger = logging.logger(unless: once ? .error : .notice)
        let clock = try ProgramTime()
        let time = clock.time
        let ledger: LedgerStore
        do throws(LedgerError) {
            ledger = try LedgerStore.open(path: configuration.ledger.path, purpose: .daemon, now: time.now())
        } catch {
            throw CommandFailure.failed("\(error)")
        }
        let notifier = once ? nil : Notifier(environment: ProcessInfo.processInfo.environment)
        let watchdog: Watchdog
        do {
            watchdog = try Watchdog(
                configuration, rules: rules, ledger: ledger, environment: ProcessInfo.processInfo.environment, time: time, logger: logger
            ) {
                clock.watcher?.take($0, usual: configuration.mesos.interval)
                notifier?.tookRound($0)
            } onRefusal: {
                notifier?.missedRound($0)
            }
        } catch let error as LedgerError {
            throw CommandFailure.failed("\(error)")
        } catch {
            throw CommandFailure.wrongUse("\(error)")
        }
        if let claim = watchdog.claim { clock.watcher?.follow(claim) }
        if let isAtWork = watchdog.isTerraformAtWork { clock.watcher?.follow(terraform: isAtWork) }
        if once {
            try await lookOnce(watchdog, ledger: ledger)
        } else {
            logger.notice(
                "Mayfly watches",
                metadata: [
                    LogKey.version: "\(Mayfly.version)", LogKey.mode: "\(configuration.mode.rawValue)", LogKey.path: "\(configuration.ledger.path)",
                    LogKey.rules: "\(rules.rules.count)", LogKey.ruleSet: "\(rules.hash)",
                ])
            do {
                try await watchdog.run(beside: services(watchdog, notifier: notifier))
            } catch {
                try ledger.close()
                throw CommandFailure.failed("\(error)")
            }
            try ledger.close()
            logger.notice("Mayfly ended")
        }
    }

    /// What answers, beside the loops.
    private func services(_ watchdog: Watchdog, notifier: Notifier?) -> [any Service] {
        let console = watchdog.configuration.console
        let desk = ConsoleDesk(watchdog, version: Mayfly.version)
        if let limit = notifier?.watchdog, limit < watchdog.configuration.mesos.interval * 2 {
            watchdog.logger.warning(
                "The unit's WatchdogSec is shorter than two rounds: systemd will end a daemon that is well", metadata: [LogKey.reason: "\(limit)"])
        }
        let services: [(any Service)?] = [
            ConsoleServer(desk: desk, section: console, logger: watchdog.logger),
            console.metrics.map { MetricsServer(desk: desk, listener: $0, logger: watchdog.logger) }, notifier.map { Farewell($0) },
        ]
        return services.compactMap { $0 }
    }

    private func lookOnce(_ watchdog: Watchdog, ledger: LedgerStore) async throws {
        let report = await watchdog.lookOnce()
        await watchdog.clients.shutdown()
        try ledger.close()
        guard let report else { throw CommandFailure.failed("the look could not be recorded; the log above says why") }
        if output.json {
            try printJSON(PictureView(report.picture, cluster: watchdog.configuration.cluster, notices: report.notices))
        } else {
            PictureText(report.picture, cluster: watchdog.configuration.cluster, notices: report.notices).lines(width: Terminal.columns).forEach { print($0) }
        }
        let failed = report.picture.state.sources.values.filter { $0.failure != nil }.map(\.source).sorted()
        if !failed.isEmpty {
            throw CommandFailure.failed("not everything could be read: \(failed.map(\.description).joined(separator: ", "))")
        }
    }
}
