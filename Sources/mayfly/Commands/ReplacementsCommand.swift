import ArgumentParser
import Console

struct ReplacementsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replacements",
        abstract: "The replacements: those that are open, and those of the last 30 days; or one, with its steps and calls.",
        discussion: """
            Shows where each stands: its step, since when, until when the step has time, which gate it waits for, or why it is parked and what that asks of a \
            person.

            \(Inquiry.explanation)

            EXAMPLES
              mayfly replacements
              mayfly replacements 17
              mayfly replacements --json | jq -r '.[] | select(.standing == "parked") | .remedy'
            """)

    @OptionGroup var inquiry: Inquiry
    @Argument(help: "The number of one.") var id: String?

    func run() async throws { try await inquiry.answer(.replacements(id)) }
}
