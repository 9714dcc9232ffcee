import ArgumentParser
import Console
import Daemon
import Fleet
import Foundation
import Ledger
import Rounds
import Rules

struct RulesBacktest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "What rules would have found in the rounds that a ledger has recorded, and what would have been replaced.",
        discussion: """
            Replays the recorded rounds, each at its own time, through the same judging as the daemon's: facts as they were told, unknown where their source \
            was stale, clocks and limits as they were. Without --rules it goes by the rules that were in use, and prints their findings; with --rules it also \
            goes by those, and prints the difference, finding by finding and replacement by replacement. Nothing is asked but the ledger, and nothing is changed.

            Every replace finding that fires goes through the gates, at its own time: when its node would have been replaced, or which gates were shut and for \
            how long. Windows are those of the rules; pools, limits and services are those of the configuration, or the defaults where there is none. A \
            replacement that would have begun holds its slots for as long as those did that the ledger remembers. Gates that rest on what is not recorded are not asked, and \
            named; so is what the others take for granted. What was unknown then opens nothing.

            A running daemon keeps its ledger for itself: work on a copy, which mayfly snapshot FILE has it write. Rules that read what is not recorded (`tasks`, \
            `staging_tasks`, the tables task, member and service) are left out, and named.

            EXAMPLES
              mayfly snapshot copy.db && mayfly rules backtest --since 30d --ledger copy.db
              mayfly rules backtest --since 30d --ledger copy.db --rules new-rules --config mayfly.yaml
              mayfly rules backtest --since 2026-11-01T00:00:00Z --until 2026-11-08T00:00:00Z --json

            EXIT CODES
              0  done; with --rules: no difference
              1  failed; with --rules: a difference was found
              2  wrong use, or wrong rules
            """)

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: JSONOption
    @Option(name: .long, help: ArgumentHelp("From when on: a duration back from now, such as 12h or 30d, or a time in UTC.", valueName: "duration|time"))
    var since: String
    @Option(name: .long, help: ArgumentHelp("Until when, in the same way. Without it: to the last round.", valueName: "duration|time")) var until: String?
    @Option(
        name: .long, help: ArgumentHelp("Other rules, to compare with: a file or a directory.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml"]))
    var rules: String?
    @Option(
        name: .long, help: ArgumentHelp("A copy of a ledger. Without it: the configuration's, while no daemon runs on it.", valueName: "file"),
        completion: .file())
    var ledger: String?

    func validate() throws {
        for (name, text) in [("--since", since), ("--until", until)] {
            if let text, Self.time(text, now: Timestamp(milliseconds: 0)) == nil {
                throw ValidationError("\(name) must be a duration such as 12h or 30d, or a time such as 2026-11-01T00:00:00Z, not '\(text.prefix(40))'")
            }
        }
    }

    private static func time(_ text: String, now: Timestamp) -> Timestamp? { Duration(text: text).map { now - $0 } ?? Timestamp(iso8601: text) }

    func run() throws {
        let others = try rules.map { path throws in
            do throws(RuleFileErrors) { return try RuleSet.load(paths: [path]) } catch { throw CommandFailure.wrongUse("the rules are wrong:\n\(error)") }
        }
        let configuration = try configuration()
        let store = try open(configuration)
        let now = Time.system.now()
        let backtest: Backtest
        do {
            backtest = try Backtest.run(
                store, since: Self.time(since, now: now), until: until.flatMap { Self.time($0, now: now) }, others: others,
                gates: configuration?.settings ?? Settings(pools: []))
        } catch {
            throw CommandFailure.failed("\(error)")
        }
        let difference = backtest.others.map { RulesDifference(before: backtest.findings, after: $0) }
        let replacements = backtest.otherGates.flatMap { after in
            backtest.gates.map { ReplacementsDifference(before: $0.replacements, after: after.replacements) }
        }
        if output.json {
            try printJSON(BacktestView(backtest, difference, replacements, otherRules: others?.hash))
        } else {
            BacktestText(backtest, difference, replacements).lines.forEach { print($0) }
        }
        let differs = [difference.map { !$0.items.isEmpty }, replacements.map { !$0.items.isEmpty }].contains(true)
        if differs { throw CommandFailure.found }
    }

    /// Nil: none is named, and there is none where it would be.
    private func configuration() throws -> Configuration? {
        if options.config == nil, ledger != nil, !FileManager.default.fileExists(atPath: options.path) { return nil }
        return try options.load()
    }

    private func open(_ configuration: Configuration?) throws -> LedgerStore {
        let path = try ledger ?? configuration?.ledger.path ?? options.load().ledger.path
        do throws(LedgerError) {
            return try LedgerStore.open(path: path, purpose: .reading, now: Time.system.now())
        } catch {
            let remedy = error.problem == .held ? "; have the daemon write a copy with mayfly snapshot FILE, and name that with --ledger FILE" : ""
            throw CommandFailure.failed("\(error)\(remedy)")
        }
    }
}

