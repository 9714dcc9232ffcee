import ArgumentParser
import Console

struct ApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve that a node is replaced, as a rule has proposed.",
        discussion: """
            The approval is bound to the rule, the instance, its members and the target image as they are now: when one of them changes it is void. It is used up by the start, and ends by itself. Every gate is asked all the same; the answer says what they come to.

            \(Telling.explanation)

            EXAMPLES
              mayfly approve 10.0.1.11 --reason "seen it, go"
              mayfly approve 10.0.1.11 --for 12h --reason "tonight"

            \(Telling.exitCodes)
            """)

    @OptionGroup var telling: Telling
    @Option(name: .customLong("for"), help: ArgumentHelp("For how long: 30m, 4h, 2d. Without it: 4h.", valueName: "duration")) var lasting: String?
    @Argument(help: "An instance id, agent id, private IP or hostname.") var node: String

    func validate() throws { _ = try Telling.duration(lasting) }

    func run() async throws { try await telling.tell(.approve, node, lasting: Telling.duration(lasting)) }
}
