import ArgumentParser
import Console

struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Why a node is, or is not, being replaced: its rules, every gate, and when it could start.",
        discussion: """
            Shows every rule with its state, since when, and how long still until it fires; and every fact that the rule reads: its value, since when it has had \
            it, which source said so, and how old that word is. Then every gate in order, open or shut, why, and when it could open; and the node's replacements \
            with their steps. A node that has left the fleet is shown as it was in its last moment.

            \(Inquiry.explanation)

            EXAMPLES
              mayfly explain i-0abc12345def67890
              mayfly explain 10.0.1.11 --json
            """)

    @OptionGroup var inquiry: Inquiry
    @Argument(help: "An instance id, agent id, private IP or hostname.") var node: String

    func run() async throws { try await inquiry.answer(.explain(node)) }
}
