import ArgumentParser
import Console

struct EndRefreshCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end-refresh",
        abstract: "End the refresh that is open.",
        discussion: """
            No outdated node is begun any more. What is in flight goes on to its end: mayfly pause holds that, too.

            \(Telling.explanation)

            EXAMPLES
              mayfly end-refresh --reason "enough for today"

            \(Telling.exitCodes)
            """)

    @OptionGroup var telling: Telling

    func run() async throws { try await telling.tell(.endRefresh) }
}
