package import Fleet
package import Ledger
package import Rules

/// The whole flow on one page: watch → record → judge → plan.
///
/// One synchronous function, `take`: an event and the time go in; what changed is committed to the ledger in one transaction; a report comes out.
/// The facts database changes in a transaction of its own, which is committed only after the ledger's, and the state is assigned only after both:
/// a round that fails has not happened, and the next one takes its differences against what was last committed.
package final class Round {
    private let ledger: LedgerStore
    package let settings: Settings
    package private(set) var rules: RuleSet
    package private(set) var state: State
    /// What the last round made of the rules. Nil before the first.
    package private(set) var judgement: Judgement?
    /// What the program around this knows of itself, as of the next round.
    package var program = ProgramStanding()
    /// Told of the end of each stage, by whoever measures what a round costs. Nil for everybody else.
    package var onStage: ((Stage) -> Void)?
    /// The last good answers of the sources. Not kept over a restart: the ledger keeps what they came to.
    private var sightings = Sightings()
    /// How the sources did that answered before the first round could be held.
    private var heldOutcomes: [Source: SourceFailure?] = [:]
    private var facts: FactsDatabase
    /// What the last round found that this one need not find again. A round that fails has forgotten it.
    private var derived = DerivingMemory()
    private var statuses = StatusMemory()
    private let remembersNodes: Bool
    /// Sources that were stale when the facts database was last written.
    private var staleWritten: Set<Source>?
    /// The wall clock at the last event, and the time that was made of it.
    private var clock: (told: Timestamp, meant: Timestamp, uptime: Duration?)?

    /// What a round spends its time on, in order.
    package enum Stage: Sendable {
        /// The join, and what each node is.
        case derive
        /// The facts that changed, written for conditions to read.
        case facts
        case judge
        /// Gates, and the work in flight.
        case plan
        /// The ledger's transaction.
        case record
    }

    /// Starts from what the ledger remembers.
    ///
    /// - Parameter remembersNodes: whether only nodes are derived and looked at that may be other than they were. They are but for tests and measurements, which
    ///   compare.
    package init(ledger: LedgerStore, rules: RuleSet, settings: Settings, now: Timestamp, remembersNodes: Bool = true) throws {
        self.ledger = ledger
        self.remembersNodes = remembersNodes
        self.settings = settings
        self.rules = rules
        let remembered = try ledger.remembered(now: now)
        state = State(remembered, now: now)
        state.began = now
        facts = try FactsDatabase()
        try facts.begin(now: now)
        for change in remembered.changes where state.nodes[change.node] != nil && change.fact != .id { try facts.append(change) }
        try facts.commit()
    }

    /// Takes in one event. Returns nil while the program has just started and one of the pollers has not spoken yet, and for what is no news: that the
    /// claim stands as it did.
    ///
    /// - Parameter uptime: of a clock that nobody sets, from any beginning: it tells how long it was while the wall clock was set. Nil: there is none.
    /// - Throws: what the ledger or the facts database threw, or a `CommandRefusal`; nothing has changed then.
    package func take(_ event: Event, at time: Timestamp, uptime: Duration? = nil) throws -> RoundReport? {
        let now = advance(to: time, uptime: uptime)
        let lead = now - time
        let event = event.advanced(by: lead)
        var sightings = self.sightings
        var rules = self.rules
        let outcomes = heldOutcomes.merging(watch(event, into: &sightings, rules: &rules, now: now)) { $1 }
        if case .claim(let standing) = event, standing.onlyConfirms(state.work.claim, at: now) {
            state.work.claim = standing
            return nil
        }
        guard sightings.areComplete else {
            if case .command(let command) = event {
                throw CommandRefusal(command, "the fleet has not been looked at yet since the start: try again in a minute")
            }
            if case .claim(let standing) = event { state.work.claim = standing }
            (self.sightings, self.rules, heldOutcomes) = (sightings, rules, outcomes)
            return nil
        }
        sightings.warnings = program.warnings
        var recording = Recording(now: now, interval: settings.mesosInterval)
        var next = state
        next.noteSources(outcomes, sightings: sightings, settings: settings, now: now, recording: &recording)
        next.noteRules(rules, before: self.rules, isFirst: judgement == nil, now: now, recording: &recording)

        var deriving = Deriving(from: next, sightings: sightings, settings: settings, now: now)
        // Only one holds what is remembered: it is changed in place.
        swap(&deriving.memory, &derived)
        var statuses = StatusMemory()
        swap(&statuses, &self.statuses)
        deriving.run()
        statuses.forget(deriving.touched)
        next = deriving.state
        recording.note(deriving)
        next.noteServices(
            sightings, nodes: deriving.nodesOfAgents, settings: settings, isNew: judgement == nil || event.tellsOfMembers, now: now, recording: &recording)
        onStage?(.derive)

        let stale = next.stale(at: now, settings: settings)
        try facts.begin(now: now)
        let judged: (judgement: Judgement, work: WorkReport, rows: RecordedRows)
        do {
            try write(deriving, of: next, stale: stale, rules: rules, sightings: sightings)
            onStage?(.facts)
            judged = try judgeAndRecord(
                &next, event, rules: rules, stale: stale, deriving: deriving, sightings: sightings, statuses: &statuses, recording: &recording)
        } catch {
            facts.rollback()
            throw error
        }
        try facts.commit()

        next.lastLook = now
        let picture = Picture(
            at: now, state: next, judgement: judged.judgement, rules: rules, settings: settings, stale: stale, master: sightings.master,
            counts: sightings.counts, plan: judged.work.plan)
        let report = RoundReport(
            picture: picture, changes: deriving.factChanges, findings: recording.findings, ownFindings: recording.ownFindings,
            notices: deriving.notices, transitions: judged.work.transitions, errands: judged.work.errands.map { $0.setBack(by: lead) },
            takeOver: judged.work.takeOver, planWishes: judged.work.planWishes,
            rows: judged.rows)
        (state, judgement, self.rules, self.sightings, heldOutcomes, staleWritten) = (next, judged.judgement, rules, sightings, [:], stale)
        if remembersNodes { (derived, self.statuses) = (deriving.memory, statuses) }
        return report
    }

    /// A clock that steps back makes no time unhappen, and does not make it stand still either: sources would stay fresh for as long as it is behind. What
    /// has passed while it was set only a clock tells that nobody sets.
    private func advance(to time: Timestamp, uptime: Duration?) -> Timestamp {
        let last = clock ?? (told: time, meant: max(time, state.lastLook ?? time), uptime: uptime)
        var passed = max(.zero, time - last.told)
        // Of clocks that go side by side the smaller differences mean nothing.
        if let uptime, let before = last.uptime, uptime - before - passed > .seconds(1) { passed = uptime - before }
        let now = max(time, last.meant + passed)
        clock = (told: time, meant: now, uptime: uptime)
        return now
    }

    /// Watch: the event's word is kept, and how its sources did is returned.
    private func watch(_ event: Event, into sightings: inout Sightings, rules: inout RuleSet, now: Timestamp) -> [Source: SourceFailure?] {
        switch event {
        case .mesos(let result):
            defer { sightings.settle(settings.services) }
            return sightings.take(result, knownAgents: state.nodes.values.count { $0.node.agent != nil })
        case .agents(let result):
            // Who lives where is made of agents and tasks that were read together: of the next whole poll.
            return sightings.take(result, knownAgents: state.nodes.values.count { $0.node.agent != nil })
        case .tasks(let news):
            sightings.take(news, now: now)
            return [:]
        case .ec2(let sighting):
            return sightings.take(sighting, knownInstances: state.nodes.values.count { $0.node.instance != nil })
        case .instances(let sighting):
            return sightings.take(sighting, now: now)
        case .entrances(let result):
            return sightings.take(result)
        case .health(let result):
            return sightings.take(result)
        case .services(let sighting):
            defer { sightings.settle(settings.services) }
            return sightings.take(sighting, now: now)
        case .probe(let sighting):
            return sightings.take(sighting)
        case .terraform(let sighting):
            sightings.take(sighting, now: now)
            return [:]
        case .rules(let set):
            rules = set
            return [:]
        case .command, .acted, .claim, .look:
            return [:]
        }
    }

    /// Record, first half: the facts database sees what the round sees.
    private func write(_ deriving: Deriving, of next: State, stale: Set<Source>, rules: RuleSet, sightings: Sightings) throws {
        try facts.take(deriving.fleet, of: next, stale: stale, staleBefore: staleWritten)
        if let tasks = sightings.tasks, rules.rules.contains(where: { $0.readsTables.contains("task") }) {
            try facts.replaceTasks(sightings.heard.laid(over: tasks), nodes: deriving.nodesOfAgents)
        }
        if rules.reads(table: "member") || rules.reads(table: "service") { try facts.replaceServices(next.serviceRows) }
    }

    /// Judge, and record, second half: findings and clocks go into the same transaction as the facts that they rest on.
    private func judgeAndRecord(
        _ next: inout State, _ event: Event, rules: RuleSet, stale: Set<Source>, deriving: Deriving, sightings: Sightings, statuses: inout StatusMemory,
        recording: inout Recording
    ) throws -> (Judgement, WorkReport, RecordedRows) {
        let terms = JudgingTerms(
            interval: settings.mesosInterval, configured: settings.configured, sourceIntervals: settings.sourceIntervals, capacity: next.capacity(settings))
        recording.note(RoundTerms(capacity: terms.capacity, ruleSet: rules.hash))
        let judgement = try next.judge(rules, on: facts, deriving.fleet, stale: stale, terms: terms, recording: &recording)
        onStage?(.judge)
        let work = try next.noteWork(
            event, judgement: judgement, rules: rules, settings: settings, stale: stale, deriving: deriving, program: program, statuses: &statuses,
            recording: &recording)
        onStage?(.plan)
        next.noteOwn(judgement, rules: rules, settings: settings, stale: stale, deriving: deriving, program: program, recording: &recording)
        next.noteAlerts(settings, isFirst: self.judgement == nil, now: deriving.now, recording: &recording)
        onStage?(.judge)
        let rows = try ledger.record(recording.entry(state: next, rules: rules))
        onStage?(.record)
        return (judgement, work, rows)
    }
}
