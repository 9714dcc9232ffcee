import Fleet
import Ledger
import Planning
import Replacing
import Rules

/// One pass over the work: pure, from the state of the round and the event to what becomes of the brakes and the replacements.
///
/// It changes its own copy of the work; what it changed is collected beside, for the ledger and for whoever has hands.
struct Working {
    let now: Timestamp
    let event: Event
    let state: State
    let judgement: Judgement
    let rules: RuleSet
    let settings: Settings
    let stale: Set<Source>
    let deriving: Deriving
    let program: ProgramStanding
    var work: Work
    /// The nodes as gates saw them in the round before, and then in this one.
    var statuses = StatusMemory()
    var entry = WorkEntry()
    var audit: [AuditEntry] = []
    var report = WorkReport()

    init(
        _ state: State, _ event: Event, judgement: Judgement, rules: RuleSet, settings: Settings, stale: Set<Source>, deriving: Deriving,
        program: ProgramStanding
    ) {
        now = deriving.now
        self.state = state
        self.event = event
        self.judgement = judgement
        self.rules = rules
        self.settings = settings
        self.stale = stale
        self.deriving = deriving
        self.program = program
        work = state.work
    }

    var sightings: Sightings { deriving.sightings }

    mutating func run() throws(CommandRefusal) {
        followRenames()
        var wanted = wishes()
        try hear(wanted)
        if case .command = event { wanted = wishes() }
        endBrakes(wanted)
        defer { finish() }
        let candidates = candidates(wanted)
        // A quiet fleet costs nothing.
        guard !candidates.isEmpty || !work.open.isEmpty || !work.latches.isEmpty || isStirring else {
            assess([])
            return
        }
        var situation = situation(candidates)
        advance(&situation)
        // What is over stands for nothing any more: its fresh node is one like others, well or not.
        if entry.transitions.contains(where: \.isEnd) { situation = self.situation(self.candidates(wanted)) }
        // Whose replacement has just ended, or been put out of the way, may be a candidate.
        report.plan = plan(self.candidates(wanted), in: situation, gates: settings.gates)
        start(situation)
        noteLatches(report.plan.latches)
        report.planWishes = planWishes()
        assess(report.plan.assessments)
    }

    private mutating func situation(_ candidates: [Candidate]) -> Situation {
        // Only one holds what is remembered: it is changed in place.
        var memory = StatusMemory()
        swap(&memory, &statuses)
        let situation = Situating(self).situation(candidates, remembering: &memory)
        statuses = memory
        return situation
    }

    /// Whether a rule is about to ask for a node: many failures that begin at once are seen when they begin, or not at all.
    private var isStirring: Bool { state.findings.values.contains { $0.rule.verdict == .replace && $0.rule.findingClass == .failing } }

    /// Notes a transition and applies it, in the order in which they come to be.
    mutating func note(_ transition: Replacing.Transition, of id: ReplacementID, who: String = "mayfly") {
        guard work.replacements[id] != nil else { return }
        work.replacements[id]?.apply(transition, at: now)
        entry.transitions.append(TransitionEntry(replacement: id, at: now, transition: transition, who: who))
    }

    private mutating func finish() {
        report.transitions = entry.transitions
        let touched = Set(entry.transitions.map(\.replacement)).sorted()
        entry.replacements = touched.compactMap { work.replacements[$0] }
        for (id, replacement) in work.replacements where !replacement.isOpen && now - replacement.startedAt >= Replacement.countedFor {
            work.replacements[id] = nil
        }
    }

    /// What a person said of an agent's node holds for its instance, once that is known.
    private mutating func followRenames() {
        for case .renamed(from: let old, to: let node) in deriving.nodeChanges {
            if let hold = work.holds.removeValue(forKey: old) {
                let moved = Hold(node: node.id, who: hold.who, reason: hold.reason, since: hold.since, until: hold.until)
                work.holds[node.id] = moved
                entry.brakes += [.hold(old, nil), .hold(node.id, moved)]
            }
            if let request = work.requests.removeValue(forKey: old) {
                let moved = Request(node: node.id, who: request.who, reason: request.reason, since: request.since)
                work.requests[node.id] = moved
                entry.brakes += [.request(old, nil), .request(node.id, moved)]
            }
            // An approval was given for another identity.
            if work.approvals.removeValue(forKey: old) != nil {
                entry.brakes.append(.approval(old, nil))
                noteEnd("approval", of: node.id, "the node is another one now")
            }
        }
    }

    mutating func noteEnd(_ brake: String, of node: NodeID?, _ why: String) {
        audit.append(AuditEntry(at: now, kind: .brakeEnded, subject: node, details: ["brake": brake, "why": why]))
    }
}

extension TransitionEntry {
    fileprivate var isEnd: Bool { if case .ended = transition { true } else { false } }
}
