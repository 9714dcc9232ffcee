import ArgumentParser
import Console

struct Nodes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The fleet, as the last round saw it.",
        discussion: """
            \(Inquiry.explanation)

            A fact shows as - when there is no such thing, and as ? when it is not known.

            EXAMPLES
              mayfly nodes
              mayfly nodes --json | jq -r '.[].facts | [.id, .mesos_state] | @tsv'
              mayfly nodes --ledger backup.db
            """)

    @OptionGroup var inquiry: Inquiry

    func run() async throws { try await inquiry.answer(.nodes) }
}
