import Fleet
import Planning
import Scenes
import Testing

/// Work that has only kept its node from offers so far, beside a failing node. The limits are one of the pool, as they are by default.
@Suite struct `Work that only waits` {
    static let own = Scene.work(9, .outdated, step: .move, isCordoning: true, members: [Scene.broker(4)])

    /// With broker 4 on its node.
    static func situation(_ waiting: WorkInFlight = own, vital: Vital = .living) -> Situation {
        var situation = Scene.open()
        situation.inFlight = [waiting]
        situation.nodes[Scene.id(0)] = Scene.node(0, vital: vital)
        situation.nodes[Scene.id(4)] = Scene.node(4, members: .some([]))
        situation.nodes[Scene.id(9)] = Scene.node(9, members: [Scene.broker(4)])
        situation.services = [Scene.kafka: Scene.service(members: (0..<5).map { Scene.member($0, on: $0 == 4 ? 9 : $0) })]
        return situation
    }

    @Test func `lets a failing node have its slot`() {
        for step in [Step.validate, .cordon, .move, .drain] {
            let waiting = Scene.work(9, .outdated, step: step, isCordoning: true)
            #expect(Gate.inFlight.start(Self.situation(waiting)).isOpen, "\(step)")
        }
    }

    @Test func `lets an outdated one wait, as ever, and a failing one that is not lost`() {
        #expect(Gate.inFlight.start(0, .finding(Scene.finding(0, .outdated)), Self.situation()).state == .shut)
        #expect(Gate.inFlight.start(Self.situation(Scene.work(9, .failing, step: .move))).state == .shut)
    }

    @Test(arguments: [Vital.dead, .departed, .stray]) func `lets a node that is lost go first, though it is failing itself`(_ vital: Vital) {
        #expect(Gate.inFlight.start(Self.situation(Scene.work(9, .failing, step: .move), vital: vital)).isOpen)
    }

    static let taking: [WorkInFlight] = [
        Scene.work(9, .outdated, step: .move, moving: [Scene.broker(4)]), Scene.work(9, .outdated, step: .drain, isEmptying: true),
        Scene.work(9, .outdated, step: .terminate), Scene.work(9, .outdated, order: .launchFirst, step: .provision),
        Scene.work(9, .outdated, step: .move, isParked: true),
    ]

    @Test(arguments: taking) func `has a slot of its own once it takes something, and when it is parked`(_ work: WorkInFlight) {
        #expect(Gate.inFlight.start(Self.situation(work, vital: .dead)).state == .shut)
    }

    @Test func `has its turn when the other has given its slot back`() {
        var situation = Self.situation()
        let failing = Scene.work(0, id: 8, order: .dead, step: .provision, members: [])
        situation.inFlight.append(failing)
        let question = { (situation: Situation) in
            Scene.question(9, in: situation, cause: .finding(Scene.finding(9, .outdated)), moment: .harm(.move, member: Scene.broker(4)), work: Self.own)
        }
        #expect(question(situation).isTurn)
        let refused = harmRefused(question(situation), in: situation, gates: Gate.all)
        #expect(refused.map(\.gate) == [.inFlight], "\(refused.map(\.reason))")
        situation.inFlight[1] = Scene.work(0, id: 8, order: .dead, step: .probation, holdsSlot: false, members: [])
        #expect(harmRefused(question(situation), in: situation, gates: Gate.all).isEmpty)
    }

    @Test func `is not asked for a turn again once it has had it`() {
        var situation = Self.situation()
        let emptying = Scene.work(9, .outdated, step: .drain, isCordoning: true, isEmptying: true, members: [])
        situation.inFlight = [emptying, Scene.work(0, id: 8, order: .dead, step: .provision, members: [])]
        let question = Scene.question(9, in: situation, moment: .harm(.drain, member: nil), work: emptying)
        #expect(!question.isTurn && harmRefused(question, in: situation, gates: Gate.all).isEmpty)
    }

    @Test func `lets a failing node be the first of an image, and then waits until that is proven`() {
        var situation = Self.situation()
        situation.targets = [Scene.pool: TargetStatus(image: Scene.target, since: Scene.now - .seconds(86_400), state: "available", isProven: false)]
        #expect(Gate.image.start(situation).isOpen)
        #expect(Gate.image.start(0, .finding(Scene.finding(0, .outdated)), situation).state == .shut)
        situation.inFlight.append(Scene.work(0, id: 8, order: .dead, step: .probation, holdsSlot: false, members: []))
        #expect(Gate.image.harm(.move, member: Scene.broker(4), Self.own, situation).state == .shut)
        situation.inFlight.removeFirst()
        situation.inFlight = [Self.own]
        #expect(Gate.image.harm(.move, member: Scene.broker(4), Self.own, situation).isOpen)
    }

    @Test func `takes neither room nor a service's slot nor an app's instance from a failing node`() {
        var situation = Self.situation(vital: .dead)
        situation.apps = [AppStatus(id: "/web", instances: 3, minimumHealthCapacity: 0.6, running: [Scene.id(0): 1, Scene.id(9): 1, Scene.id(7): 1])]
        #expect(Gate.service.start(situation).isOpen, "\(Gate.service.start(situation).reason)")
        #expect(!Gate.service.start(0, .finding(Scene.finding(0, .outdated)), situation).isOpen)
        for number in 10..<Scene.size { situation.change(number, .mesosState, .text("inactive")) }
        for number in [4, 6, 7, 8] { situation.change(number, .mesosState, .text("inactive")) }
        // One agent is left that could take a broker.
        #expect(Gate.capacity.start(situation).isOpen, "\(Gate.capacity.start(situation).reason)")
        situation.inFlight = [Scene.work(9, .outdated, step: .move, isCordoning: true, members: [Scene.broker(4)], moving: [Scene.broker(4)])]
        #expect(Gate.capacity.start(situation).state == .shut)
    }
}
