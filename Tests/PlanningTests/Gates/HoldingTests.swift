import Fleet
import Planning
import Scenes
import Testing

@Suite struct `The gate hold` {
    static let changes: [Change] = [
        Change("shut until the hold ends", .shutUntil(Scene.now + .seconds(1))) {
            $0.holds[Scene.id(0)] = Hold(node: Scene.id(0), who: "ada", reason: "disk", since: Scene.now, until: Scene.now + .seconds(1))
        },
        Change("open at the end of the hold", .open) {
            $0.holds[Scene.id(0)] = Hold(node: Scene.id(0), who: "ada", reason: "disk", since: Scene.now, until: Scene.now)
        },
        Change("shut by a keep rule", .shut) { $0.nodes[Scene.id(0)] = Scene.node(0, keeps: .init(firing: ["pinned"])) },
        Change("shut by the tag", .shut) { $0.change(0, .tags, .text(#"{"a":"b","mayfly:hold":""}"#)) },
        Change("open with the tag's name as a value", .open) { $0.change(0, .tags, .text(#"{"a":"mayfly:hold"}"#)) },
        Change("open with the tag within a value", .open) { $0.change(0, .tags, .text(#"{"a":"\"mayfly:hold\":"}"#)) },
        Change("open without tags", .open) { $0.change(0, .tags, .none) },
        Change("shut for a stopped instance", .shut) { $0.change(0, .ec2State, .text("stopped")) },
        Change("shut for a stopping one", .shut) { $0.change(0, .ec2State, .text("stopping")) },
        Change("shut in standby", .shut) { $0.nodes[Scene.id(0)] = Scene.node(0, inGroup: Scene.inGroup(0, "Standby")) },
        Change("shut while it enters standby", .shut) { $0.nodes[Scene.id(0)] = Scene.node(0, inGroup: Scene.inGroup(0, "EnteringStandby")) },
    ]

    @Test(arguments: changes) func `is`(change: Change) { change.check(.hold) }

    @Test(arguments: ["deactivated", "draining", "drained", "maintenance"]) func `is shut while Mesos calls the agent`(state: String) {
        var situation = Scene.open()
        situation.change(0, .mesosState, .text(state))
        #expect(Gate.hold.start(situation).state == .shut)
        #expect(Gate.hold.harm(.drain, Scene.work(0), situation).state == .shut)
        // Our own cordon is nobody else's; a maintenance schedule never is ours.
        #expect(Gate.hold.harm(.drain, Scene.work(0, isCordoning: true), situation).isOpen == (state != "maintenance"))
    }

    @Test(arguments: ["active", "inactive", "recovered", "absent", "never"]) func `is open while Mesos calls the agent`(state: String) {
        var situation = Scene.open()
        situation.change(0, .mesosState, .text(state))
        #expect(Gate.hold.start(situation).isOpen)
    }

    @Test func `takes the cordon of a parked replacement that it takes over for ours`() {
        var situation = Scene.open()
        situation.change(0, .mesosState, .text("deactivated"))
        situation.inFlight = [Scene.work(0, .outdated, isParked: true, makesRoom: true, isCordoning: true)]
        #expect(Gate.hold.start(situation).isOpen)
        #expect(!Gate.hold.start(0, .finding(Scene.finding(0, .outdated)), situation).isOpen)
    }

    @Test func `does not ask of a machine that is no more what cannot be answered`() {
        var situation = Scene.open()
        situation.nodes[Scene.id(0)] = Scene.node(0, facts: NodeFacts(id: Scene.id(0)), vital: .dead, inGroup: .some(nil))
        #expect(!Gate.hold.harm(.terminate, Scene.work(0, order: .dead), situation).isOpen)
        #expect(Gate.hold.harm(.gone, Scene.work(0, order: .dead), situation).isOpen)
        #expect(Gate.hold.harm(.move, Scene.work(0, order: .dead), situation).isOpen)
        #expect(!Gate.hold.harm(.move, Scene.work(0, order: .living), situation).isOpen)
    }
}
