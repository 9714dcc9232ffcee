import Fleet
import Ledger
import Planning
import Replacing
import Rules
import Testing

@testable import Rounds

@Suite struct `What a rule would replace` {
    @Test func `gets an answer of every gate in mode alert, and nothing starts`() throws {
        let watch = try Watch(settings: Acting.settings(.alert, gates: Gate.all), rules: try Acting.rules())
        let report = try watch.act(0)
        let assessment = try #require(report.picture.plan["i-1"])
        #expect(assessment.answers.map(\.gate) == Gate.Name.allCases)
        #expect(assessment.outcome != .decided && assessment.shut.map(\.gate).contains(.mode))
        #expect(watch.work.replacements.isEmpty && report.errands.isEmpty)
        #expect(watch.work.assessments["i-1"]?.shut == assessment.shut.map(\.gate))
    }

    @Test func `would start where mode alone is shut, and says so once`() throws {
        let gates = [Acting.gate(.mode, isOpen: false), Acting.gate(.fresh, isOpen: true)]
        let watch = try Watch(settings: Acting.settings(.alert, gates: gates), rules: try Acting.rules())
        #expect(try watch.act(0).picture.plan["i-1"]?.outcome == .wouldStart)
        let from = watch.work.assessments["i-1"]?.from
        try watch.act(15)
        #expect(watch.work.assessments["i-1"]?.from == from && watch.work.replacements.isEmpty)
    }

    @Test func `begins when every gate is open, and is in the ledger before anything is handed out`() throws {
        let watch = try Watch(settings: Acting.settings(), rules: try Acting.rules())
        let begun = try watch.act(0)
        let replacement = try #require(watch.work.open.first)
        #expect(replacement.node == "i-1" && replacement.order == .living && replacement.rule == "sick" && replacement.reason == "i-1 is sick")
        #expect(replacement.id == ReplacementID(1) && watch.work.open.count == 1 && begun.errands.isEmpty)
        #expect(try watch.ledger.remembered().work.replacements.map(\.id) == [ReplacementID(1)])
        _ = try watch.take(.claim(.ours(confirmedAt: Samples.time(15))), at: 15)
        let report = try #require(try watch.take(.look, at: 15))
        let errand = try #require(report.errands.first)
        #expect(errand.action == .deactivate("M-S1") && errand.notAfter == Samples.time(25))
        #expect(try watch.ledger.remembered().work.replacements.first?.intents.last?.action == errand.action)
    }

    @Test(
        arguments: [
            (["a", "b", "c"], "a"), ([nil, "b", "b"], "b"), ([nil, "b", "c"], nil), ([nil, nil, nil], nil),
        ] as [([String?], String?)])
    func `notes where its instance stands, else where all others of its zone do`(subnets: [String?], noted: String?) throws {
        let watch = try Watch(settings: Acting.settings(), rules: try Acting.rules())
        let ec2 = Samples.ec2(Acting.numbers.map { Samples.instance($0, subnet: subnets[min($0, 3) - 1]) })
        try watch.act(0, Acting.mesos, ec2)
        #expect(watch.work.open.map(\.subnet) == [noted])
        #expect(try watch.ledger.remembered().work.replacements.map(\.subnet) == [noted])
    }

    @Test func `asks for a look once, and again only when it has brought nothing for a while`() throws {
        let watch = try Watch(settings: Acting.settings(), rules: try Acting.rules())
        try watch.act(0)
        let looked = try [30, 31, 35, 40, 41].map { seconds in
            _ = try watch.take(.claim(.ours(confirmedAt: Samples.time(seconds))), at: seconds)
            return try #require(try watch.take(.look, at: seconds)).errands.contains { if case .look = $0.action { true } else { false } }
        }
        #expect(looked == [true, false, false, true, false])
    }

    @Test func `does not begin while the claim on the cluster is not ours`() throws {
        let watch = try Watch(settings: Acting.settings(), rules: try Acting.rules())
        _ = try watch.take(.services(Acting.nobody), at: 0)
        try watch.look(0, Acting.mesos, Acting.ec2)
        #expect(watch.work.replacements.isEmpty && watch.work.assessments["i-1"]?.outcome == .decided)
        let report = try watch.act(15)
        #expect(!watch.work.open.isEmpty && report.errands.isEmpty)
        // It goes on only for as long as that is confirmed.
        try watch.take(.look, at: 16)
        let late = try #require(try watch.take(.look, at: 120))
        #expect(late.errands.isEmpty)
    }

