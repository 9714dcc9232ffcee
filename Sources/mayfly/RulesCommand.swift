import ArgumentParser

struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Check and test rule files.",
        subcommands: [RulesCheck.self, RulesTest.self])
}
