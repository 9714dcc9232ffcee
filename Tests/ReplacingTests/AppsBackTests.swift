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
