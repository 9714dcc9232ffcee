import Fleet
import Replacing
import Testing

@Suite struct `Instances of apps that cannot all go at once` {
    private static func instance(_ app: String, _ number: Int) -> AppInstance { AppInstance(app: app, task: TaskID("\(app).\(number)")) }
    private let world = {
        var world = World()
        world.tasks = 5
        world.crowding = [[Self.instance("/a", 1), Self.instance("/a", 2)], [Self.instance("/b", 1)]]
        return world
    }()

    @Test func `are moved one by one before the drain, those of several apps side by side`() {
        var world = world
        world.run()
        #expect(world.isDone && world.violations == [])
        let moved = world.actions.compactMap { if case .moveInstance(let instance) = $0 { instance } else { nil } }
        #expect(moved == [Self.instance("/a", 1), Self.instance("/a", 2), Self.instance("/b", 1)])
        let order = world.done
        #expect(order.lastIndex(of: "moveInstance").map { $0 < order.firstIndex(of: "drain") ?? 0 } == true)
        #expect(order.firstIndex(of: "moveInstance").map { $0 > order.firstIndex(of: "replaceMember") ?? .max } == true)
    }

    @Test func `are asked for by their app, and one that may not go yet keeps no other waiting`() {
        var world = world
        world.gates = { step, taken in step == .drain && taken == .instance(of: "/a") ? ["service"] : [] }
        world.run(within: 1, until: { _ in false })
        #expect(world.step == .drain && world.waitsFor == ["service"])
        let moved = world.actions.compactMap { if case .moveInstance(let instance) = $0 { instance.app } else { nil } }
        #expect(moved == ["/b"] && !world.done.contains("drain"))
        world.gates = { _, _ in [] }
        world.run()
        #expect(world.isDone)
    }

    @Test func `are not drained while it is not known which there are`() {
        var world = world
        world.crowding = nil
        world.run(within: 1, until: { _ in false })
        #expect(world.step == .drain && !world.done.contains("drain") && !world.done.contains("moveInstance"))
    }

    @Test func `are not asked twice for one call that may have been heard`() {
        var world = world
        world.firstFate = .droppedSilently
        world.run(within: 3, until: { $0.done.contains("drain") })
        let first = world.actions.count { $0 == .moveInstance(Self.instance("/a", 1)) }
        #expect(first == 2 && world.done.contains("drain"), "\(world.done)")
    }
}
