import Ledger
import Rounds

/// The parts of a round whose CPU is told apart.
enum Part: String, CaseIterable, Codable {
    case mesos, aws, derive, facts, judge, plan, record, other

    init(_ stage: Round.Stage) {
        switch stage {
        case .derive: self = .derive
        case .facts: self = .facts
        case .judge: self = .judge
        case .plan: self = .plan
        case .record: self = .record
        }
    }

    var meaning: String {
        switch self {
        case .mesos: "read Mesos"
        case .aws: "read AWS"
        case .derive: "derive the nodes' facts"
        case .facts: "write them for the rules"
        case .judge: "judge"
        case .plan: "ask the gates, look after the work in flight"
        case .record: "record in the ledger"
        case .other: "the rest"
        }
    }
}

/// The CPU of one full round, by part, and the rows that it wrote.
struct Measurement {
    private(set) var seconds: [Part: Double] = [:]
    private(set) var rows = RecordedRows()
    private var last: Double

    init() { last = Usage.cpuSeconds() }

    /// Everything since the last mark was spent on this part.
    mutating func mark(_ part: Part, at now: Double = Usage.cpuSeconds()) {
        seconds[part, default: 0] += now - last
        last = now
    }

    /// What was spent since the last mark is the bench's own.
    mutating func skip() { last = Usage.cpuSeconds() }

    mutating func add(_ more: RecordedRows) {
        rows.freshness += more.freshness
        rows.nodes += more.nodes
        rows.observations += more.observations
        rows.findings += more.findings
        rows.clocks += more.clocks
        rows.cluster += more.cluster
        rows.ruleSets += more.ruleSets
        rows.audit += more.audit
        rows.replacements += more.replacements
        rows.services += more.services
    }

    var total: Double { Part.allCases.reduce(0) { $0 + (seconds[$1] ?? 0) } }
}
