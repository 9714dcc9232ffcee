import ArgumentParser
import Daemon
import Fleet
import Foundation
import Rounds
import Rules

struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Check, test and back-test rule files.", subcommands: [RulesCheck.self, RulesTest.self, RulesBacktest.self])
}

/// Which rule files a command is about: those named, else the configuration's.
struct RulePaths: ParsableArguments {
    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "Rule files and directories. Without any: the directory that the configuration names.", completion: .file(extensions: ["yaml", "yml"]))
    var paths: [String] = []

    /// The paths, and the configuration when it was asked.
    func resolve() throws -> (paths: [String], configuration: Configuration?) {
        if !paths.isEmpty && options.config == nil { return (paths, nil) }
        if paths.isEmpty && !FileManager.default.fileExists(atPath: options.path) {
            throw CommandFailure.wrongUse("no rule files are named, and there is no configuration \(options.path) to name them; try: mayfly rules check rules")
        }
        let configuration = try options.load()
        return (paths.isEmpty ? [configuration.rulesDirectory] : paths, configuration)
    }
}

struct RulesCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Validate rule files, and show what each rule reads and when it acts.",
        discussion: """
            Checks the files as the daemon does when it loads them. Every problem is named with file and line, and with what to do about it. With --config it \
            is also said which rules are idle because a source that they read is not configured, and limits are shown as whole numbers.

            EXAMPLES
              mayfly rules check
              mayfly rules check rules/lost.yaml
              mayfly rules check rules --config mayfly.yaml --json

            EXIT CODES
              0  all rules are right
              2  a rule file is wrong
            """)

    @OptionGroup var files: RulePaths
    @OptionGroup var output: JSONOption

    func run() throws {
        let (paths, configuration) = try files.resolve()
        let rules: RuleSet
        do throws(RuleFileErrors) {
            rules = try RuleSet.load(paths: paths)
        } catch {
            throw CommandFailure.wrongUse("the rules are wrong:\n\(error)")
        }
        let sizes = configuration?.pools.map(\.size) ?? [nil]
        let capacity = sizes.contains(nil) ? nil : sizes.compactMap { $0 }.reduce(0, +)
        let check = RuleCheck(rules, configured: configuration?.settings.configured, capacity: capacity)
        if output.json { try printJSON(check) } else { print(check.text) }
    }
}

struct RulesTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the tests of rule files.",
        discussion: """
            Runs every *.test.yaml that is named or lies in a named directory: invented facts over time, and what each rule must have made of them. The same \
            code judges as in the daemon.

            EXAMPLES
              mayfly rules test rules
              mayfly rules test rules/lost.test.yaml --json

            EXIT CODES
              0  all tests passed
              1  one failed
              2  a file is wrong
            """)

    @OptionGroup var files: RulePaths
    @OptionGroup var output: JSONOption

    func run() throws {
        let report = RuleTests.run(paths: try files.resolve().paths)
        if output.json { try printJSON(report) } else { print(report.text) }
        if !report.problems.isEmpty { throw CommandFailure(code: 2, message: "") }
        if !report.isGood { throw CommandFailure.found }
    }
}
