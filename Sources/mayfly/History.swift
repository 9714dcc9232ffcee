import ArgumentParser
import Daemon
import Fleet
import Ledger
import Rounds

struct History: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What happened, newest last: facts that changed, findings, nodes that came and went, sources that failed.",
        discussion: """
            Reads the ledger and asks nobody. In this version a running daemon keeps its ledger for itself, and this command then says so and ends.

            EXAMPLES
              mayfly history
              mayfly history 10.0.1.11 --since 7d
              mayfly history --since 30d --limit 10000 --json
            """)

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: JSONOption
    @Option(name: .long, help: ArgumentHelp("Another ledger than the configuration's: a backup.", valueName: "file"), completion: .file()) var ledger: String?
    @Option(name: .long, help: ArgumentHelp("How far back: 90m, 12h, 7d.", valueName: "duration")) var since = "1d"
    @Option(name: .long, help: ArgumentHelp("At most so many lines, the newest.", valueName: "count")) var limit = 200
    @Argument(help: "Only this node: an instance id, agent id, private IP or hostname.") var node: String?

    func validate() throws {
        guard Duration(text: since) != nil else { throw ValidationError("--since must be a duration such as 90m, 12h or 7d, not '\(since)'") }
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 100000, not \(limit)") }
    }

    func run() throws {
        let archive = try Archive(options, ledger: ledger)
        var chosen: NodeID?
        if let node {
            chosen = try archive.ledger.nodes(named: node).first?.id
            if chosen == nil { throw CommandFailure.failed("the ledger knows no node '\(node)'; the nodes that it knows: mayfly nodes") }
        }
        let from = try Time.program().now() - (Duration(text: since) ?? .seconds(86_400))
        let items = try archive.ledger.history(node: chosen, since: from, limit: limit).reversed()
        if output.json {
            try printJSON(items.map { HistoryView($0) })
            return
        }
        if items.isEmpty { print("Nothing happened since \(from.shown)") }
        for item in items { print(HistoryView(item).line) }
    }
}

/// One thing that happened, as text and in JSON.
struct HistoryView: Encodable {
    let item: HistoryItem

    init(_ item: HistoryItem) { self.item = item }

    var line: String {
        let node = item.node.map { "\($0)  " } ?? ""
        return "\(item.at.shown)  \(node)\(what)"
    }

    private var what: String {
        switch item.event {
        case .nodeCame: "came into the fleet"
        case .changed(let fact, let old, let new): "\(fact.rawValue): \(old) → \(new)"
        case .finding(let finding, let state):
            switch state {
            case .pending: "\(finding.rule.name) is pending"
            case .firing: "\(finding.rule.name) fires: \(finding.summary)"
            case .resolved: "\(finding.rule.name) ended: \(finding.resolution?.rawValue.replacing("_", with: " ") ?? "")"
            }
        case .audit(let entry):
            ([entry.kind.rawValue.replacing("_", with: " ")] + entry.details.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }).joined(separator: ", ")
        }
    }

    private enum Key: String, CodingKey { case at, node, kind, fact, old, new, rule, state, summary, resolution, who, details }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(item.at.description, forKey: .at)
        try container.encodeIfPresent(item.node?.rawValue, forKey: .node)
        switch item.event {
        case .nodeCame: try container.encode("node_came", forKey: .kind)
        case .changed(let fact, let old, let new):
            try container.encode("fact_changed", forKey: .kind)
            try container.encode(fact.rawValue, forKey: .fact)
            try container.encode(old.description, forKey: .old)
            try container.encode(new.description, forKey: .new)
        case .finding(let finding, let state):
            try container.encode("finding", forKey: .kind)
            try container.encode(finding.rule.name.rawValue, forKey: .rule)
            try container.encode(state, forKey: .state)
            try container.encode(finding.summary, forKey: .summary)
            if state == .resolved { try container.encodeIfPresent(finding.resolution, forKey: .resolution) }
        case .audit(let entry):
            try container.encode(entry.kind, forKey: .kind)
            try container.encode(entry.who, forKey: .who)
            try container.encode(entry.details, forKey: .details)
        }
    }
}
