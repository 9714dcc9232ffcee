import ArgumentParser
import Console

struct TakeOverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "take-over",
        abstract: "Claim a cluster that another daemon has claimed.",
        discussion: """
            For a ledger that was moved to another machine, or a daemon that is no more. It waits, for an hour at most, until nobody has written the claim for five minutes: a daemon that lives writes it every minute, and keeps it. Nothing is done on the claim for two minutes more.

            \(Telling.explanation)

            EXAMPLES
              mayfly take-over --reason "the old host is gone"

            \(Telling.exitCodes)
            """)

    @OptionGroup var telling: Telling

    func run() async throws { try await telling.tell(.takeOver) }
}
