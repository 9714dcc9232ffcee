package import Fleet

/// One entry of a rule file, read and checked.
package struct Rule: Hashable, Sendable {
    package let identity: RuleIdentity
    /// One SQL expression over a row of `node`.
    package let condition: String
    /// `for`: how long it must hold, at every look, before it fires. Zero: at the first look.
    package let holdFor: Duration
    /// How long it goes on firing after it stopped holding. Zero: not at all.
    package let keepFiringFor: Duration
    /// The name of the time interval in which its nodes may be worked on; nil: always.
    package let during: String?
    package let limit: Limit?
    /// The percentage of nodes that it looks at, by a hash of the node's id, 1…100; nil: all.
    package let shardPercent: Int?
    package let summary: SummaryTemplate
    package let runbook: String?
    package let file: String
    package let line: Int
    /// The columns of `node` that its condition reads, in the catalogue's order.
    package let reads: [Fact]
    /// The other tables that it reads, sorted.
    package let readsTables: [String]
    /// Whether anything unknown that it reads makes it unknown, for its condition holds a construct that turns unknown into an answer.
    package let isStrict: Bool
    /// Whether it looks at other nodes too, in a subquery over `node`.
    package let readsOtherNodes: Bool
    /// What has to be configured for it to be judged, and fresh for it to be known. Sorted. `.target("")` stands for the target image of a node's own pool.
    package let sources: [Source]

    package var name: RuleName { identity.name }

    /// The sources of what a condition reads. Sorted.
    static func sources(of condition: Condition) -> [Source] {
        Set(condition.reads.flatMap(\.sources) + condition.tables.compactMap { FactTable.named($0)?.source }).sorted()
    }

    /// Which of its sources are not configured; nil when all are. What the ledger remembers is always there.
    package func idleReason(configured: Set<Source>) -> IdleReason? {
        let missing = sources.filter { $0 != .ledger && !configured.contains($0) }
        return missing.isEmpty ? nil : IdleReason(sources: missing)
    }

    /// Whether a node is in its shard: by FNV-1a of the node's id, so that every process says the same.
    package func covers(_ node: NodeID) -> Bool {
        guard let shardPercent else { return true }
        return Int(FNV1a.hash(node.rawValue.utf8) % 100) < shardPercent
    }

    /// More matches than this, and the rule is the suspect.
    package enum Limit: Hashable, Sendable {
        case count(Int)
        /// Percent of the fleet's desired capacity, rounded down, never below one.
        case percent(Int)

        /// As a whole number of nodes.
        package func nodes(of capacity: Int) -> Int {
            switch self {
            case .count(let count): count
            case .percent(let percent): max(1, capacity / 100 * percent + capacity % 100 * percent / 100)
            }
        }
    }

    /// What it reads that is not recorded, as it is named in rule files; empty when recorded facts suffice to judge it again.
    package var unrecorded: [String] {
        reads.filter { !$0.isRecorded && $0.origin == .observed }.map(\.rawValue) + readsTables.filter(FactTable.unrecorded.contains).map { "table \($0)" }
    }

    /// Whether recorded facts suffice to judge it again.
    package var isReplayable: Bool { unrecorded.isEmpty }
}
