import Fleet
import Replacing
import Testing

@Suite struct `A replacement that began before it was its turn` {
    private func waiting(isAhead: Bool) -> World {
        var world = Scenario.all.first { $0.testDescription == "living, two clusters" }!.make()
        world.isAhead = isAhead
        world.gates = { step, _ in step == .move ? ["service"] : [] }
        world.run(until: { $0.step == .move })
        return world
    }

    @Test func `gives its node back to the offers when it has waited for long enough`() {
        var world = waiting(isAhead: true)
        world.run(within: 5, every: 120, until: { _ in false })
        #expect(world.replacement.outcome?.kind == .cancelled)
        #expect(world.mesosState == .active)
        #expect(world.actions.filter(\.isHarmful).count == 1)
    }

    @Test func `waits until then, and goes on when its turn comes`() {
        var world = waiting(isAhead: true)
        world.run(within: 3, every: 120, until: { _ in false })
        #expect(world.replacement.isOpen && world.replacement.isWaitingForTurn)
        world.gates = { _, _ in [] }
        world.run()
        #expect(world.isDone && world.violations == [])
    }

    @Test func `waits in place for ever once a member has gone, and so does any other`() {
        var moved = waiting(isAhead: true)
        moved.gates = { step, member in step == .move && member == .member(ServiceMember("prod/b", "kafka-0")) ? ["service"] : [] }
        moved.run(within: 12, every: 120, until: { _ in false })
        #expect(moved.replacement.isOpen && !moved.replacement.isWaitingForTurn)
        var other = waiting(isAhead: false)
        other.run(within: 12, every: 120, until: { _ in false })
        #expect(other.replacement.isOpen && other.waitsFor == ["service"])
    }
}
