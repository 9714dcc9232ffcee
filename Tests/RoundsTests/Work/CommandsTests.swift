import Fleet
import Ledger
import Planning
import Replacing
import Rules
import Testing

@testable import Rounds

@Suite struct `A command` {
    private let watch: Watch

    init() throws {
        watch = try Watch(settings: Acting.settings(.alert, gates: [Acting.gate(.mode, isOpen: false)]), rules: try Acting.rules())
        try watch.act(0)
    }

    @Test func `pauses until somebody resumes, or its time is up`() throws {
        _ = try watch.command(.pause(until: nil), at: 1, reason: "change freeze")
        #expect(watch.work.pause == Pause(who: "ada", reason: "change freeze", since: Samples.time(1), until: nil))
        _ = try watch.command(.resume, at: 2)
        #expect(watch.work.pause == nil)
        _ = try watch.command(.pause(until: Samples.time(10)), at: 3)
        try watch.act(9)
        #expect(watch.work.pause != nil)
        try watch.act(10)
        #expect(watch.work.pause == nil)
        #expect(try watch.workAudit() == ["command_taken", "command_taken", "command_taken", "brake_ended"])
    }

    @Test func `opens a refresh until somebody ends it, or its time is up, where the configuration asks for one`() throws {
        #expect(throws: CommandRefusal.self) { try watch.command(.refresh(until: Samples.time(100)), at: 1) }
        var settings = Acting.settings(.alert, gates: [Acting.gate(.mode, isOpen: false)])
        settings.asksForRefresh = true
        let asked = try Watch(settings: settings, rules: try Acting.rules())
        try asked.act(0)
        #expect(throws: CommandRefusal.self) { try asked.command(.endRefresh, at: 1) }
        _ = try asked.command(.refresh(until: Samples.time(100)), at: 2, reason: "the November image")
        #expect(asked.work.refresh == Refresh(who: "ada", reason: "the November image", since: Samples.time(2), until: Samples.time(100)))
        #expect(try asked.ledger.remembered(now: Samples.time(2)).work.refresh == asked.work.refresh)
        _ = try asked.command(.refresh(until: Samples.time(50)), at: 3)
        #expect(asked.work.refresh?.until == Samples.time(50))
        _ = try asked.command(.endRefresh, at: 4)
        #expect(asked.work.refresh == nil)
        _ = try asked.command(.refresh(until: Samples.time(10)), at: 5)
        try asked.act(9)
        #expect(asked.work.refresh != nil)
        try asked.act(10)
        #expect(try asked.work.refresh == nil && asked.ledger.remembered(now: Samples.time(10)).work.refresh == nil)
        #expect(try asked.workAudit() == ["command_taken", "command_taken", "command_taken", "command_taken", "brake_ended"])
    }

    @Test func `holds a node until it is released, or its time is up`() throws {
        _ = try watch.command(.hold("i-2", until: Samples.time(100)), at: 1)
        #expect(watch.work.holds["i-2"]?.who == "ada")
        _ = try watch.command(.release("i-2"), at: 2)
        #expect(watch.work.holds.isEmpty)
        _ = try watch.command(.hold("i-2", until: Samples.time(20)), at: 3)
        try watch.act(20)
        #expect(watch.work.holds.isEmpty)
    }

    @Test func `holds what is left of a replacement whose node has left the fleet`() throws {
        let watch = try Watch(settings: Acting.settings(), rules: try Acting.rules())
        try watch.act(0)
        let others = 2...10
        let without = (Samples.mesos(others.map { Samples.agent($0) }), Samples.ec2(others.map { Samples.instance($0) }))
        for seconds in stride(from: 15, through: 300, by: 15) { try watch.act(seconds, without.0, without.1) }
        #expect(watch.round.state.nodes["i-1"] == nil && watch.work.open.map(\.node) == ["i-1"])
        _ = try watch.command(.hold("i-1", until: Samples.time(900)), at: 310)
        #expect(watch.work.holds.keys.sorted() == ["i-1"])
        _ = try watch.command(.release("i-1"), at: 311)
        #expect(throws: CommandRefusal.self) { try watch.command(.hold("i-99", until: Samples.time(900)), at: 312) }
    }

    @Test func `asks for a node, and takes that back`() throws {
        let report = try watch.command(.replace("i-3"), at: 1)
        #expect(report.picture.plan["i-3"]?.outcome == .wouldStart && report.picture.plan["i-3"]?.rule == nil)
        let later = try watch.command(.release("i-3"), at: 2)
        #expect(later.picture.plan["i-3"] == nil && watch.work.requests.isEmpty && watch.work.assessments["i-3"] == nil)
    }

    @Test func `approves what is seen now, and is void when the target image changes`() throws {
        _ = try watch.command(.approve("i-1", until: Samples.time(90_000)), at: 1)
        let evidence = try #require(watch.work.approvals["i-1"]?.evidence)
        #expect(evidence == Approval.Evidence(rule: "sick", instance: "i-1", members: [], targetImage: "ami-old"))
        try watch.act(15)
        #expect(watch.work.approvals.count == 1)
        try watch.act(30, Acting.mesos, Samples.ec2(Acting.numbers.map { Samples.instance($0) }, target: "ami-new"))
        #expect(watch.work.approvals.isEmpty)
        #expect(try watch.workAudit() == ["command_taken", "brake_ended"])
    }

    @Test func `to take over is for whoever keeps the claim`() throws {
        _ = try watch.take(.claim(.foreign(Claim(ledger: "b", machine: "m", writtenAt: Samples.start), seenAt: Samples.start)), at: 1)
        #expect(watch.round.state.own.open.keys.map(\.kind) == [.claimForeign])
        #expect(try watch.command(.takeOver, at: 2).takeOver?.who == "ada")
    }

    static let refused: [(Command, String)] = [
        (Command(who: "ada", reason: " ", kind: .resume), "a command needs a reason: give one"),
        (Command(who: "", reason: "x", kind: .resume), "a command needs to say who gives it"),
        (Command(who: "ada", reason: "x", kind: .resume), "nothing is paused"),
        (Command(who: "ada", reason: "x", kind: .hold("i-99", until: Samples.time(9))), "there is no node i-99 in the fleet: mayfly nodes lists them"),
        (
            Command(who: "ada", reason: "x", kind: .hold("i-1", until: Samples.start)),
            "it would end at 2027-01-15T08:00:00Z, which is past: it is 2027-01-15T08:00:01Z"
        ),
        (Command(who: "ada", reason: "x", kind: .release("i-1")), "node i-1 is neither held nor asked to be replaced"),
        (
            Command(who: "ada", reason: "x", kind: .approve("i-2", until: Samples.time(9))),
            "no rule asks for node i-2 to be replaced: there is nothing to approve"
        ),
        (Command(who: "ada", reason: "x", kind: .cancel(ReplacementID(7))), "there is no open replacement 7"),
        (Command(who: "ada", reason: "x", kind: .accept("breaker/fleet")), "no latch breaker/fleet has tripped"),
        (Command(who: "ada", reason: "x", kind: .takeOver), "the claim on the cluster is ours already"),
    ]

    @Test(arguments: refused) func `that cannot be taken is refused and changes nothing`(command: Command, reason: String) throws {
        let rows = try watch.audit()
        #expect(throws: CommandRefusal(command, reason)) { try watch.take(.command(command), at: 1) }
        #expect(try watch.audit() == rows)
    }

    @Test func `is refused before the fleet was looked at`() throws {
        let fresh = try Watch(settings: Acting.settings())
        #expect(throws: CommandRefusal.self) { try fresh.command(.pause(until: nil), at: 0) }
    }
}