    /// The round's time stays ahead of such a clock for good, and whoever keeps the claim and makes the calls knows the clock alone.
    @Test func `goes on when the clock was set back, and is handed out by that clock`() throws {
        let watch = try Watch(settings: Acting.settings(), rules: try Acting.rules())
        try watch.act(1000)
        _ = try watch.take(.claim(.ours(confirmedAt: Samples.time(95))), at: 100)
        let report = try #require(try watch.take(.look, at: 101))
        let errand = try #require(report.errands.first)
        #expect(report.picture.at == Samples.time(1001) && errand.notAfter == Samples.time(111))
        #expect(watch.work.claim == .ours(confirmedAt: Samples.time(995)))
    }

    @Test func `counts what passes while the clock is set back`() throws {
        let watch = try Watch(settings: Acting.settings(), rules: try Acting.rules())
        try watch.act(1000)
        // Twenty seconds pass, and the clock is set back by fifteen minutes in them.
        _ = try watch.round.take(.look, at: Samples.time(1001), uptime: .seconds(501))
        let report = try #require(try watch.round.take(.look, at: Samples.time(101), uptime: .seconds(521)))
        #expect(report.picture.at == Samples.time(1021))
    }

    @Test func `is not begun twice, and its number is never used again`() throws {
        let watch = try Watch(settings: Acting.settings(), rules: try Acting.rules())
        try watch.act(0)
        _ = try watch.command(.cancel(ReplacementID(1)), at: 1)
        #expect(watch.work.replacements[ReplacementID(1)]?.outcome?.kind == .cancelled)
        #expect(watch.work.open.map(\.id) == [ReplacementID(2)])
        try watch.restart(at: 20)
        try watch.act(30)
        #expect(watch.work.open.map(\.id) == [ReplacementID(2)] && watch.work.last == ReplacementID(2))
        #expect(watch.round.state.replacements["i-1"] == 2)
    }

    @Test func `goes on with the same replacement after a restart`() throws {
        let watch = try Watch(settings: Acting.settings(), rules: try Acting.rules())
        try watch.act(0)
        try watch.act(15)
        let before = try #require(watch.work.open.first)
        try watch.restart(at: 20)
        #expect(watch.work.open == [before])
    }

    @Test func `changes nothing and hands out nothing when the commit fails`() throws {
        let watch = try Watch(settings: Acting.settings(), rules: try Acting.rules())
        try watch.act(0)
        let before = watch.work.open
        try watch.ledger.close()
        #expect(throws: (any Error).self) { try watch.take(.look, at: 15) }
        #expect(watch.work.open == before)
    }

    @Test func `is refused, and not only unseen, once a source is stale`() throws {
        let watch = try Watch(settings: Acting.settings(.alert, gates: Gate.all), rules: try Acting.rules())
        try watch.act(0)
        for seconds in stride(from: 15, through: 195, by: 15) { try watch.look(seconds, Acting.mesos) }
        #expect(watch.work.assessments["i-1"]?.shut.contains(.fresh) == true && watch.work.assessments["i-1"]?.outcome == .refused)
    }

    @Test func `is looked at as one fleet: of two whose slot is one, one starts`() throws {
        let watch = try Watch(settings: Acting.settings(gates: Gate.all.filter { $0.name == .inFlight }), rules: try Acting.rules(.act, "id IN ('i-1', 'i-2')"))
        let report = try watch.act(0)
        #expect(report.picture.plan.assessments.map(\.outcome) == [.decided, .refused] && watch.work.open.map(\.node) == ["i-1"])
    }

