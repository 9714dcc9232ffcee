import Fleet
import Replacing
import Testing

@Suite struct `A replacement is parked` {
    private func parked(_ world: World, after minutes: ClosedRange<Int64>? = nil) -> (ParkReason?, Step) {
        var world = world
        var since = world.now
        var step = world.step
        while !world.replacement.isParked, world.replacement.isOpen, world.now - World.start < .seconds(24 * 3600) {
            world.round()
            if world.step != step { (step, since) = (world.step, world.now) }
        }
        if let minutes {
            let took = (world.now - since).inSeconds
            #expect((minutes.lowerBound * 60...minutes.upperBound * 60 + 60).contains(took), "\(took) s in \(world.step)")
        }
        #expect(world.violations == [])
        #expect(Replacement(replaying: world.entries) == world.replacement)
        return (world.parkReason, world.step)
    }

    private func refusing(_ names: String..., in world: World = World()) -> World {
        var world = world
        world.fate = { intent in names.contains { "\(intent.action)".hasPrefix($0) } ? .refused : .done }
        return world
    }

    private func ignoring(_ names: String..., in world: World = World()) -> World {
        var world = world
        world.fate = { intent in names.contains { "\(intent.action)".hasPrefix($0) } ? .acceptedWithoutEffect : .done }
        return world
    }

    @Test func `when its deadline passes, refused or without effect`() {
        #expect(parked(refusing("deactivate"), after: 2...2) == (.cordonFailed, .cordon))
        #expect(parked(ignoring("deactivate"), after: 2...2) == (.cordonFailed, .cordon))
        #expect(parked(refusing("drain"), after: 30...30) == (.drainStuck, .drain))
        #expect(parked(ignoring("drain"), after: 30...30) == (.drainStuck, .drain))
        #expect(parked(refusing("leave"), after: 10...10) == (.leaveFailed, .leave))
        #expect(parked(ignoring("leave"), after: 10...10) == (.leaveFailed, .leave))
        #expect(parked(refusing("terminate"), after: 15...15) == (.terminateFailed, .terminate))
        #expect(parked(ignoring("terminate"), after: 15...15) == (.terminateFailed, .terminate))
        #expect(parked(refusing("stopHost", in: World(order: .stray)), after: 10...10) == (.leaveFailed, .stopHost))
        #expect(parked(refusing("replaceMember"), after: 15...15) == (.memberNotPlaced, .move))
        #expect(parked(ignoring("replaceMember"), after: 15...16) == (.memberNotPlaced, .move))
    }

    @Test func `when no successor comes, or it never joins, after one more try`() {
        var nothing = World()
        nothing.comesFresh = false
        #expect(parked(nothing, after: 40...40) == (.provisionFailed, .provision))
        #expect(parked(refusing("launch", in: World(order: .launchFirst)), after: 40...40) == (.provisionFailed, .provision))
        var wrong = World()
        wrong.freshImage = "ami-1"
        #expect(parked(wrong, after: 40...40) == (.provisionFailed, .provision))
        var bad = World()
        bad.isFreshGood = false
        #expect(parked(bad, after: 40...40) == (.joinFailed, .join))
    }

    @Test func `when the fresh node is not well, after one more try`() {
        var world = World()
        world.isSuccessorFailing = true
        #expect(parked(world, after: 5...6) == (.probationFailed, .probation))
        #expect(World().replacement.inFlight?.holdsSlot == true)
    }

    @Test func `when a member does not come into sync, or comes back, or has the last copy`() {
        var syncs = World()
        syncs.clusters["prod/kafka"]!.syncing = nil
        #expect(parked(syncs) == (.memberNotSyncing, .move))
        var places = World()
        places.clusters["prod/kafka"]!.placing = nil
        #expect(parked(places) == (.memberNotPlaced, .move))
        var back = World()
        back.clusters["prod/kafka"]!.elsewhere = World.agent
        #expect(parked(back) == (.memberNotPlaced, .move))
        for order in [Order.living, .dead, .stray] {
            var last = World(order: order)
            last.clusters["prod/kafka"]!.isLastCopy = true
            #expect(parked(last).0 == .lastCopy, "\(order)")
            #expect(!last.actions.contains { if case .terminate = $0 { true } else { false } })
        }
    }

    @Test func `when its node is undecided for too long`() {
        var world = World()
        world.run(until: { $0.step == .drain })
        world.vital = .undecided
        #expect(parked(world, after: 30...30) == (.undecided, .drain))
    }