/// A back-test as text.
struct BacktestText {
    let backtest: Backtest
    let replacements: ReplacementsDifference?
    let gated: [GatedFinding.Key: GatedFinding]
    private let difference: RulesDifference?

    /// How many findings or differences of one rule are shown; --json has them all.
    static let examplesMax = 20

    init(_ backtest: Backtest, _ difference: RulesDifference?, _ replacements: ReplacementsDifference? = nil) {
        self.backtest = backtest
        self.difference = difference
        self.replacements = replacements
        gated = backtest.gated
    }

    var lines: [String] {
        var lines = ["\(backtest.rounds) rounds replayed, shown from \(backtest.from.shown) to \(backtest.to.shown)"]
        lines += backtest.notReplayable.map { "left out: rule \($0)" }
        lines += gateLines
        lines.append("")
        return lines + (difference.map { differences($0) + replacementLines } ?? findings + replacedLine)
    }

    private var findings: [String] {
        if backtest.findings.isEmpty { return ["No rule held on any node"] }
        var lines: [String] = []
        for (rule, all) in Dictionary(grouping: backtest.findings, by: \.rule.name).sorted(by: { $0.key < $1.key }) {
            let fired = all.count { $0.firingSince != nil }
            lines.append("\(rule): \(all.count) findings on \(Set(all.map(\.node)).count) nodes; \(fired) fired")
            lines += all.prefix(Self.examplesMax).flatMap { ["  \($0.node)  \(Self.course(of: $0))"] + fate(of: $0) }
            if all.count > Self.examplesMax { lines.append("  … and \(all.count - Self.examplesMax) more; --json has all") }
        }
        return lines
    }

    private func differences(_ difference: RulesDifference) -> [String] {
        if difference.items.isEmpty { return ["No difference: \(difference.same) findings by both"] }
        var lines: [String] = []
        for (rule, all) in Dictionary(grouping: difference.items, by: \.rule).sorted(by: { $0.key < $1.key }) {
            let counts = Dictionary(grouping: all, by: \.kind).sorted { $0.key < $1.key }.map { "\($0.value.count) \(Self.words($0.key))" }
            lines.append("\(rule): \(counts.joined(separator: ", "))")
            for item in all.prefix(Self.examplesMax) {
                lines.append("  \(item.node)  \(Self.words(item.kind))")
                if let before = item.before { lines.append("    before  \(Self.course(of: before))") }
                if let after = item.after { lines.append("    after   \(Self.course(of: after))") }
            }
            if all.count > Self.examplesMax { lines.append("  … and \(all.count - Self.examplesMax) more; --json has all") }
        }
        return lines + ["\(difference.items.count) differences; \(difference.same) findings by both"]
    }

    private static func words(_ kind: RulesDifference.Kind) -> String { kind.rawValue.replacing("_", with: " ") }

    /// `pending 10:00:00Z, fires 10:10:00Z, ended 10:20:00Z (cleared)`
    private static func course(of finding: Finding) -> String {
        var parts: [String] = []
        if finding.firingSince != finding.since { parts.append("pending \(finding.since.shown)") }
        if let firing = finding.firingSince { parts.append("fires \(firing.shown)") }
        if let ended = finding.resolvedAt {
            parts.append("ended \(ended.shown)" + (finding.resolution.map { " (\($0.rawValue.replacing("_", with: " ")))" } ?? ""))
        }
        return parts.joined(separator: ", ")
    }
}
