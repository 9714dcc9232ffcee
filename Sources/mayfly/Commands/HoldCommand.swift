import ArgumentParser
import Console

struct HoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Exempt a node from being replaced, for a while.",
        discussion: """
            A held node is not replaced, and a replacement of it that is in flight does nothing harmful any more: it waits where it is. The hold ends by itself.

            \(Telling.explanation)

            EXAMPLES
              mayfly hold 10.0.1.11 --for 4h --reason "disk is being looked at"

            \(Telling.exitCodes)
            """)

    @OptionGroup var telling: Telling
    @Option(name: .customLong("for"), help: ArgumentHelp("For how long: 30m, 4h, 2d.", valueName: "duration")) var lasting: String
    @Argument(help: "An instance id, agent id, private IP or hostname.") var node: String

    func validate() throws { _ = try Telling.duration(lasting) }

    func run() async throws { try await telling.tell(.hold, node, lasting: Telling.duration(lasting)) }
}
