import Fleet
import Replacing
import Testing

@Suite struct `An order` {
    private static let afterwards = ["keepConsole", "terminate"]

    @Test func `of a living node moves its members, drains it, lets it leave, and only then ends it`() {
        var world = World()
        world.run()
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(world.done == ["deactivate", "replaceMember", "drain", "leave", "keepConsole", "terminate", "markGone"])
        #expect(world.actions.contains(.terminate("i-old", group: "dcos")))
        #expect(world.replacement.done.map(\.step) == [.validate, .cordon, .move, .drain, .leave, .terminate, .gone, .provision, .join, .probation])
        #expect(world.violations == [])
        #expect(world.replacement.abandoned == ["prod/kafka-volume"])
        #expect(world.replacement.outcome?.survivedProbation == true)
        #expect(world.replacement.outcome?.isSymptomGone == true)
    }

    /// A lost agent is in no answer of the master's, which waits for it all the same.
    @Test(arguments: [World.Fate.done, .refused]) func `of a living node that was lost before it left tells Mesos that it is gone`(answer: World.Fate) {
        var world = World()
        world.fate = { intent in
            switch intent.action {
            case .leave: .droppedUnanswered
            case .markGone: answer
            default: .done
            }
        }
        world.run { $0.actions.contains { if case .leave = $0 { true } else { false } } }
        (world.mesosState, world.tasks) = (nil, 0)
        world.run()
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(Array(world.done.prefix(7)) == ["deactivate", "replaceMember", "drain", "leave", "keepConsole", "terminate", "markGone"])
        #expect(world.done.count == (answer == .done ? 7 : 9))
    }

    /// Of one that has left Mesos knows no more, and says so at once.
    @Test func `of a living node that has left is not told twice that it is gone`() {
        var world = World()
        world.fate = { if case .markGone = $0.action { .refused } else { .done } }
        world.run()
        #expect(world.isDone && world.done.count { $0 == "markGone" } == 1)
    }

    @Test func `of a living node moves one member after the other`() {
        var world = World(clusters: ["prod/a", "prod/b"])
        world.run { $0.actions.contains { if case .drain = $0 { true } else { false } } }
        #expect(world.done == ["deactivate", "replaceMember", "replaceMember", "drain"])
        let moves = world.replacement.moves
        #expect(moves.map(\.isDone) == [true, true])
        #expect(moves[1].askedAt! >= moves[0].inSyncAt!)
    }

    @Test func `of a living node without members or tasks neither moves nor drains`() {
        var world = World(clusters: [])
        world.tasks = 0
        world.run()
        #expect(world.isDone)
        #expect(world.done == ["deactivate", "leave", "keepConsole", "terminate", "markGone"])
    }

    @Test func `of a dead node ends it first, and moves its members after`() {
        var world = World(order: .dead, clusters: ["prod/a", "prod/b"])
        world.run()
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(world.done == ["keepConsole", "terminate", "markGone", "replaceMember", "replaceMember"])
        #expect(world.violations == [])
    }

    @Test func `of a dead node does not move what its scheduler moves by itself`() {
        var world = World(order: .dead)
        world.movesByItself = true
        world.run()
        #expect(world.isDone)
        #expect(world.done == ["keepConsole", "terminate", "markGone"])
    }

    @Test func `of a departed node adopts what the group has launched`() {
        var world = World(order: .departed)
        world.run()
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(world.done == ["markGone", "replaceMember"])
        #expect(world.replacement.successor == "i-new1")
        #expect(world.violations == [])
    }

    @Test func `of a node that its group has ended and does not replace ends without a successor, but not at once`() {
        var world = World()
        (world.comesFresh, world.hasGroupItsAll) = (false, true)
        world.run()
        #expect(world.isDone && world.replacement.successor == nil, "\(world.replacement.standing) in \(world.step)")
        #expect(world.replacement.outcome?.reason == "replaced by nobody")
        #expect(world.replacement.done.first { $0.step == .provision }?.took ?? .zero >= .seconds(120))
        var late = World()
        late.hasGroupItsAll = true
        late.run()
        #expect(late.isDone && late.replacement.successor == "i-new1", "one that comes all the same is its successor")
    }

    @Test func `of a stray node starts its agent again, and if it is not back stops the host and goes on as with a dead one`() {
        var world = World(order: .stray)
        world.run()
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(world.done == ["restartAgent", "stopHost", "keepConsole", "terminate", "markGone", "replaceMember"])
        #expect(world.violations == [])
    }

    @Test func `of a stray node that comes back is that of a living one`() {
        var world = World(order: .stray)
        world.agentComesBack = true
        world.run()
        #expect(world.isDone)
        #expect(world.replacement.order == .living)
        #expect(world.done == ["restartAgent", "deactivate", "replaceMember", "drain", "leave", "keepConsole", "terminate", "markGone"])
    }

    @Test func `of a launch-first pool has the successor before it touches the node`() {
        var world = World(order: .launchFirst)
        world.run()
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(world.done == ["launch", "deactivate", "replaceMember", "drain", "leave", "keepConsole", "terminate", "markGone"])
        #expect(world.actions.contains(.terminate("i-old", group: nil)))
        #expect(world.fresh.count == 1)
        #expect(world.violations == [])
    }

    @Test func `of a launch-first pool that a group provisions makes the group smaller again`() {
        var world = World(order: .launchFirst)
        world.pool = Pool(name: "private", selector: .init(), provision: .group("dcos"), isLaunchFirst: true)
        world.run()
        #expect(world.isDone)
        #expect(world.actions.contains(.retire("i-old", group: "dcos")))
    }

    @Test func `below Mesos 1.9 lets the agent leave before the members move`() {
        var world = World()
        world.isMesosNew = false
        world.run()
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(world.done == ["drainHost", "leave", "replaceMember", "keepConsole", "terminate", "markGone"])
    }

    @Test func `launches from a template with one token`() {
        var world = World()
        world.pool = Pool(name: "private", selector: .init(), provision: .launchTemplate(.init(id: "lt-1", version: "1")))
        world.run()
        #expect(world.isDone)
        #expect(world.done.suffix(3) == ["terminate", "markGone", "launch"])
        #expect(world.fresh.count == 1)
    }

    @Test func `takes the node out of its load balancers and the fresh one in, and runs the hooks`() {
        var world = World()
        world.isDetached = false
        world.hooks = [.beforeDrain, .ready]
        world.run()
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(
            world.done == ["deactivate", "replaceMember", "beforeDrain", "detach", "drain", "leave", "keepConsole", "terminate", "markGone", "ready", "attach"])
        #expect(world.replacement.entrances == [.classic("web")])
        let written = world.entries.firstIndex { if case .entrancesSeen = $0.transition { true } else { false } }
        let asked = world.entries.firstIndex { if case .intended(let intent) = $0.transition, case .detach = intent.action { true } else { false } }
        #expect(written.flatMap { written in asked.map { written < $0 } } == true, "what it stood in is stored before it is taken out")
    }
}
