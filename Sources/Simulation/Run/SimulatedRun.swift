package import Fleet
package import Ledger
internal import Replacing
internal import Rounds
internal import Rules

/// One run of the real round over the invented world: polls, errands, trouble and crashes in one order that a seed decides.
///
/// The world is true; the round sees it through polls that may fail, lie or come late, and changes it through calls that may be lost. After every
/// event the checkers look at the world, not at what the round thinks of it.
package final class SimulatedRun {
    package let plan: RunPlan
    package internal(set) var world: World
    package internal(set) var outcome: RunOutcome
    var random: SplitMix64
    /// For what came later, so that the rest of a seed did not change with it.
    var apart: SplitMix64
    var agenda = Agenda()
    /// One, or two on the same world; and the one whose turn it is.
    let daemons: [SimulatedDaemon]
    var daemon: SimulatedDaemon
    /// Where the claim on the cluster is kept.
    var claims = SimulatedClaimStore()
    /// Nil: there are no events, or nothing has happened yet.
    var earshot: Earshot?
    var tallies = Tallies()
    let start: Timestamp
    /// Who was sick when the trouble stopped, in a way that a rule replaces for.
    var sickBeforeCalm: Set<InstanceID> = []
    let checkers: [Checker]

    struct Tallies {
        var takes = 0
        var commits = 0
        var errandCommits = 0
        var calls = 0
        /// What strikes at the next call or commit.
        var armed: TroubleKind?
        var troublesStopped = false
        var isFinished = false
        /// Up to where the world's chronicle is in the log.
        var toldUntil: Timestamp?
        /// What was logged of each node's assessment.
        var assessed: [NodeID: String] = [:]
        /// Rules that have fired on each node and would have it replaced.
        var replacing: [NodeID: Set<RuleName>] = [:]
    }

    /// - Parameters:
    ///   - checkers: what is looked at after every event. All of them, but in tests that show what one is for.
    ///   - openLedger: opens the ledger's file, held by the caller; after a crash it is opened again.
    package init(_ plan: RunPlan, checkers: [Checker] = Checker.all, openLedger: @escaping (Timestamp) throws -> LedgerStore) throws {
        self.plan = plan
        self.checkers = checkers
        start = plan.start
        random = SplitMix64(seed: plan.seed)
        apart = SplitMix64(seed: plan.seed ^ 0x4150_4152_5400_0002)
        let founded = plan.start - .seconds(3 * 3600)
        world = World(seed: random.next(), shape: plan.shape, now: founded)
        world.pace = plan.pace
        world.attend()
        if plan.beginsOutdated {
            world.schedule(World.Scheduled(at: founded + .seconds(60), .imageReleased(name: "dcos-agent-2026.11.1", parameter: World.privateParameter)))
        }
        world.advance(to: plan.start)
        outcome = RunOutcome(seed: plan.seed)
        daemon = try SimulatedDaemon(0, of: plan, in: world, openLedger: openLedger)
        daemons = plan.other == nil ? [daemon] : [daemon, try SimulatedDaemon(1, of: plan, in: world, openLedger: try LedgerFolder().open)]
        forEach(stand)
    }

    package func run() throws -> RunOutcome {
        outcome.counters.runs = 1
        begin()
        while !tallies.isFinished, let (at, place, item) = agenda.takeNext() {
            world.advance(to: at)
            turn(to: place)
            outcome.counters.events += 1
            endDiskFull()
            if !holds(item) { try happen(item) }
            overhear()
            logChronicle()
            if !item.isOfClaimAlone { check(.event) }
            if plan.ends(outcome.counters) { tallies.isFinished = true }
            if outcome.counters.events >= Self.eventsMax { giveUp() }
        }
        try close()
        return outcome
    }

    /// Far more than a run of hours has: some thousands.
    static let eventsMax = 50_000

    /// A program that asks for ever without any time going by would be run for ever.
    private func giveUp() {
        let violation = RunOutcome.Violation(checker: "busy", at: world.now, found: "\(Self.eventsMax) events in \((world.now - start).text), and no end")
        say("VIOLATION \(violation)")
        outcome.violations.append(violation)
        tallies.isFinished = true
    }

    private func begin() {
        say("begins: seed \(plan.seed), \(plan.shape), troubles \(plan.troubles.sorted().map(\.rawValue).joined(separator: " "))")
        putPolls()
        if let other = plan.other {
            turn(to: 1)
            isDown = true
            agenda.put(.restart, at: start + other.startsAfter)
            turn(to: 0)
        }
        if !plan.troubles.isEmpty { agenda.put(.trouble, at: start + .seconds(600)) }
        if plan.causeEvery != nil, plan.troubles.contains(where: \.isCause) { agenda.put(.cause, at: start + .seconds(420)) }
        for (after, scripted) in plan.script { agenda.put(.scripted(scripted), at: start + after) }
        agenda.put(.troubleEnds(.clockStep), at: start + plan.troubledFor)
        agenda.put(.end, at: start + plan.troubledFor + plan.calmFor)
    }

    /// Each poll a moment off the others, as they are begun one after another.
    func putPolls() {
        let now = world.now
        agenda.put(.poll(.mesos, life: life), at: now + .milliseconds(120))
        agenda.put(.poll(.ec2, life: life), at: now + .milliseconds(900))
        agenda.put(.poll(.services, life: life), at: now + .milliseconds(1700))
        agenda.put(.poll(.claim, life: life), at: now + .milliseconds(40))
        if settings.healthInterval != nil { agenda.put(.poll(.health, life: life), at: now + .milliseconds(2300)) }
        if settings.makesPlans { agenda.put(.poll(.terraform, life: life), at: now + .milliseconds(3500)) }
        if settings.probeInterval != nil { agenda.put(.poll(.probe, life: life), at: now + .milliseconds(2900)) }
    }

    private func happen(_ item: Agenda.Item) throws {
        switch item {
        case .poll(let poll, let life): if life == self.life { try doPoll(poll, isLook: false) }
        case .look(let poll): try doPoll(poll, isLook: true)
        case .lookAt(let instances): try look(at: instances)
        case .errand(let errand, let life): try begin(errand, of: life)
        case .lateEffect(let errand): act(errand, note: "late")
        case .answer(let errand, let answer, let life): try hear(answer, of: errand, life: life)
        case .claimArrives(let call, let back, let life): arrive(call, back: back, life: life)
        case .claimAnswered(let answer, let number, let life): try hearStore(answer, number: number, life: life)
        case .heard(let event): try take(event)
        case .thaw(let life): if life == self.life { thaw() }
        case .trouble: try makeTrouble()
        case .cause: try makeCause()
        case .strike(let kind): try strike(kind)
        case .tending: try tend()
        case .troubleEnds: try stopTrouble()
        case .fault(let fault): befall(fault)
        case .scripted(let scripted): try play(scripted)
        case .restart: try restart()
        case .end: tallies.isFinished = true
        }
    }

    // MARK: - The round

    /// Hands an event to the round, unless the program is down or goes down with it.
    ///
    /// - Returns: whether the round has taken it in.
    @discardableResult func take(_ event: Event) throws -> Bool {
        guard !isDown, daemon.frozenUntil == nil else { return false }
        if disarm(.crashBeforeCommit) {
            crash(.crashBeforeCommit)
            return false
        }
        try believeOldClaim()
        tallies.takes += 1
        if plan.crashes(.beforeCommit(tallies.takes)) {
            crash(.crashBeforeCommit)
            return false
        }
        if plan.hearsWarnings { round.program.warnings = warnings }
        let report: RoundReport
        do {
            guard let taken = try round.take(plan.retells(event, world.now - start), at: clock, uptime: world.now - start) else { return true }
            report = taken
        } catch let refusal as CommandRefusal {
            say("refused: \(refusal)")
            return false
        } catch {
            say("a round could not be committed")
            note(.diskFull)
            return false
        }
        outcome.counters.rounds += 1
        try digest(report)
        return true
    }

    private func digest(_ report: RoundReport) throws {
        if plan.actsBeforeStoring { for errand in report.errands where errand.intent != nil { act(errand, note: "done, not stored") } }
        if !report.transitions.isEmpty {
            tallies.commits += 1
            if outcome.storingRounds.count < 1000 { outcome.storingRounds.append(tallies.takes) }
        }
        for entry in report.transitions {
            log(entry)
            if let step = entry.transition.begunStep { provoke(step) }
        }
        sight.planWishes = report.planWishes
        truth.take(report, work: round.state.work, at: world.now)
        check(.round(report))
        tally(report)
        if report.takeOver != nil { daemon.keeper.takeOver(at: clock) }
        guard !report.errands.isEmpty else { return }
        tallies.errandCommits += 1
        outcome.handingRounds = tallies.errandCommits
        if plan.crashes(.afterCommit(tallies.errandCommits)) { return crash(.crashAfterCommit) }
        if disarm(.crashAfterCommit) { return crash(.crashAfterCommit) }
        // Beside another daemon some are begun at the last moment at which they may be, or a moment too late.
        let slowest = daemons.count > 1 && random.draw(0...4) == 0 ? Duration.seconds(11) : .milliseconds(1500)
        for errand in report.errands { agenda.put(.errand(errand, life: life), at: world.now + random.draw(from: .milliseconds(30), to: slowest)) }
    }

    /// Whether a kind of trouble may strike now.
    func has(_ kind: TroubleKind) -> Bool { !tallies.troublesStopped && plan.troubles.contains(kind) }
    func isGoingOn(_ kind: TroubleKind) -> Bool { daemon.until[kind].map { world.now < $0 } ?? false }

    /// Somebody is told of alerts, and has answered.
    private func stand() {
        var standing = AlertStanding(target: "people")
        standing.delivered = 1
        standing.lastSuccess = clock
        round.program = ProgramStanding(alerts: [standing])
        round.program.isAlertingProven = plan.isAlertingProven
        // A host of its own, beside the cluster, unless the plan names one of it.
        round.program.ownAddresses = plan.knowsOwnAddresses ? [daemon.home.map { world.machines[$0].privateIP } ?? "10.9.0.\(9 + daemon.place)"] : []
    }

    // MARK: - Crashes

    /// The process is gone: what it had in memory, what it was about to do, and the answers that it waits for.
    func crash(_ kind: TroubleKind) {
        note(kind)
        outcome.counters.crashes += 1
        life += 1
        isDown = true
        daemon.frozenUntil = nil
        daemon.held = []
        let isLong = kind == .takenOver || random.draw(0...3) == 0
        let drawn = isLong ? random.draw(from: .seconds(120), to: .seconds(1800)) : random.draw(from: .seconds(1), to: .seconds(40))
        let away = plan.awayAfterCrash ?? drawn
        say("the program ends (\(kind.rawValue)) and is started again in \(away.text)")
        agenda.put(.restart, at: world.now + away)
    }

    private func restart() throws {
        let before = round.rules
        ledger = try daemon.openLedger(clock)
        round = try Round(ledger: ledger, rules: before, settings: settings, now: clock)
        isDown = false
        daemon.keeper = SimulatedDaemon.keeper(of: daemon.place, plan, life: daemon.life)
        daemon.told = .none
        stand()
        truth.remembered(round.state.work)
        check(.reopened(round.state.work))
        say("the program runs again")
        sight.forget()
        putPolls()
    }

    private func close() throws {
        outcome.counters.simulated = world.now - start
        outcome.counters.nodeTime = (world.now - start) * plan.shape.agents
        try forEach {
            if isDown { try restart() }
            check(.closing(round.state.work))
            outcome.replacements += round.state.work.replacements.values.sorted { $0.id < $1.id }
            countLeftSick()
            if daemon.place == 0 { outcome.rest = rest() }
            say("ends")
            try ledger.close()
        }
    }
}
