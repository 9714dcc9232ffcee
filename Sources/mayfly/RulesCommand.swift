import ArgumentParser
import Daemon
import Fleet
import Foundation
import Rules

struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rules", abstract: "Check and test rule files.", subcommands: [RulesCheck.self, RulesTest.self])
}

struct RulesCheck: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "check", abstract: "TODO")
    func run() throws {}
}

struct RulesTest: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "test", abstract: "TODO")
    func run() throws {}
}
