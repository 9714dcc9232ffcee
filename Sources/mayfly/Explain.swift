import ArgumentParser
import Daemon
import Fleet
import Ledger
import Rounds
import Rules

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Why a node is, or is not, to be treated as ephemeral.",
        discussion: """
            Shows every rule with its state, since when, and how long still until it fires; and every fact that the rule reads: its value, since when it has \
            had it, which source said so, and how old that word is. A node that has left the fleet is shown as it was in its last moment.

            Reads the ledger and asks nobody. In this version a running daemon keeps its ledger for itself, and this command then says so and ends.

            EXAMPLES
              mayfly explain i-0abc12345def67890
              mayfly explain 10.0.1.11 --json
            """)

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: JSONOption
    @Option(name: .long, help: ArgumentHelp("Another ledger than the configuration's: a backup.", valueName: "file"), completion: .file()) var ledger: String?
    @Argument(help: "An instance id, agent id, private IP or hostname.") var node: String

    func run() throws {
        let archive = try Archive(options, ledger: ledger)
        let found = try archive.ledger.nodes(named: node)
        guard let chosen = found.first else {
            throw CommandFailure.failed("the ledger knows no node '\(node)', by id, agent id, private IP or hostname; the nodes that it knows: mayfly nodes")
        }
        let explanation = try explain(chosen, archive: archive)
        if output.json {
            try printJSON(explanation)
        } else {
            ExplanationText(explanation).lines().forEach { print($0) }
            let others = found.dropFirst().map { "\($0.id)" + ($0.departedAt.map { ", gone since \($0.shown)" } ?? "") }
            if !others.isEmpty { print("\nAlso known by '\(node)': \(others.joined(separator: "; "))") }
        }
    }

    private func explain(_ node: Node, archive: Archive) throws -> Explanation {
        let picture =
            node.departedAt == nil
            ? try archive.picture()
            : try Picture.departed(node, in: archive.ledger, rules: archive.rules, settings: archive.configuration.settings)
        let past = try archive.ledger.findings(FindingFilter(node: node.id, states: [.resolved]), limit: 20).map(\.finding)
        guard let explanation = picture.explain(node.id, past: past) else {
            throw CommandFailure.failed("node \(node.id) came after the last round; look again")
        }
        return explanation
    }
}
