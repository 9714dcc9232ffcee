import Fleet
import Replacing
import Testing

@Suite struct `An empty node` {
    /// Of five of an app one runs on the node, and another is up elsewhere some time after the drain has ended it. Nil: never.
    private static func world(backAfter time: Duration?, instances: Int = 5) -> World {
        var world = World()
        world.apps = { world in
            let isHere = world.mesosState != nil && world.tasks > 0
            let isBack = time == .zero ? !isHere : world.emptySince.flatMap { since in time.map { world.now - since >= $0 } } ?? false
            return [AppLook(app: "/a", instances: instances, upHere: isHere ? 1 : 0, upElsewhere: isBack ? 5 : 4)]
        }
        return world
    }

    private static func leftAfter(_ world: World) -> Duration? {
        let emptied = world.entries.first { if case .emptied = $0.transition { true } else { false } }
        let left = world.entries.first { $0.transition == .stepped(to: .leave) }
        return emptied.flatMap { emptied in left.map { $0.at - emptied.at } }
    }

    @Test func `counts as drained when its apps have elsewhere what they had before`() throws {
        var world = Self.world(backAfter: .seconds(240))
        world.run()
        #expect(world.isDone && world.violations == [])
        #expect(world.entries.contains { $0.transition == .appsSeen(["/a": 5]) })
        let waited = try #require(Self.leftAfter(world))
        #expect(waited >= .seconds(240) && waited < .seconds(300))
        let noted = world.entries.first { $0.transition == .appsSeen(["/a": 5]) }
        let drained = world.entries.first { if case .intended(let intent) = $0.transition, case .drain = intent.action { true } else { false } }
        #expect(try #require(noted).at <= #require(drained).at)
        #expect(world.entries.contains { $0.transition == .emptied(missing: ["/a"]) })
    }

    /// Of five one runs on the node. Another node's is down while the drain waits for its turn, and then is back; the node's own comes up elsewhere long after.
    private static func waiting(downUntil back: Timestamp) -> World {
        var world = World()
        world.apps = { world in
            let isHere = world.mesosState != nil && world.tasks > 0
            let isBack = world.emptySince.map { world.now - $0 >= .seconds(300) } ?? false
            return [AppLook(app: "/a", instances: 5, upHere: isHere ? 1 : 0, upElsewhere: (world.now < back ? 3 : 4) + (isBack ? 1 : 0))]
        }
        return world
    }

    @Test func `had what was up when the first task was asked to end, however long the drain has waited for its turn`() throws {
        var world = Self.waiting(downUntil: World().now + .seconds(1200))
        world.gates = { step, _ in step == .drain ? ["service"] : [] }
        let opening = world.now + .seconds(1500)
        world.run { $0.now >= opening }
        #expect(world.step == .drain && world.replacement.appsUp == ["/a": 5])
        world.gates = { _, _ in [] }
        world.run()
        #expect(world.isDone && world.violations == [])
        #expect(world.entries.compactMap { if case .appsSeen(let up) = $0.transition { up } else { nil } } == [["/a": 4], ["/a": 5]])
        let waited = try #require(Self.leftAfter(world))
        #expect(waited >= .seconds(300) && waited < .seconds(360))
    }

    @Test func `is waited for by the replacement as well that takes the place of the one that has emptied it`() throws {
        var world = Self.waiting(downUntil: World().now)
        world.run { $0.emptySince != nil }
        var next = World().replacement
        next.takeOver(from: world.replacement)
        #expect(next.appsUp == ["/a": 5])
        world.begin(next)
        world.run()
        #expect(world.isDone && world.violations == [])
        #expect(!world.entries.contains { if case .appsSeen = $0.transition { true } else { false } })
        let waited = try #require(Self.leftAfter(world))
        #expect(waited >= .seconds(300) && waited < .seconds(360))
    }

    @Test func `is waited for no longer than it takes, where they are up at once`() throws {
        var world = Self.world(backAfter: .zero)
        world.run()
        #expect(world.isDone && Self.leftAfter(world) == .zero)
    }

    @Test func `goes on after ten minutes without a place for them, for that is on the fresh node`() throws {
        var world = Self.world(backAfter: nil)
        world.run()
        #expect(world.isDone && world.violations == [])
        let waited = try #require(Self.leftAfter(world))
        #expect(waited >= .seconds(600) && waited < .seconds(660))
        #expect(!world.entries.contains { if case .parked = $0.transition { true } else { false } })
    }

    @Test func `waits for no more of an app than it is to run now`() throws {
        var world = Self.world(backAfter: nil, instances: 4)
        world.run()
        #expect(world.isDone && Self.leftAfter(world) == .zero)
    }

    @Test func `waits while it is not known which of them are up`() throws {
        var world = Self.world(backAfter: .zero)
        let told = world.apps
        world.apps = { world in
            if world.tasks > 0 { return told(world) }
            return world.emptySince.map { world.now - $0 >= .seconds(900) } == true ? told(world) : nil
        }
        world.run()
        #expect(world.isDone)
        let waited = try #require(Self.leftAfter(world))
        #expect(waited >= .seconds(900) && waited < .seconds(960))
    }
}
