import Fleet
import Ledger
package import Planning
import Replacing
import Rules

/// What the gates would have said to the findings of a replay, and what would have been replaced.
///
/// Candidates, windows, vital and the plan are those of the live round. What a ledger does not hold is not made up: gates that rest on nothing else are
/// not asked (`notAsked`), and what the others take for granted is said (`assumed`). A reading that was unknown then is unknown here too, and shuts.
package struct GateReplay {
    let settings: Settings
    private(set) var work: Work
    /// Those that the ledger remembers.
    let recorded: [Replacement]
    /// How long one of each pool holds its slots, by the recorded ones: to the end of `join`, of which three in four took no longer.
    private let slotTimes: [PoolName: Duration]
    private(set) var replacements: [WouldBeReplacement] = []
    private var findings: [GatedFinding.Key: GatedFinding] = [:]
    /// What was shut when the gates were asked last, by node; and when that was.
    private var shut: [NodeID: [GateAnswer]] = [:]
    private var askedAt: Timestamp?
    /// Up to where it has been added up how long gates were shut, and which findings fired then.
    private var settledAt: Timestamp?
    private var open: Set<GatedFinding.Key> = []
    /// When the gates are to be asked again, though nothing else has happened. Nil: as long as nothing fires, never.
    private var due: Timestamp?
    /// As they were when the gates were asked last.
    var nodes: ReplayedNodes

    /// Those that are asked, in their order.
    package static let asked: [Gate] = [.hold, .fresh, .breaker, .image, .window, .rate, .inFlight, .service]
    /// Those that rest on what is not recorded. In their order.
    package static let notAsked: [Gate.Name] = Gate.Name.allCases.filter { name in !asked.contains { $0.name == name } }
    /// What is taken for granted, for the ledger does not hold it.
    package static let assumed = [
        "nobody had paused, held a node by hand or accepted a latch, and a refresh was open where outdated nodes wait for one",
        "the groups left their instances alone, and the fleet had not shrunk without a reason",
        "the target image was available, and one that was there when its node was first seen had stood for long enough",
        "members were up and in sync where Mesos had their node, and down elsewhere; no last copy was among them",
    ]
    /// The most candidates of which the gates are asked in every round; of more, once in `pause`.
    private static let closelyMax = 50
    /// How long the gates are left alone while nothing happens. So much later may it be that something would have begun.
    private static let pause = Duration.seconds(60)

    /// Nodes that would have been replaced, as long as their finding lasts.
    private(set) var begun: [NodeID: Begun] = [:]

    /// Where one was that would have been replaced, and by which image.
    struct Begun {
        let pool: PoolName?
        let zone: String?
        let image: ImageID?
        let at: Timestamp
    }

    /// - Parameters:
    ///   - settings: pools, limits and services: those of now, for the ledger does not hold them.
    ///   - replacements: those that the ledger remembers: how long they took is how long one is expected to take.
    ///   - remembersNodes: whether what was seen of a node is remembered.
    init(settings: Settings, replacements: [Replacement], remembersNodes: Bool) {
        self.settings = settings
        nodes = ReplayedNodes(remembers: remembersNodes)
        recorded = replacements
        slotTimes = Self.slotTimes(replacements)
        work = Work()
        for replacement in replacements where !replacement.isOpen { work.replacements[replacement.id] = replacement }
    }

    private static func slotTimes(_ replacements: [Replacement]) -> [PoolName: Duration] {
        let joined = replacements.filter { $0.step == .probation && $0.pool != nil }
        return Dictionary(grouping: joined) { $0.pool ?? "" }.mapValues { all in
            let times = all.map { one in one.done.filter { $0.step != .probation }.reduce(Duration.zero) { $0 + $1.took } }.sorted()
            return times[times.count * 3 / 4]
        }
    }

    /// By the time at which they fired, rule and node.
    var gated: [GatedFinding] { findings.values.sorted { ($0.firingSince, $0.rule, $0.node) < ($1.firingSince, $1.rule, $1.node) } }

    /// Whether nothing fired when they were to be asked last, and no latch had tripped.
    var isIdle: Bool { due == nil }

    /// Whether the gates are to be asked at a round in which nothing else happens.
    func isDue(_ now: Timestamp) -> Bool { due.map { now >= $0 } ?? false }

    /// Asks the gates about all nodes for which a `replace` rule fires.
    mutating func ask(_ state: State, _ judgement: Judgement, rules: RuleSet, stale: Set<Source>, capacity: Int, now: Timestamp) {
        let firing = state.findings.values.filter { $0.state == .firing && $0.rule.verdict == .replace }
        settle(firing, now: now)
        if firing.isEmpty && work.latches.isEmpty { return rest() }
        if firing.count > Self.closelyMax, let askedAt, now - askedAt < Self.pause {
            due = askedAt + Self.pause
            return
        }
        let (plan, situation) = decide(state, judgement, rules: rules, stale: stale, capacity: capacity, now: now)
        work.latches = plan.latches
        note(plan, firing, in: situation)
        askedAt = now
        let opens = plan.assessments.compactMap(\.earliest).filter { $0 > now }.min()
        due = min(opens ?? now + Self.pause, now + Self.pause)
    }

    /// Nothing fires, so nothing is asked.
    private mutating func rest() {
        shut = [:]
        askedAt = nil
        settledAt = nil
        due = nil
    }

    /// Notes what a round tells, whether the gates are asked in it or not.
    mutating func note(_ fleet: FleetChanges) { nodes.note(fleet) }

    /// Follows nodes that have another name from now on, by their former ones.
    mutating func rename(_ called: [NodeID: NodeID]) {
        if called.isEmpty { return }
        func new(_ node: NodeID) -> NodeID { called[node] ?? node }
        replacements = replacements.map {
            WouldBeReplacement(node: new($0.node), rule: $0.rule, findingClass: $0.findingClass, at: $0.at, until: $0.until)
        }
        begun = Dictionary(begun.map { (new($0.key), $0.value) }, uniquingKeysWith: { $1 })
        shut = Dictionary(shut.map { (new($0.key), $0.value) }, uniquingKeysWith: { $1 })
        // Its clocks begin anew, so what fired under the former name fires no more.
        open = open.filter { called[$0.node] == nil }
    }

    /// Adds the time since the last question to what was shut then, of findings that fire still or have fired until now.
    private mutating func settle(_ firing: [Finding], now: Timestamp) {
        defer { open = Set(firing.map(\.gateKey)) }
        // A node that fires anew after it was replaced, or has become well, may be replaced again.
        let nodes = Set(firing.map(\.node))
        let busy = Set(replacements.filter { $0.until > now }.map(\.node))
        begun = begun.filter { nodes.contains($0.key) || busy.contains($0.key) }
        guard let before = settledAt else { return settledAt = now }
        settledAt = now
        for key in open where findings[key]?.replacedAt == nil {
            guard let answers = shut[key.node] else { continue }
            findings[key]?.note(answers, for: now - before)
        }
    }

    private mutating func note(_ plan: Plan, _ firing: [Finding], in situation: Situation) {
        let now = situation.now
        shut = [:]
        for assessment in plan.assessments {
            guard let rule = assessment.rule else { continue }
            if assessment.outcome == .decided {
                let node = situation.nodes[assessment.node]
                let expected = node?.pool.flatMap { slotTimes[$0] } ?? situation.expectedDuration(of: node?.pool)
                begun[assessment.node] = Begun(pool: node?.pool, zone: node?.zone, image: node?.pool.flatMap { situation.targets[$0]?.image }, at: now)
                replacements.append(
                    WouldBeReplacement(node: assessment.node, rule: rule, findingClass: assessment.findingClass, at: now, until: now + expected))
            } else {
                shut[assessment.node] = assessment.shut
            }
        }
        for finding in firing {
            guard let since = finding.firingSince else { continue }
            let key = finding.gateKey
            var gated = findings[key] ?? GatedFinding(finding, firingSince: since)
            if gated.replacedAt == nil { gated.replacedAt = begun[finding.node]?.at }
            if findings[key] == nil, let answers = shut[finding.node] { gated.note(answers, for: .zero) }
            findings[key] = gated
        }
    }
}
