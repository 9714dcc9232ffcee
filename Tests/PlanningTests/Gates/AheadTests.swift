import Fleet
import Planning
import Scenes
import Testing

/// Work that begins ahead: the first five nodes have a broker each, and those from the tenth on run the target image.
@Suite struct `An outdated node, where work begins ahead,` {
    static let cause = GateQuestion.Cause.finding(Scene.finding(0, .outdated))

    static func situation(fresh: Int = 10) -> Situation {
        var situation = Scene.open()
        situation.limits.inFlight.isAhead = true
        for number in (Scene.size - fresh)..<Scene.size { situation.change(number, .imageOutdated, .boolean(false)) }
        return situation
    }

    static func members(down number: Int) -> [MemberStatus] {
        (0..<5).map { $0 == number ? Scene.member($0, isRunning: false, isRegistered: false, isInSync: false) : Scene.member($0) }
    }

    /// Broker 1 is being moved, for the replacement of its node.
    static func busy(fresh: Int = 10) -> Situation {
        var situation = situation(fresh: fresh)
        situation.services = [Scene.kafka: Scene.service(members: members(down: 1), partitions: Scene.partitions(out: [1], minInSync: 1))]
        situation.inFlight = [Scene.work(1, .outdated, step: .move, isCordoning: true, moving: [Scene.broker(1)])]
        return situation
    }

    static func own(step: Step, moving: [ServiceMember] = []) -> WorkInFlight { Scene.work(0, id: 8, .outdated, step: step, isCordoning: true, moving: moving) }

