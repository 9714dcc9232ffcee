import Fleet
import Planning
import Scenes
import Testing

@Suite struct `The gate fresh` {
    static let changes: [Change] = [
        Change("open with as few missing as the bound", .open) { $0.fleetMax = 22 },
        Change("shut with one more missing", .shut) { $0.fleetMax = 23 },
        Change("open with that one explained", .open) {
            $0.fleetMax = 23; $0.explainedShrink = 1
        },
        Change("open with three nodes missing from Mesos", .open) { lose(3, &$0) },
        Change("shut with four missing from Mesos", .shut) { lose(4, &$0) },
        Change("open with four missing of which one is in flight", .open) {
            lose(4, &$0); $0.inFlight = [Scene.work(10)]
        },
    ]

    static func lose(_ count: Int, _ situation: inout Situation) {
        for number in 10..<(10 + count) { situation.change(number, .mesosState, .text("absent")) }
    }

    @Test(arguments: changes) func `is`(change: Change) { change.check(.fresh) }

    @Test func `rests on what its rule read, on its pool's target and on its members' schedulers`() {
        let situation = Scene.open()
        let answer = Gate.fresh.start(situation)
        for source in ["agents", "tasks", "instances", "services", "service/prod/kafka", "groups", "target/private", "maintenance"] {
            #expect(answer.reason.contains(source), "\(answer.reason)")
        }
        let evidence = [Evidence(fact: .dcosHealth, reading: .text("unhealthy"), since: nil, source: .health, readAt: nil)]
        #expect(Gate.fresh.start(0, .finding(Scene.finding(0, evidence: evidence)), situation).state == .unknown)
        // A node without members does not need the scheduler.
        var without = situation
        without.sources[.service(Scene.kafka)] = nil
        #expect(Gate.fresh.start(9, without).isOpen)
    }

    @Test func `is shut before harm by an agent list that is suddenly empty, whoever forgot to look`() {
        var situation = Scene.open()
        Self.lose(10, &situation)
        let question = Scene.question(0, in: situation, moment: .harm(.terminate, member: nil), work: Scene.work(0))
        #expect(harmRefused(question, in: situation, gates: [.fresh]).map(\.gate) == [.fresh])
        // A person who knows why lets it go on.
        situation.settle()
        situation.latches[.unlisted]?.accept(who: "ada", reason: "zone c is down", at: Scene.now)
        #expect(harmRefused(question, in: situation, gates: [.fresh]).isEmpty)
    }

    @Test func `asks for the target no more once the machine is gone`() {
        var situation = Scene.open()
        situation.sources[.target(Scene.pool)] = SourceStatus(
            interval: .seconds(60), readAt: Scene.now, isFresh: true, failure: "image ami-new does not exist")
        let work = Scene.work(0, order: .dead)
        #expect(Gate.fresh.start(situation).state == .shut)
        #expect(Gate.fresh.harm(.terminate, work, situation).state == .shut)
        #expect(Gate.fresh.harm(.gone, work, situation).isOpen)
        // What every call rests on is still asked for.
        situation.sources[.agents] = SourceStatus(interval: .seconds(15), readAt: Scene.now, isFresh: true, failure: "the connection was closed")
        #expect(Gate.fresh.harm(.gone, work, situation).state == .shut)
    }

    @Test func `opens with the first reading that succeeds`() {
        var situation = Scene.open()
        let work = Scene.work(0)
        situation.sources[.agents] = SourceStatus(interval: .seconds(15), readAt: Scene.now, isFresh: true, failure: "the connection was closed")
        #expect(Gate.fresh.harm(.terminate, work, situation).state == .shut)
        situation.sources[.agents] = SourceStatus(interval: .seconds(15), readAt: Scene.now, isFresh: true)
        #expect(Gate.fresh.harm(.terminate, work, situation).isOpen)
    }
}
