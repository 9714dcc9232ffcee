import Fleet
import Ledger
import Rules
import Testing

@testable import Rounds

/// A round over a real ledger in a folder of its own, fed by hand.
final class Watch {
    let folder: TemporaryFolder
    let path: String
    private(set) var ledger: LedgerStore
    private(set) var round: Round
    let settings: Settings
    private let remembersNodes: Bool

    /// - Parameter remembersNodes: false derives every node anew in every round, to compare.
    init(settings: Settings = Samples.settings, rules: RuleSet = .empty, remembersNodes: Bool = true, at seconds: Int = 0) throws {
        self.remembersNodes = remembersNodes
        folder = try TemporaryFolder()
        path = folder.file("mayfly.db")
        self.settings = settings
        ledger = try LedgerStore.open(path: path, purpose: .daemon, now: Samples.time(seconds))
        round = try Round(ledger: ledger, rules: rules, settings: settings, now: Samples.time(seconds), remembersNodes: remembersNodes)
    }

    /// The program ends and starts again on the same file.
    func restart(rules: RuleSet? = nil, settings: Settings? = nil, isOpen: Bool = true, at seconds: Int) throws {
        if isOpen { try ledger.close() }
        let rules = rules ?? round.rules
        ledger = try LedgerStore.open(path: path, purpose: .daemon, now: Samples.time(seconds))
        round = try Round(
            ledger: ledger, rules: rules, settings: settings ?? self.settings, now: Samples.time(seconds), remembersNodes: remembersNodes)
    }

    @discardableResult func take(_ event: Event, at seconds: Int) throws -> RoundReport? { try round.take(event, at: Samples.time(seconds)) }

    /// Both pollers end at the same time.
    @discardableResult func look(_ seconds: Int, _ mesos: MesosSighting, _ ec2: EC2Sighting) throws -> RoundReport {
        _ = try take(.mesos(.success(mesos)), at: seconds)
        return try #require(try take(.ec2(ec2), at: seconds))
    }

    /// A poll of Mesos alone.
    @discardableResult func look(_ seconds: Int, _ mesos: MesosSighting) throws -> RoundReport { try #require(try take(.mesos(.success(mesos)), at: seconds)) }

    @discardableResult func fail(_ seconds: Int) throws -> RoundReport { try #require(try take(.mesos(.failure(Samples.failure)), at: seconds)) }

    /// Polls of Mesos at the interval, after `from` and up to `to`.
    func keepLooking(_ mesos: MesosSighting, from: Int, to: Int, every: Int = 15) throws {
        for seconds in stride(from: from + every, through: to, by: every) { try look(seconds, mesos) }
    }

    /// What may be believed of a fact at the last round.
    func fact(_ fact: Fact, of node: NodeID) -> Reading {
        guard let found = round.state.nodes[node], let at = round.state.lastLook else { return .unknown }
        return round.state.evidence(of: fact, node: found, stale: round.state.stale(at: at, settings: settings), now: at).reading
    }

    func state(of number: Int) -> Reading { fact(.mesosState, of: Samples.node(number)) }

    var nodes: [NodeID] { round.state.nodes.keys.sorted() }

    /// `lost i-1 pending`, sorted.
    var findings: [String] { round.state.findings.values.map { "\($0.rule.name) \($0.node) \($0.state.rawValue)" }.sorted() }

    /// What the ledger has of the audit, oldest first.
    func audit() throws -> [String] {
        try ledger.history(limit: 10_000).reversed().compactMap { if case .audit(let entry) = $0.event { entry.kind.rawValue } else { nil } }
    }
}

extension Reading {
    static func state(_ state: MesosState) -> Reading { .text(state.rawValue) }
}
