import ArgumentParser
import Daemon
import Rules

struct RulesTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the tests that stand beside rule files.",
        discussion: """
            Runs every *.test.yaml: facts over time go in, and the states of the rules are compared with what is expected. The same code judges as in the daemon.

            Without a path: the directory of the configuration's rules.

            EXAMPLES
              mayfly rules test rules
              mayfly rules test rules/lost.test.yaml --json

            EXIT CODES
              0  all is as expected
              1  a test failed
              2  a test file, or a rule file that it names, is wrong
            """)

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: JSONOption
    @Argument(help: ArgumentHelp("Test files, or directories of them.", valueName: "path"), completion: .file(extensions: ["yaml", "yml"])) var paths: [String] = []

    func run() throws {
        let report = RuleTests.run(paths: paths.isEmpty ? [try options.load().rulesDirectory] : paths)
        if output.json { try printJSON(report) } else { print(report.text) }
        if !report.problems.isEmpty { throw CommandFailure(code: 2, message: "") }
        if !report.isGood { throw CommandFailure.found }
    }
}
