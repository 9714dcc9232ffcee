internal import Fleet
internal import Ledger
internal import Planning
internal import Replacing
internal import Rounds
internal import Rules

/// What a run says of itself: its log, its counters and what the checkers find.
extension SimulatedRun {
    func say(_ text: @autoclosure () -> String) {
        guard plan.keepsLog else { return }
        let who = daemons.count > 1 ? "[\(daemon.place + 1)] " : ""
        outcome.log.append("\(world.now) \(who)\(text())")
    }

    func log(_ entry: TransitionEntry) { say("replacement \(entry.replacement): \(entry.transition)") }

    /// What the world tells of itself for people.
    func logChronicle() {
        guard plan.keepsLog else { return }
        let from = tallies.toldUntil ?? start - .milliseconds(1)
        let told = world.chronicle.filter { $0.at > from }
        for deed in told { outcome.log.append("\(deed.at)   \(deed.text)") }
        if let last = told.last { tallies.toldUntil = last.at }
    }

    /// Counts a trouble that has come to something, and which steps it meets: of one replacement, or of all that are open.
    func note(_ kind: TroubleKind, of one: ReplacementID? = nil) {
        outcome.counters.troubles[kind, default: 0] += 1
        for replacement in round.state.work.open where one == nil || replacement.id == one {
            outcome.counters.met[Coverage.Cell(kind, replacement.step), default: 0] += 1
        }
    }

    /// Looks whether anything is wrong: with the daemon whose turn it is, and after an event with each of them.
    func check(_ moment: CheckedMoment) {
        guard case .event = moment else { return judge(moment) }
        let cordoned = daemons.map(\.truth.cordoned)
        forEach {
            judge(moment)
            truth.observe(world)
            truth.observeCordons(world, ownedByOthers: daemons.count > 1 ? cordoned[1 - daemon.place] : [])
        }
    }

    private func judge(_ moment: CheckedMoment) {
        var evidence = Evidence(
            world: world, truth: truth, work: round.state.work, rules: windows, skew: skew, blindSince: blindSince, readAt: readAt, claimedAt: sight.claimedAt,
            othersActing: othersActing, home: daemon.home, isAlertingProven: plan.isAlertingProven == true, settings: settings)
        evidence.trail = trail(at: moment)
        for checker in checkers {
            for found in checker.find(moment, evidence) {
                let violation = RunOutcome.Violation(checker: checker.name, at: world.now, found: found)
                say("VIOLATION \(violation)")
                if outcome.violations.count < RunOutcome.violationsMax { outcome.violations.append(violation) }
            }
        }
    }

    /// What the ledger itself has of every replacement that it remembers.
    private func trail(at moment: CheckedMoment) -> [ReplacementID: [TransitionEntry]] {
        switch moment {
        case .reopened(let work), .closing(let work):
            // One that cannot be read has no entries, and is found to be another.
            Dictionary(work.replacements.keys.map { ($0, (try? daemon.ledger.transitions(of: $0)) ?? []) }, uniquingKeysWith: { $1 })
        case .event, .before, .after, .round: [:]
        }
    }

    private var windows: RuleWindows {
        RuleWindows(
            waiting: Set(round.rules.rules.filter { $0.during != nil }.map(\.name)),
            acting: Set(round.rules.rules.filter { $0.identity.mode == .act }.map(\.name)),
            zone: plan.zone)
    }

    private var readAt: [String: Timestamp] {
        Dictionary(sight.readAt.map { ("\($0.key)", $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    private var blindSince: [String: Timestamp] {
        Dictionary(sight.blindSince.map { ("\($0.key)", $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    func tally(_ report: RoundReport) {
        for finding in report.findings where finding.state == .firing && finding.rule.verdict == .replace {
            tallies.replacing[finding.node, default: []].insert(finding.rule.name)
        }
        for entry in report.transitions {
            switch entry.transition {
            case .began(let work):
                outcome.counters.started += 1
                outcome.visited.insert(work.step)
            case .stepped(let step), .reordered(_, let step, _): outcome.visited.insert(step)
            case .parked(let reason, _): outcome.counters.parked[reason.rawValue, default: 0] += 1
            case .ended(let how):
                outcome.counters.ended[how.kind.rawValue, default: 0] += 1
                if how.kind == .done, let rule = truth.replacements[entry.replacement]?.rule { outcome.counters.doneByRule[rule.rawValue, default: 0] += 1 }
            default: break
            }
        }
        for assessment in report.picture.plan.assessments {
            logAssessment(assessment)
            for gate in assessment.shut { outcome.counters.shutGates[gate.gate.rawValue, default: 0] += 1 }
        }
    }

    /// An assessment, when another gate is shut than before, with what the gates say.
    private func logAssessment(_ assessment: Assessment) {
        guard plan.keepsLog else { return }
        let shut = "\(assessment.outcome) \(assessment.shut.map(\.gate.rawValue))"
        guard tallies.assessed[assessment.node] != shut else { return }
        tallies.assessed[assessment.node] = shut
        say("\(assessment.node) for \(assessment.rule?.rawValue ?? "a person"): \(assessment.outcome)")
        for answer in assessment.shut { say("  \(answer.gate): \(answer.reason)") }
    }

    /// Liveness: who was sick when the trouble stopped, in a way that a rule replaces for, and what has become of it.
    ///
    /// Of two daemons either may have begun what the other is to end, which is for a person.
    func countLeftSick() {
        guard daemons.count == 1 else { return }
        let left = left()
        outcome.counters.sick += sickBeforeCalm.count
        for machine in world.machines where sickBeforeCalm.contains(machine.instance) {
            if !left.contains(where: { $0.instance == machine.instance }) {
                if let parked = replacements(of: machine).last(where: { $0.isParked || daemon.lookedAfter.contains($0.id) }), Truth.isSick(machine),
                    machine.ec2State == .running
                {
                    if let why = unsafety(of: machine) {
                        outcome.counters.sickUnsafe += 1
                        say("\(machine.instance) is parked: \(why)")
                        continue
                    }
                    outcome.counters.sickParked += 1
                    outcome.leftParked.append("\(machine.instance): \(parked.order) \(parked.step) \(parked.standing), \(parked.outcome.map { "\($0)" } ?? "")")
                } else {
                    outcome.counters.sickReplaced += 1
                }
                continue
            }
            if let why = unsafety(of: machine) {
                outcome.counters.sickUnsafe += 1
                say("\(machine.instance) is left: \(why)")
                continue
            }
            let standing = replacements(of: machine).map { "\($0.step) \($0.standing)" }.joined(separator: "; ")
            let shut = round.state.work.assessments[NodeID(machine.instance)].map { "\($0)" } ?? "not assessed"
            outcome.leftSick.append("\(machine.instance): \(standing.isEmpty ? "no replacement" : standing); \(shut)")
        }
    }

    /// Machines that were sick when the trouble stopped and still are, with nothing that a person is told of.
    func left() -> [Machine] {
        world.machines.filter { machine in
            guard sickBeforeCalm.contains(machine.instance), machine.ec2State == .running, Truth.isSick(machine) else { return false }
            // A fresh node whose replacement was given up is a sick node like any other: the rules look at it.
            return !replacements(of: machine).contains { $0.isParked || (!$0.isOpen && $0.successor != machine.instance && daemon.lookedAfter.contains($0.id)) }
        }
    }

    func replacements(of machine: Machine) -> [Replacement] {
        round.state.work.replacements.values.filter {
            $0.node == NodeID(machine.instance) || $0.instance == machine.instance || $0.successor == machine.instance
        }
    }
}