    @Test func `when the machine is another than the one that was decided for`() {
        var agent = World()
        agent.run(until: { $0.step == .move })
        agent.seen = { $0.agent = "m-S77" }
        agent.clusters["prod/kafka"]!.syncing = .seconds(1)
        #expect(parked(agent).0 == .identityChanged)
        var instance = World()
        instance.run(until: { $0.step == .drain })
        instance.seen = { $0.facts?[.instanceID] = .text("i-other") }
        #expect(parked(instance) == (.identityChanged, .drain))
    }

    @Test func `when Mesos cannot keep it from offers and it is not known that its members can do without`() {
        for known in [false, nil] as [Bool?] {
            var world = World()
            (world.isMesosNew, world.canMoveAfterLeave) = (false, known)
            #expect(parked(world) == (.cannotCordon, .validate))
            #expect(world.actions == [])
        }
        var empty = World(clusters: [])
        (empty.isMesosNew, empty.canMoveAfterLeave) = (false, nil)
        empty.run()
        #expect(empty.isDone)
    }

    @Test func `with every reason of the list`() {
        // Those above, so that a new reason is not forgotten.
        let shown: Set<ParkReason> = [
            .undecided, .cordonFailed, .cannotCordon, .lastCopy, .memberNotPlaced, .memberNotSyncing, .drainStuck, .leaveFailed, .terminateFailed,
            .provisionFailed, .joinFailed, .probationFailed, .identityChanged,
        ]
        #expect(shown == Set(ParkReason.allCases))
    }

    @Test func `and goes on from the same step when a person says so`() {
        for action in ["deactivate", "drain", "leave", "terminate", "replaceMember"] {
            var world = refusing(action)
            world.run()
            #expect(world.replacement.isParked, "\(action)")
            let step = world.step
            world.fate = { _ in .done }
            world.tell(world.replacement.retried(who: "eva", reason: "fixed"))
            #expect(world.step == step)
            #expect(world.replacement.attempt > 1)
            world.run()
            #expect(world.isDone, "\(action): \(world.replacement.standing)")
            #expect(world.violations == [])
        }
        #expect(World().replacement.retried(who: "eva", reason: "why not") == [])
    }

    @Test func `and goes on by itself when what it waited for has happened after all`() {
        var late = World()
        late.clusters["prod/kafka"]!.syncing = .seconds(7 * 3600)
        late.clusters["prod/kafka"]!.stallsUntilTheEnd = true
        late.run()
        #expect(late.parkReason == .memberNotSyncing)
        late.run(within: 12, until: { !$0.replacement.isOpen })
        #expect(late.isDone)
        var terminated = ignoring("terminate")
        terminated.run()
        terminated.effect(.terminate("i-old", group: "dcos"))
        terminated.run(until: { !$0.replacement.isOpen })
        #expect(terminated.isDone)
        var undecided = World()
        undecided.run(until: { $0.step == .drain })
        undecided.vital = .undecided
        undecided.run()
        undecided.vital = nil
        undecided.run(until: { !$0.replacement.isOpen })
        #expect(undecided.isDone)
        var slow = World(order: .departed)
        slow.staysShuttingDown = true
        slow.run()
        #expect(slow.parkReason == .leaveFailed)
        slow.staysShuttingDown = false
        slow.run(until: { !$0.replacement.isOpen })
        #expect(slow.isDone)
        var dies = ignoring("drain")
        dies.run()
        #expect(dies.parkReason == .drainStuck)
        dies.hostDies()
        dies.run(until: { !$0.replacement.isOpen })
        #expect(dies.isDone && dies.replacement.order == .dead)
    }

    @Test func `no sooner because nobody watched`() {
        var world = ignoring("drain")
        world.run(until: { $0.step == .drain })
        world.now = world.now + .seconds(6 * 3600)
        let since = world.now
        world.seen = { $0.watchedSince = since }
        world.run(until: { $0.replacement.isParked || $0.now - since > .seconds(1740) })
        #expect(!world.replacement.isParked)
        world.run()
        #expect(world.parkReason == .drainStuck)
    }

    @Test func `no sooner because nobody watched, and a gate was shut after that`() {
        var world = World()
        world.seen = { $0.isStillWanted = nil }
        world.round()
        world.now = world.now + .seconds(150)
        let since = world.now
        world.seen = { ($0.isStillWanted, $0.watchedSince) = (nil, since) }
        world.gates = { _, _ in ["hold"] }
        world.run(until: { $0.now - since > .seconds(170) })
        world.gates = { _, _ in [] }
        let open = world.now
        world.round()
        #expect(world.replacement.isOpen, "\(world.replacement.standing)")
        world.run()
        #expect(world.replacement.outcome?.kind == .cancelled && world.now - open > .seconds(120), "\(world.now - open)")
    }
}
