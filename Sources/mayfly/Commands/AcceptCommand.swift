import ArgumentParser
import Console

struct AcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Release a latch: a brake that has tripped.",
        discussion: """
            mayfly status names the latches that have tripped, and why. What is accepted is what is known now: the latch trips again when it grows.

            \(Telling.explanation)

            EXAMPLES
              mayfly accept breaker/fleet --reason "the six are the rack that we took out"

            \(Telling.exitCodes)
            """)

    @OptionGroup var telling: Telling
    @Argument(help: "The name of a latch: breaker/fleet, parked/private.") var latch: String

    func run() async throws { try await telling.tell(.accept, latch) }
}
