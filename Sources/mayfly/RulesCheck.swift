import ArgumentParser
import Daemon
import Fleet
import Rounds
import Rules

struct RulesCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check rule files, and say what each rule reads and when it fires.",
        discussion: """
            Checks the files as the daemon would when it loads them, and runs each condition once on a made-up node. Nothing is asked of Mesos or AWS.

            Without a path: the configuration's rules. Files named *.test.yaml are left out. With a configuration it is also said which rules are idle because \
            a source that they read is not configured, and limits are shown as whole numbers.

            EXAMPLES
              mayfly rules check
              mayfly rules check rules/lost.yaml rules/intervals.yaml
              mayfly rules check rules --json

            EXIT CODES
              0  the rules are good; warnings are printed
              2  a rule is wrong
            """)

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: JSONOption
    @Argument(help: ArgumentHelp("Rule files, or directories of them.", valueName: "path"), completion: .file(extensions: ["yaml", "yml"])) var paths: [String] = []

    func run() throws {
        // Files that were named can be checked anywhere; a configuration is then looked at only when it was named too.
        let configuration = paths.isEmpty || options.config != nil ? try options.load() : nil
        let rules: RuleSet
        do throws(RuleFileErrors) {
            rules = try RuleSet.load(paths: paths.isEmpty ? [configuration?.rulesDirectory ?? ""] : paths)
        } catch {
            throw CommandFailure.wrongUse("the rules are wrong:\n\(error)")
        }
        let check = RuleCheck(rules, configured: configuration?.settings.configured, capacity: configuration?.capacity)
        if output.json { try printJSON(check) } else { print(check.text) }
    }
}

extension Configuration {
    /// How many nodes the fleet is meant to have by the pools' sizes; nil when one has none.
    fileprivate var capacity: Int? {
        let sizes = pools.compactMap(\.size)
        return sizes.count == pools.count ? sizes.reduce(0, +) : nil
    }
}
