import ArgumentParser
import Console
import Fleet

struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What happened, newest last: facts that changed, findings, nodes that came and went, sources that failed.",
        discussion: """
            \(Inquiry.explanation)

            EXAMPLES
              mayfly history
              mayfly history 10.0.1.11 --since 7d
              mayfly history --since 30d --limit 10000 --json
            """)

    @OptionGroup var inquiry: Inquiry
    @Option(name: .long, help: ArgumentHelp("How far back: 90m, 12h, 7d.", valueName: "duration")) var since = "1d"
    @Option(name: .long, help: ArgumentHelp("At most so many lines, the newest.", valueName: "count")) var limit = 200
    @Argument(help: "Only this node: an instance id, agent id, private IP or hostname.") var node: String?

    func validate() throws {
        guard let duration = Duration(text: since), duration >= .seconds(1), duration <= .seconds(3650 * 86_400) else {
            throw ValidationError("--since must be a duration such as 90m, 12h or 7d, at most ten years, not '\(since)'")
        }
        guard (1...Question.historyMax).contains(limit) else { throw ValidationError("--limit must be from 1 to \(Question.historyMax), not \(limit)") }
    }

    func run() async throws {
        try await inquiry.answer(.history(node: node, since: Duration(text: since) ?? .seconds(86_400), limit: limit))
    }
}
