import Fleet
import Ledger
import Planning
import Replacing
import Rules
import Testing

@testable import Rounds

/// Nothing stands still in silence: each has its finding of Mayfly's own, that begins, reaches people and ends.
@Suite struct `What stands still` {
    private func own(_ watch: Watch) -> [String] { watch.round.state.own.open.keys.sorted().map { "\($0.kind) \($0.subject)" } }

    /// Open at the start and shut in flight, as long as `isShut` says.
    private static func gate(_ name: Gate.Name) -> Gate {
        Gate(name, beforeHarm: true) { question, _ in
            guard case .start = question.moment else { return GateAnswer(name, .shut, "the storage is moved", values: ["who": "ada"]) }
            return GateAnswer(name, .open, "nobody minds")
        }
    }

    @Test func `as a parked replacement is told until a person has it go on or ends it`() throws {
        let watch = try Watch(settings: Acting.settings(), rules: try Acting.rules())
        for seconds in stride(from: 0, through: 300, by: 15) { try watch.act(seconds) }
        #expect(watch.work.open.first?.isParked == true)
        #expect(own(watch) == ["replacement-parked 1"])
        let finding = try #require(watch.round.state.own.open.values.first)
        #expect(finding.summary.contains("replacement 1 of i-1 is parked in cordon, cordon-failed"), "\(finding.summary)")
        #expect(try watch.ledger.ownFindings().map(\.kind) == [.replacementParked])
        _ = try watch.command(.retry(ReplacementID(1)), at: 301)
        #expect(own(watch).isEmpty)
        #expect(try watch.ledger.ownFindings(resolved: true).map(\.kind) == [.replacementParked])
    }

    @Test func `in flight behind a gate is told after an hour, in the gate's own words`() throws {
        let watch = try Watch(settings: Acting.settings(gates: [Self.gate(.pause)]), rules: try Acting.rules())
        for seconds in stride(from: 0, through: 3600, by: 15) { try watch.act(seconds) }
        #expect(own(watch).isEmpty)
        guard case .waiting(let gates, _)? = watch.work.open.first?.standing else { return #expect(Bool(false), "it does not wait") }
        #expect(gates == ["pause"])
        #expect(watch.work.held[ReplacementID(1)]?.map(\.reason) == ["the storage is moved"])
        for seconds in stride(from: 3615, through: 3660, by: 15) { try watch.act(seconds) }
        #expect(own(watch) == ["replacement-stuck 1"])
        #expect(watch.round.state.own.open.values.first?.summary.hasSuffix(": pause: the storage is moved") == true)
        _ = try watch.command(.cancel(ReplacementID(1)), at: 3661)
        #expect(!own(watch).contains("replacement-stuck 1"))
    }

    @Test func `behind a latch is told as long as that has tripped`() throws {
        let watch = try Watch(settings: Acting.settings(gates: Gate.all.filter { $0.name == .breaker }), rules: try Acting.rules())
        try watch.act(0, Samples.mesos(Acting.numbers.map { Samples.agent($0, isActive: ![4, 5, 6].contains($0)) }))
        #expect(own(watch).contains("latch-tripped breaker/fleet"), "\(own(watch))")
        for latch in watch.work.latches.values.filter(\.isTripped).map(\.name).sorted() { _ = try watch.command(.accept(latch), at: 1) }
        #expect(!own(watch).contains { $0.hasPrefix("latch-tripped") }, "\(own(watch))")
    }

    @Test func `refused for a day is told, with the gates that hold it`() throws {
        let watch = try Watch(settings: Acting.settings(gates: [Acting.gate(.window, harm: false, isOpen: false)]), rules: try Acting.rules())
        for seconds in stride(from: 0, to: 86_400, by: 1800) { try watch.act(seconds) }
        #expect(own(watch).isEmpty, "\(own(watch))")
        try watch.act(86_415)
        #expect(own(watch) == ["nodes-refused nodes"])
        #expect(watch.round.state.own.open.values.first?.summary == "1 node (i-1) are held back by window")
    }

    @Test func `while nobody confirms the claim is told after ten minutes, and is over when somebody does`() throws {
        let watch = try Watch(settings: Acting.settings(), rules: try Acting.rules())
        func lookWithoutClaim(_ seconds: Int) throws {
            _ = try watch.take(.services(Acting.nobody), at: seconds)
            try watch.look(seconds, Acting.mesos, Acting.ec2)
        }
        try watch.act(0)
        for seconds in stride(from: 15, through: 660, by: 15) { try lookWithoutClaim(seconds) }
        #expect(own(watch).isEmpty, "\(own(watch))")
        for seconds in stride(from: 675, through: 700, by: 15) { try lookWithoutClaim(seconds) }
        #expect(own(watch) == ["claim-unconfirmed claim"])
        #expect(watch.round.state.own.open.values.first?.summary.hasSuffix("nothing is done here, and 1 replacement stands still") == true)
        try watch.act(705)
        #expect(!own(watch).contains { $0.hasPrefix("claim") }, "\(own(watch))")
    }

    @Test func `is nothing in mode alert, where nothing is to be done`() throws {
        let gates = Gate.all.filter { $0.name == .breaker }
        let watch = try Watch(settings: Acting.settings(.alert, gates: gates), rules: try Acting.rules())
        let mesos = Samples.mesos(Acting.numbers.map { Samples.agent($0, isActive: ![4, 5, 6].contains($0)) })
        for seconds in stride(from: 0, through: 90_000, by: 1800) { try watch.act(seconds, mesos) }
        #expect(watch.work.latches.values.contains(where: \.isTripped) && own(watch).isEmpty, "\(own(watch))")
    }

    @Test func `for want of any way to replace it is told at once`() throws {
        var settings = Acting.settings()
        settings.pools = [
            Pool(name: "private", selector: Acting.pool.selector, size: 10, image: .parameter("/ami/agent"), provision: nil)
        ]
        settings.gates = [Acting.gate(.successor, isOpen: false)]
        let watch = try Watch(settings: settings, rules: try Acting.rules())
        try watch.act(0)
        try watch.act(15)
        #expect(own(watch) == ["pool-irreplaceable private"])
    }

    @Test func `for want of a window that is long enough is told, as long as the rule has no longer one`() throws {
        let text = """
            version: 1
            time_intervals:
              - name: short
                time_intervals: [{times: [{start_time: "10:00", end_time: "10:20"}]}]
            rules:
              - name: sick
                when: id = 'i-1'
                verdict: replace
                class: failing
                mode: act
                during: short
                summary: "{{id}}"
            """
        let watch = try Watch(settings: Acting.settings(), rules: try RuleSet.parse([RuleFile(path: "rules/test.yaml", text: text)]))
        try watch.act(0)
        #expect(own(watch) == ["window-too-short sick"])
        _ = try watch.take(.rules(try Acting.rules()), at: 1)
        try watch.act(15)
        #expect(!own(watch).contains { $0.hasPrefix("window-too-short") }, "\(own(watch))")
    }
}

/// That sweeps do not list an instance any more is no proof of its end.
@Suite struct `A node in flight that is listed no more` {
    private static let others = 2...10
    private static let without = (Samples.mesos(others.map { Samples.agent($0) }), others.map { Samples.instance($0) })

