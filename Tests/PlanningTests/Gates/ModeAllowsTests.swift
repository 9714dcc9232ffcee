import Fleet
import Planning
import Scenes
import Testing

@Suite struct `The gate mode` {
    static let changes: [Change] = [
        Change("open in act", .open) { _ in },
        Change("shut in alert", .shut) { $0.mode = .alert },
        Change("shut in propose, until somebody approves", .shut) { $0.mode = .propose },
        Change("open in propose with an approval", .open) {
            $0.mode = .propose; $0.approvals[Scene.id(0)] = approval()
        },
        Change("shut at the end of the approval", .shut) {
            $0.mode = .propose; $0.approvals[Scene.id(0)] = approval(until: Scene.now)
        },
        Change("shut by an approval for other members", .shut) {
            $0.mode = .propose; $0.approvals[Scene.id(0)] = approval(members: [])
        },
        Change("shut by an approval for another image", .shut) {
            $0.mode = .propose; $0.approvals[Scene.id(0)] = approval(image: "ami-x")
        },
        Change("shut by an approval for another instance", .shut) {
            $0.mode = .propose; $0.approvals[Scene.id(0)] = approval(instance: "i-99")
        },
        Change("shut by an approval for another rule", .shut) {
            $0.mode = .propose; $0.approvals[Scene.id(0)] = approval(rule: "other")
        },
        Change("shut without a store for the claim", .shut) { $0.claim = .none },
        Change("shut by a foreign claim", .shut) { $0.claim = .foreign(Claim(ledger: "l", machine: "m", writtenAt: Scene.now), seenAt: Scene.now) },
        Change("shut by a claim that has not settled", .shutUntil(Scene.now + .seconds(9))) { $0.claim = .settling(until: Scene.now + .seconds(9)) },
        Change("open at the last moment of a confirmation", .open) { $0.claim = .ours(confirmedAt: Scene.now - .seconds(60)) },
        Change("shut a moment later", .shut) { $0.claim = .ours(confirmedAt: Scene.now - .milliseconds(60_001)) },
        Change("shut by a confirmation from the future", .shut) { $0.claim = .ours(confirmedAt: Scene.now + .milliseconds(1)) },
        Change("shut when nobody would be told", .shut) { $0.isAlertingProven = false },
        Change("shut when no scheduler is asked", .shut) { $0.readsServices = false },
    ]

    static func approval(
        rule: RuleName? = Scene.rule, instance: InstanceID = "i-00", members: [ServiceMember] = [Scene.broker(0)], image: ImageID = Scene.target,
        until: Timestamp = Scene.now + .milliseconds(1)
    ) -> Approval {
        Approval(
            node: Scene.id(0), who: "ada", reason: "go", since: Scene.now - .seconds(60), until: until,
            evidence: .init(rule: rule, instance: instance, members: members, targetImage: image))
    }

    @Test(arguments: changes) func `is`(change: Change) { change.check(.mode) }

    @Test func `is what is less of the daemon's mode and the rule's`() {
        for daemon in Mode.allCases {
            for rule in Mode.allCases {
                var situation = Scene.open()
                situation.mode = daemon
                let answer = Gate.mode.start(0, .finding(Scene.finding(0, mode: rule)), situation)
                #expect(answer.isOpen == (min(daemon, rule) == .act), "\(daemon) \(rule): \(answer.reason)")
            }
        }
    }

    @Test func `says what an approval was given for and what is so now`() {
        var situation = Scene.open()
        situation.mode = .propose
        situation.approvals[Scene.id(0)] = Self.approval(members: [Scene.broker(0), Scene.broker(9)], image: "ami-x")
        #expect(
            Gate.mode.start(situation).reason
                == "the approval of ada is void, for it was given for something else: members were prod/kafka/kafka-0, prod/kafka/kafka-9 and are prod/kafka/kafka-0, the target image was ami-x and is ami-new: mayfly approve i-00"
        )
    }

    @Test func `asks before harm only for the daemon's mode and the claim`() {
        var situation = Scene.open()
        situation.isAlertingProven = false
        situation.mode = .propose
        #expect(Gate.mode.harm(.drain, Scene.work(0), situation).isOpen)
        situation.claim = .ours(confirmedAt: Scene.now - .seconds(61))
        #expect(!Gate.mode.harm(.drain, Scene.work(0), situation).isOpen)
        situation = Scene.open()
        situation.mode = .alert
        #expect(!Gate.mode.harm(.drain, Scene.work(0), situation).isOpen)
    }
}
