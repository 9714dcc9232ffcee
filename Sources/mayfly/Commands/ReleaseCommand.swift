import ArgumentParser
import Console

struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "End the hold of a node, and any request to replace it.",
        discussion: """
            Takes off what a person has said of the node: a hold, and a request that has not begun.

            \(Telling.explanation)

            EXAMPLES
              mayfly release 10.0.1.11 --reason "disk is well"

            \(Telling.exitCodes)
            """)

    @OptionGroup var telling: Telling
    @Argument(help: "An instance id, agent id, private IP or hostname.") var node: String

    func run() async throws { try await telling.tell(.release, node) }
}