    @Test func `is for a person, and nothing is done to it, while EC2 has not said that it ends`() throws {
        let watch = try Watch(settings: Acting.settings(), rules: try Acting.rules())
        try watch.act(0)
        var errands: [Errand] = []
        for seconds in stride(from: 15, through: 2700, by: 15) {
            errands += try watch.act(seconds, Self.without.0, Samples.ec2(Self.without.1)).errands
        }
        #expect(watch.round.state.nodes["i-1"] == nil)
        guard case .parked(.undecided, let words, _)? = watch.work.open.first?.standing else { return #expect(Bool(false), "\(watch.work.open)") }
        #expect(words.contains("EC2 lists its instance no more, and has not said that it ends"), "\(words)")
        #expect(!errands.contains { if case .markGone = $0.action { true } else { false } })
    }

    @Test func `is departed once EC2 has said that it ends, also to a program that has begun since`() throws {
        let watch = try Watch(settings: Acting.settings(), rules: try Acting.rules())
        try watch.act(0)
        let ending = Samples.ec2([Samples.instance(1, state: .shuttingDown)] + Self.without.1)
        try watch.act(15, Self.without.0, ending)
        for seconds in stride(from: 30, through: 300, by: 15) { try watch.act(seconds, Self.without.0, Samples.ec2(Self.without.1)) }
        #expect(watch.round.state.nodes["i-1"] == nil && watch.work.open.first?.order == .departed)
        try watch.restart(at: 310)
        for seconds in stride(from: 315, through: 330, by: 15) { try watch.act(seconds, Self.without.0, Samples.ec2(Self.without.1)) }
        #expect(watch.work.open.first?.order == .departed && watch.work.open.first?.isParked == false)
    }
}

@Suite struct `An approval` {
    @Test func `is used up by the start that it was given for`() throws {
        let watch = try Watch(settings: Acting.settings(.propose, gates: Gate.all.filter { $0.name == .mode }), rules: try Acting.rules(.propose))
        watch.round.program.isAlertingProven = true
        try watch.act(0)
        #expect(watch.work.assessments["i-1"]?.shut == [.mode] && watch.work.open.isEmpty)
        _ = try watch.command(.approve("i-1", until: Samples.time(3600)), at: 1)
        #expect(watch.work.open.map(\.node) == ["i-1"] && watch.work.approvals.isEmpty)
        _ = try watch.command(.cancel(ReplacementID(1)), at: 2)
        try watch.act(15)
        #expect(watch.work.open.isEmpty && watch.work.assessments["i-1"]?.shut == [.mode])
    }
}

@Suite struct `An image` {
    private func mesos(_ present: [Int]) -> MesosSighting { Samples.mesos(present.map { Samples.agent($0) }) }

    /// The target is another one while a replacement is under way: the fresh node tells which was tried.
    @Test func `that a fresh node has failed with is the one that the node runs, whatever the target was at the start`() throws {
        var replacement = Replacement(
            id: ReplacementID(1), node: "i-1", instance: "i-1", agent: "M-S1", slot: "i-1", pool: "private", zone: "a", rule: "sick", findingClass: .failing,
            askedBy: "mayfly", reason: "sick", startedAt: Samples.time(0), targetImage: "ami-a", order: .living)
        #expect(replacement.triedImage == "ami-a" && replacement.inFlight?.targetImage == "ami-a")
        replacement.apply(.successorSeen("i-11", image: "ami-b"), at: Samples.time(60))
        #expect(replacement.triedImage == "ami-b" && replacement.inFlight?.targetImage == "ami-b")
        replacement.apply(.successorLost("i-11"), at: Samples.time(90))
        #expect(replacement.triedImage == "ami-a")
    }
}
