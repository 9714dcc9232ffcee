import ArgumentParser
import Console

struct RefreshCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh",
        abstract: "Open a refresh: for a time, outdated nodes may be replaced.",
        discussion: """
            For a configuration with refresh: opened, in which outdated nodes wait for this besides their rules' intervals, which still hold. A node is begun only if its \
            replacement is expected to end before the refresh does. It ends by itself, or by mayfly end-refresh; one that is open already gets the new end. Failing nodes \
            wait for no refresh.

            \(Telling.explanation)

            EXAMPLES
              mayfly refresh --for 7h --reason "the November image"

            \(Telling.exitCodes)
            """)

    @OptionGroup var telling: Telling
    @Option(name: .customLong("for"), help: ArgumentHelp("For how long: 30m, 7h, 2d.", valueName: "duration")) var lasting: String

    func validate() throws { _ = try Telling.duration(lasting) }

    func run() async throws { try await telling.tell(.refresh, lasting: Telling.duration(lasting)) }
}
