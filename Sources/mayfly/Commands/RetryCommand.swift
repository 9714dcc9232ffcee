import ArgumentParser
import Console

struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Let a parked replacement go on from the step that it was parked in.",
        discussion: """
            What it was parked for has to be mended first: mayfly replacements ID says what it asks of a person.

            \(Telling.explanation)

            EXAMPLES
              mayfly retry 17 --reason "quota was raised"

            \(Telling.exitCodes)
            """)

    @OptionGroup var telling: Telling
    @Argument(help: "The number of an open replacement.") var id: String

    func run() async throws { try await telling.tell(.retry, id) }
}
