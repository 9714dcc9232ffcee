import ArgumentParser
import Console

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a replacement before it is done, and undo what can be undone.",
        discussion: """
            One that has done nothing yet ends at once. Else what helps is undone first: the agent is activated again, what was stopped is started. What was terminated is not undone.

            \(Telling.explanation)

            EXAMPLES
              mayfly cancel 17 --reason "the node is well after all"

            \(Telling.exitCodes)
            """)

    @OptionGroup var telling: Telling
    @Argument(help: "The number of an open replacement.") var id: String

    func run() async throws { try await telling.tell(.cancel, id) }
}
