import ArgumentParser
import Console

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Whether Mayfly sees, judges and tells, and what it has found: the first look at three in the morning.",
        discussion: """
            Says what is wrong with Mayfly itself: no daemon, rounds that fail or stay away, rule files with errors, sources that are stale and since when, its \
            own findings, alerts that cannot be delivered. Then who has paused and why, which latches have tripped, what is in flight and what is parked, with what \
            that asks of a person. What rules have found on nodes is counted, and is not wrong with Mayfly.

            \(Inquiry.explanation)

            EXAMPLES
              mayfly status
              mayfly status --json | jq -r '.wrong[]'

            EXIT CODES
              0  all is well with Mayfly
              1  something is wrong; it has been printed
              2  wrong use, or wrong configuration
            """)

    @OptionGroup var inquiry: Inquiry

    func run() async throws { try await inquiry.answer(.status) }
}
