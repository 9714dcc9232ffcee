import Fleet
import Planning
import Scenes
import Testing

@Suite struct `The gate identity` {
    static let changes: [Change] = [
        Change("shut without a join one to one", .shut) { $0.nodes[Scene.id(0)] = Scene.node(0, isJoined: false) },
        Change("open without a join once the instance is gone", .open) { $0.nodes[Scene.id(0)] = Scene.node(0, vital: .departed, isJoined: false) },
        Change("never without a pool", .never) { $0.change(0, .pool, .none) },
        Change("never in a pool that is not configured", .never) { $0.change(0, .pool, .text("other")) },
        Change("never in a pool without a way to provision", .never) { $0.pools = [Pool(name: Scene.pool, selector: .init())] },
        Change("never for what Mayfly stands on", .never) { $0.nodes[Scene.id(0)] = Scene.node(0, dependence: "a master") },
        Change("open for a slot replaced once", .open) { $0.nodes[Scene.id(0)] = Scene.node(0, replacements: 1) },
        Change("never for a slot replaced twice", .never) { $0.nodes[Scene.id(0)] = Scene.node(0, replacements: 2) },
    ]

    @Test(arguments: changes) func `is`(change: Change) { change.check(.identity) }

    @Test func `lets a person have a slot replaced once more, and work in flight go on`() {
        var situation = Scene.open()
        situation.nodes[Scene.id(0)] = Scene.node(0, replacements: 5)
        #expect(Gate.identity.start(0, Scene.request(0), situation).isOpen)
        #expect(Gate.identity.harm(.drain, Scene.work(0), situation).isOpen)
    }

    @Test func `is never for another instance than was decided for`() {
        let work = WorkInFlight(
            id: ReplacementID(1), node: Scene.id(0), instance: "i-99", agent: nil, slot: Scene.id(0), pool: Scene.pool, zone: "a", findingClass: .failing,
            startedAt: Scene.now, targetImage: nil, order: .living, step: .terminate)
        #expect(Gate.identity.harm(.terminate, work, Scene.open()).state == .never)
    }
}
