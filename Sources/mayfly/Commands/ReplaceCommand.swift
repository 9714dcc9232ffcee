import ArgumentParser
import Console

struct ReplaceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replace",
        abstract: "Ask for a node to be replaced, through the same gates as any other.",
        discussion: """
            Waits for its gates like a node that a rule wants replaced, until it is begun or released. The answer says what the gates come to: whether it would start, or what holds it.

            \(Telling.explanation)

            EXAMPLES
              mayfly replace 10.0.1.11 --reason "fan is dying, ticket 4711"

            \(Telling.exitCodes)
            """)

    @OptionGroup var telling: Telling
    @Argument(help: "An instance id, agent id, private IP or hostname.") var node: String

    func run() async throws { try await telling.tell(.replace, node) }
}