    @Test func `starts once a person has accepted each latch that has tripped, and the acceptance outlives the program`() throws {
        let watch = try Watch(settings: Acting.settings(gates: Gate.all.filter { $0.name == .breaker }), rules: try Acting.rules())
        try watch.act(0, Samples.mesos(Acting.numbers.map { Samples.agent($0, isActive: ![4, 5, 6].contains($0)) }))
        #expect(watch.work.assessments["i-1"]?.shut == [.breaker] && watch.work.replacements.isEmpty)
        let tripped = watch.work.latches.values.filter(\.isTripped).map(\.name).sorted()
        #expect(tripped.contains("breaker/fleet"))
        for latch in tripped { _ = try watch.command(.accept(latch), at: 1) }
        #expect(watch.work.open.map(\.node) == ["i-1"])
        try watch.restart(at: 20)
        #expect(!watch.work.latches.isEmpty && watch.work.latches.values.allSatisfy { !$0.isTripped })
    }

    @Test func `takes over from a parked replacement of an outdated node, with the cordon that it has left`() throws {
        let outdated = try Samples.rules("old", "id = 'i-1'", "verdict: replace", "class: outdated", "mode: act", "summary: \"{{id}} is old\"")
        let watch = try Watch(settings: Acting.settings(), rules: outdated)
        for seconds in stride(from: 0, through: 300, by: 15) { try watch.act(seconds) }
        let parked = try #require(watch.work.open.first)
        #expect(parked.isParked && parked.step == .cordon, "\(parked.step) \(parked.standing)")
        _ = try watch.command(.replace("i-1"), at: 301)
        let next = try #require(watch.work.open.first)
        #expect(watch.work.replacements[parked.id]?.outcome?.kind == .superseded && watch.work.open.count == 1)
        #expect(next.id != parked.id && next.askedBy == "ada" && next.isCordonedByUs)
        #expect(try watch.ledger.remembered().work.replacements.map(\.id).sorted() == [parked.id, next.id])
    }

    @Test func `takes over from one of a failing node that is cancelled and cannot be undone`() throws {
        let watch = try Watch(settings: Acting.settings(gates: Gate.all.filter { $0.name == .inFlight }), rules: try Acting.rules())
        for seconds in stride(from: 0, through: 30, by: 15) { try watch.act(seconds) }
        #expect(watch.work.open.first?.intents.map(\.action) == [.deactivate("M-S1")])
        _ = try watch.command(.cancel(ReplacementID(1)), at: 31)
        // Nobody ever hears of what was asked, and the agent stays out of the offers.
        let deactivated = Samples.mesos(Acting.numbers.map { Samples.agent($0, isDeactivated: $0 == 1) })
        for seconds in stride(from: 45, through: 1830, by: 15) { try watch.act(seconds, deactivated) }
        #expect(watch.work.open.map(\.id) == [ReplacementID(1)] && watch.work.open.first?.isParked == false)
        for seconds in stride(from: 1845, through: 1890, by: 15) { try watch.act(seconds, deactivated) }
        #expect(watch.work.replacements[ReplacementID(1)]?.outcome?.kind == .superseded)
        #expect(watch.work.open.map(\.id) == [ReplacementID(2)] && watch.work.open.first?.isCordonedByUs == true)
    }

    @Test(arguments: [
        ("10.0.0.1", "this program", true), ("i-1", "this program", true), ("10.0.0.1", "a host that this program asks or tells", false),
        ("10.0.0.2", "", false),
    ]) func `is not what Mayfly runs on, or depends on`(name: String, words: String, isOwn: Bool) throws {
        let watch = try Watch(settings: Acting.settings(gates: Gate.all.filter { $0.name == .identity }), rules: try Acting.rules())
        watch.round.program.ownAddresses = isOwn ? ["10.9.9.9", name] : ["10.9.9.9"]
        watch.round.program.dependedOn = isOwn ? [] : [name]
        let answer = try #require(try watch.act(0).picture.plan["i-1"]?.answers.first)
        #expect(answer.isOpen == words.isEmpty && answer.reason.contains(words), "\(answer)")
    }

    @Test func `costs a quiet fleet nothing`() throws {
        let gate = Gate(.fresh, beforeHarm: true) { _, _ in
            Issue.record("a gate was asked")
            return GateAnswer(.fresh, .open, "")
        }
        let watch = try Watch(settings: Acting.settings(gates: [gate]), rules: try Acting.rules(.act, "id = 'nobody'"))
        #expect(try watch.act(0).picture.plan == Plan())
    }
}
