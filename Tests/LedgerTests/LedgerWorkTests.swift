import Fleet
import Ledger
import Planning
import Replacing
import Testing

@Suite struct `The work in the ledger` {
    private let folder: TemporaryFolder
    private var path: String { folder.file("mayfly.db") }

    init() throws { folder = try TemporaryFolder() }

    private func open(_ purpose: LedgerStore.Purpose = .daemon) throws -> LedgerStore {
        try LedgerStore.open(path: path, purpose: purpose, now: Samples.start)
    }

    private func begun() -> RoundEntry { Samples.entry(0, nodes: [.came(Samples.node("i-1")), .came(Samples.node("i-2"))]) }

    @Test func `is a replacement that its transitions make again, whatever they are`() throws {
        let ledger = try open()
        try ledger.record(begun())
        var replacement = Samples.replacement(1, "i-1", at: 0)
        let move = MemberMove(member: ServiceMember("prod/kafka", "kafka-0"), task: "t-1", agent: "S1", broker: 0, baseline: ["orders-0"])
        let intent = Intent(number: 1, step: .cordon, attempt: 1, action: .deactivate("S1"), at: Samples.time(30))
        let transitions: [Transition] = [
            .began(replacement), .stepped(to: .cordon), .membersSeen([move]),
            .entrancesSeen([.targetGroup("arn:g/web/1", port: 80, isByAddress: true), .classic("web"), .address("eipalloc-1")]), .waits(["service", "pause"]),
            .goesOn, .intended(intent),
            .answered(intent: 1, Intent.Answer(at: Samples.time(70), outcome: .unanswered("timed out"))), .retried(attempt: 2, reason: "late"),
            .parked(.cordonFailed, "Mesos refuses"), .unparked(who: "ann", reason: "mended"),
            .ended(Replacement.Outcome(kind: .cancelled, reason: "not needed", isSymptomGone: true)),
        ]
        for (index, transition) in transitions.enumerated() {
            let at = Samples.time(Int64(index) * 10)
            if index > 0 { replacement.apply(transition, at: at) }
            var entry = Samples.entry(Int64(index) * 10)
            entry.work.replacements = [replacement]
            entry.work.transitions = [TransitionEntry(replacement: ReplacementID(1), at: at, transition: transition, who: "ann")]
            try ledger.record(entry)
            let stored = try ledger.transitions(of: ReplacementID(1))
            #expect(stored.map(\.transition) == Array(transitions.prefix(index + 1)))
            #expect(Replacement(replaying: stored) == replacement)
            #expect(try ledger.replacement(numbered: ReplacementID(1)) == replacement && ledger.remembered().work.replacements == [replacement])
        }
        #expect(replacement.endedAt != nil)
        let said = try ledger.history().compactMap { if case .audit(let entry) = $0.event { entry.kind } else { nil } }
        #expect(Set(said).isSuperset(of: [AuditEntry.Kind.replacementBegan, .replacementAction, .replacementWaits, .replacementParked, .replacementEnded]))
    }

    @Test func `holds one open replacement of a node`() throws {
        let ledger = try open()
        try ledger.record(begun())
        var entry = Samples.entry(10)
        entry.work.replacements = [Samples.replacement(1, "i-1", at: 10), Samples.replacement(2, "i-2", at: 10)]
        try ledger.record(entry)
        var second = Samples.entry(20)
        second.work.replacements = [Samples.replacement(3, "i-1", at: 20)]
        #expect(throws: LedgerError.self) { try ledger.record(second) }
        #expect(try ledger.remembered().work.lastReplacement == ReplacementID(2))
        var ended = Samples.ended(1, "i-1", at: 30)
        ended.transitions = []
        var third = Samples.entry(30)
        third.work = ended
        try ledger.record(third)
        try ledger.record(second)
        #expect(try ledger.replacements(since: Samples.start).map(\.id.number) == [1, 2, 3])
    }

    @Test func `keeps every brake until it is taken off`() throws {
        var ledger = try open()
        try ledger.record(begun())
        let pause = Pause(who: "ann", reason: "deploy", since: Samples.start, until: nil)
        let hold = Hold(node: "i-1", who: "ann", reason: "debugging", since: Samples.start, until: Samples.time(3600))
        let evidence = Approval.Evidence(rule: "r", instance: "i-1", members: [ServiceMember("a", "b")], targetImage: "ami-1")
        let approval = Approval(node: "i-2", who: "bob", reason: "yes", since: Samples.start, until: Samples.time(60), evidence: evidence)
        let request = Request(node: "i-2", who: "bob", reason: "noisy", since: Samples.start)
        let refresh = Refresh(who: "ann", reason: "new image", since: Samples.start, until: Samples.time(3600))
        let latch = Latch(name: "breaker/fleet", reason: "4 of 20", since: Samples.start, lastSeen: Samples.time(5), cooldown: .seconds(1200))
        var entry = Samples.entry(10)
        entry.work.brakes = [
            .pause(pause), .refresh(refresh), .hold("i-1", hold), .approval("i-2", approval), .request("i-2", request), .latch("breaker/fleet", latch),
        ]
        #expect(try ledger.record(entry).brakes == 6)
        try ledger.close()
        ledger = try open()
        let work = try ledger.remembered().work
        #expect(work.refresh == refresh)
        #expect(work.pause == pause && work.holds == [hold] && work.approvals == [approval] && work.requests == [request] && work.latches == [latch])
        #expect(try ledger.record(entry).brakes == 0)
        entry.work.brakes = [.pause(nil), .refresh(nil), .hold("i-1", nil), .approval("i-2", nil), .request("i-2", nil), .latch("breaker/fleet", nil)]
        try ledger.record(entry)
        let after = try ledger.remembered().work
        #expect(after.refresh == nil && after.pause == nil && after.holds.isEmpty && after.approvals.isEmpty && after.requests.isEmpty && after.latches.isEmpty)
    }

    @Test func `tells what the gates came to as intervals`() throws {
        let ledger = try open()
        try ledger.record(begun())
        func assessment(_ shut: [Gate.Name]) -> Assessment {
            let answers = Gate.Name.allCases.map { GateAnswer($0, shut.contains($0) ? .shutUntil(Samples.time(99)) : .open, "because", values: ["a": "1"]) }
            return Assessment(node: "i-1", rule: "r", findingClass: .failing, answers: answers, outcome: shut.isEmpty ? .decided : .refused)
        }
        let shut: [(Int64, [Gate.Name])] = [(10, [.window, .service]), (20, [.service]), (30, [])]
        for (at, shut) in shut {
            var entry = Samples.entry(at)
            entry.work.assessments = [assessment(shut)]
            if at == 20 { entry.terms = RoundTerms(capacity: 1, ruleSet: "00000000000000aa") }
            try ledger.record(entry)
            #expect(try ledger.remembered().work.assessments.map(\.shut) == [shut])
        }
        var entry = Samples.entry(40)
        entry.work.unassessed = ["i-1"]
        try ledger.record(entry)
        #expect(try ledger.remembered().work.assessments.isEmpty)
        let past = try ledger.assessments(of: "i-1")
        #expect(past.map(\.until) == [Samples.time(40), Samples.time(30), Samples.time(20)])
        #expect(past.last?.answers == assessment([.window, .service]).answers)
        #expect(past.map(\.ruleSet) == [nil, "00000000000000aa", nil])
    }
}