    @Test func `begins and is kept from offers while another of its service is being moved`() {
        let situation = Self.busy()
        #expect(Gate.service.start(0, Self.cause, situation).isOpen)
        for step in [Step.validate, .cordon] { #expect(Gate.service.harm(step, Self.own(step: step), situation).isOpen) }
    }

    @Test func `has its member moved only when it is its turn`() {
        let own = Self.own(step: .move)
        #expect(Gate.service.harm(.move, member: Scene.broker(0), own, Self.busy()).state == .shut)
        var situation = Self.situation()
        situation.inFlight = [Scene.work(1, .outdated, step: .move, isCordoning: true), own]
        #expect(Gate.service.harm(.move, member: Scene.broker(0), own, situation).isOpen)
    }

    @Test func `takes nothing else away before it is its turn either`() {
        for step in [Step.drain, .leave, .terminate] { #expect(Gate.service.harm(step, Self.own(step: step), Self.busy()).state == .shut, "\(step)") }
    }

    @Test func `does not begin for what is the last copy, nor on what is not known`() {
        var situation = Self.busy()
        let last = PartitionStatus(topic: "tmp", number: 0, hasLeader: true, inSync: [0], baseline: [0])
        situation.services = [Scene.kafka: Scene.service(partitions: [last])]
        situation.inFlight = []
        #expect(Gate.service.start(0, Self.cause, situation).state == .never)
        situation.services = [Scene.kafka: Scene.service(isFresh: false)]
        #expect(Gate.service.start(0, Self.cause, situation).state == .unknown)
        situation.services = nil
        #expect(Gate.service.start(0, Self.cause, situation).state == .unknown)
    }

    @Test func `has its turn like any other when it is failing, when it cannot be kept from offers, and where work does not begin ahead`() {
        #expect(Gate.service.start(0, .finding(Scene.finding(0)), Self.busy()).state == .shut)
        var situation = Self.busy()
        situation.limits.inFlight.isAhead = false
        #expect(Gate.service.start(0, Self.cause, situation).state == .shut)
        situation = Self.busy()
        situation.pools = [Pool(name: Scene.pool, selector: .init(), provision: .group(Scene.group), isLaunchFirst: true)]
        #expect(Gate.service.start(0, Self.cause, situation).state == .shut)
    }

    @Test func `waits for agents that are not outdated while they are about to come`() {
        var situation = Self.situation(fresh: 0)
        situation.inFlight = [Scene.work(15, .outdated, step: .join)]
        #expect(Gate.capacity.start(0, Self.cause, situation).state == .shut)
        #expect(Gate.capacity.start(0, Self.cause, situation).reason.contains("1 fresh agent is about to come"))
        // One that has members to move does not come by itself, nor does one that takes too long or is parked.
        situation.inFlight = [Scene.work(1, .outdated, step: .move, isCordoning: true)]
        #expect(Gate.capacity.start(0, Self.cause, situation).isOpen)
        situation.inFlight = [Scene.work(15, .outdated, step: .join, isParked: true)]
        #expect(Gate.capacity.start(0, Self.cause, situation).isOpen)
        situation.inFlight = [Scene.work(15, .outdated, step: .join)]
        situation.expectedDuration = [Scene.pool: .seconds(300)]
        #expect(Gate.capacity.start(0, Self.cause, situation).isOpen)
    }

    @Test func `is not moved to where nobody could take it`() {
        let own = Self.own(step: .move)
        var situation = Self.situation(fresh: 1)
        situation.inFlight = (5..<19).map { Scene.work($0, id: Int64(20 + $0), .outdated, step: .move, isCordoning: true, members: []) } + [own]
        #expect(Gate.capacity.harm(.move, member: Scene.broker(0), own, situation).isOpen)
        situation.change(19, .mesosState, .text("inactive"))
        let answer = Gate.capacity.harm(.move, member: Scene.broker(0), own, situation)
        #expect(answer.state == .shut, "\(answer.reason)")
    }

    @Test func `takes no room before it is its turn, and its apps run on`() {
        var situation = Self.situation()
        let waiting = (1..<5).map { Scene.work($0, id: Int64(20 + $0), .outdated, step: .move, isCordoning: true) }
        situation.apps = [AppStatus(id: "/web", instances: 3, minimumHealthCapacity: 1, running: [Scene.id(0): 1, Scene.id(1): 1, Scene.id(7): 1])]
        situation.inFlight = waiting
        let own = Self.own(step: .drain)
        for gate in [Gate.service, .capacity] { #expect(gate.harm(.drain, own, situation).isOpen, "\(gate.harm(.drain, own, situation).reason)") }
        situation.inFlight = waiting.map { Scene.work(1, id: $0.id.number, .outdated, step: .drain, isEmptying: true, members: []) }
        #expect(Gate.service.harm(.drain, own, situation).state == .shut)
    }

    @Test(arguments: [FindingClass.outdated, .failing])
    func `does not wait in the drain for another that has not asked for its own drain either`(_ other: FindingClass) {
        var situation = Self.situation()
        situation.apps = [AppStatus(id: "/web", instances: 3, minimumHealthCapacity: 0.6, running: [Scene.id(0): 1, Scene.id(1): 1, Scene.id(7): 1])]
        let own = Self.own(step: .drain)
        func theirs(isEmptying: Bool) -> WorkInFlight { Scene.work(1, id: 9, other, step: .drain, isCordoning: true, isEmptying: isEmptying, members: []) }
        situation.inFlight = [own, theirs(isEmptying: false)]
        #expect(Gate.service.harm(.drain, own, situation).isOpen, "\(Gate.service.harm(.drain, own, situation).reason)")
        let cause = GateQuestion.Cause.finding(Scene.finding(1, other))
        let question = Scene.question(1, in: situation, cause: cause, moment: .harm(.drain, member: nil), work: theirs(isEmptying: false))
        #expect(Gate.service.answer(question, situation).isOpen, "\(Gate.service.answer(question, situation).reason)")
        situation.inFlight = [own, theirs(isEmptying: true)]
        #expect(Gate.service.harm(.drain, own, situation).state == .shut)
    }

    @Test func `is expected to end after those that go before it`() {
        var situation = Self.situation()
        situation.windows = [Scene.rule: Window(.open, closes: Scene.now + Situation.expectedDurationByDefault * 2)]
        situation.inFlight = [Scene.work(1, .outdated, step: .move, isCordoning: true)]
        #expect(Gate.window.start(0, Self.cause, situation).isOpen)
        situation.inFlight.append(Scene.work(2, id: 9, .outdated, step: .move, isCordoning: true))
        #expect(!Gate.window.start(0, Self.cause, situation).isOpen)
    }
}
