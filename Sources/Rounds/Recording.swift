import Fleet
import Ledger
import Rules

/// What a round is going to write, gathered while it is made out.
struct Recording {
    let now: Timestamp
    let interval: Duration
    private(set) var findings: [Finding] = []
    private var nodes: [NodeChange] = []
    private var observations: [Observation] = []
    private var findingEntries: [FindingEntry] = []
    private var clocks: [ClockEntry] = []
    /// What already goes out with its finding.
    private var withClock: [ClockKey: RuleClock] = [:]
    private var audit: [AuditEntry] = []
    private var targets: [PoolTarget] = []
    private var forgotten: [Source] = []
    private var master: MasterID?
    private var terms: RoundTerms?
    private(set) var ownFindings: [OwnFinding] = []
    private var alerts = AlertsEntry()
    private var services = ServicesEntry()
    /// What was decided, and what became of the work in flight.
    var work = WorkEntry()
    private var writesWatch = false
    private var writesRules = false

    init(now: Timestamp, interval: Duration) {
        self.now = now
        self.interval = interval
    }

    mutating func note(_ deriving: Deriving) {
        nodes =
            deriving.nodeChanges.filter { if case .renamed = $0 { true } else { false } }
            + deriving.nodeChanges.filter { if case .renamed = $0 { false } else { true } }
        observations = deriving.observations
    }

    mutating func note(_ kind: AuditEntry.Kind, _ details: [String: String]) { audit.append(AuditEntry(at: now, kind: kind, details: details)) }
    mutating func add(_ entry: AuditEntry) { audit.append(entry) }
    mutating func note(_ target: PoolTarget) { targets.append(target) }
    mutating func note(_ leader: MasterID) { master = leader }
    mutating func note(_ terms: RoundTerms) { self.terms = terms }
    mutating func noteForgotten(_ source: Source) { forgotten.append(source) }
    mutating func add(_ finding: OwnFinding) { ownFindings.append(finding) }
    mutating func noteAlertTargets(_ targets: [AlertTarget]) { alerts.targets = targets }
    mutating func note(_ changes: [AlertChange], queuedMax: Int) { (alerts.changes, alerts.queuedMax) = (changes, queuedMax) }
    mutating func note(_ services: ServicesEntry) { self.services = services }
    mutating func noteWatch() { writesWatch = true }
    mutating func noteRules() { writesRules = true }

    mutating func add(_ finding: Finding, clock: RuleClock?) {
        findings.append(finding)
        withClock[ClockKey(rule: finding.rule.name, node: finding.node)] = clock
        findingEntries.append(FindingEntry(finding: finding, clock: clock))
    }

    mutating func add(_ key: ClockKey, clock: RuleClock) {
        if withClock[key] == clock { return }
        clocks.append(ClockEntry(node: key.node, rule: key.rule, clock: clock))
    }

    func entry(state: State, rules: RuleSet) -> RoundEntry {
        var entry = RoundEntry(
            at: now, interval: interval, nodes: nodes, observations: observations, sources: state.sources.values.sorted { $0.source < $1.source },
            forgottenSources: forgotten, watchSince: writesWatch ? state.watchedSince : nil, master: master, targets: targets, findings: findingEntries,
            clocks: clocks.sorted { ($0.rule, $0.node) < ($1.rule, $1.node) },
            ruleSet: writesRules
                ? RecordedRuleSet(hash: rules.hash, loadedAt: now, files: rules.files.map { RecordedRuleSet.File(path: $0.path, text: $0.text) }) : nil,
            audit: audit)
        entry.ownFindings = ownFindings
        entry.alerts = alerts
        entry.services = services
        entry.work = work
        entry.terms = terms
        return entry
    }
}
