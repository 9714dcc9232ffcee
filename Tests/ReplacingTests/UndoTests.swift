import Fleet
import Replacing
import Testing

@Suite struct `A replacement that is cancelled` {
    private func cancelled(at step: Step, _ world: World = World()) -> World {
        var world = world
        world.gates = { asked, _ in asked == step ? ["pause"] : [] }
        world.run(until: { $0.step == step && (!$0.waitsFor.isEmpty || $0.now - $0.replacement.stepSince > .seconds(60)) })
        world.gates = { _, _ in ["pause"] }
        world.tell(world.replacement.cancelled(who: "eva", reason: "not today"))
        world.run(until: { !$0.replacement.isOpen || $0.replacement.isParked })
        #expect(world.violations == [])
        #expect(Replacement(replaying: world.entries) == world.replacement)
        return world
    }

    @Test func `ends at once when nothing was done`() {
        let world = cancelled(at: .validate)
        #expect(world.actions == [])
        #expect(world.replacement.outcome == .init(kind: .cancelled, reason: "eva: not today"))
    }

    @Test func `puts the agent back into the offers`() {
        for step in [Step.cordon, .move, .drain] {
            let world = cancelled(at: step)
            #expect(world.replacement.outcome?.kind == .cancelled, "\(step): \(world.replacement.standing)")
            #expect(world.mesosState == .active, "\(step)")
        }
    }

    @Test func `puts the node back into its load balancers`() {
        var world = World()
        world.isDetached = false
        world = cancelled(at: .leave, world)
        #expect(world.replacement.outcome?.kind == .cancelled, "\(world.replacement.standing)")
        #expect(world.done.suffix(2) == ["reactivate", "attach"] && !world.isDetached)
        #expect(world.replacement.entrances == [.classic("web")])
    }

    @Test func `leaves what it has taken its node out of to the one that takes its place`() throws {
        var world = World(findingClass: .outdated)
        world.isDetached = false
        world.fate = { if case .leave = $0.action { .refused } else { .done } }
        world.run(until: { $0.step == .leave })
        var next = Replacement(
            id: ReplacementID(8), node: World.node, instance: "i-old", agent: World.agent, slot: World.node, pool: "private", zone: nil, rule: "agent-lost",
            findingClass: .failing, askedBy: "mayfly", reason: "lost", startedAt: world.now, targetImage: "ami-2", order: .living)
        next.takeOver(from: world.replacement)
        #expect(next.entrances == [.classic("web")])
        world.fate = { _ in .done }
        world.begin(next)
        world.run()
        #expect(world.isDone && world.done.last == "attach", "\(world.done) \(world.replacement.standing)")
        #expect(world.replacement.entrances == [.classic("web")])
    }

    @Test func `waits for a drain to be over first, and starts a host that it has stopped`() {
        var draining = World()
        draining.gates = { step, _ in step == .leave ? ["pause"] : [] }
        draining.run(until: { $0.mesosState == .draining })
        draining.tell(draining.replacement.cancelled(who: "eva", reason: "not today"))
        draining.run()
        #expect(draining.mesosState == .active)
        #expect(draining.replacement.outcome?.kind == .cancelled)
        let left = cancelled(at: .terminate)
        #expect(left.replacement.outcome?.kind == .cancelled, "\(left.replacement.standing)")
        #expect(left.done.last == "startHost")
        #expect(left.mesosState == .active)
        var stray = World(order: .stray)
        stray = cancelled(at: .terminate, stray)
        #expect(stray.done.last == "startHost")
        #expect(stray.mesosState == .active && !stray.isHostStopped)
    }

    @Test func `keeps watching for a node that has died since, and puts its agent back into the offers if it comes back`() {
        var world = World()
        world.gates = { step, _ in step == .move ? ["pause"] : [] }
        world.run(until: { $0.step == .move && !$0.waitsFor.isEmpty })
        world.gates = { _, _ in ["pause"] }
        world.hostDies()
        world.run(within: 1, until: { _ in false })
        world.tell(world.replacement.cancelled(who: "eva", reason: "not today"))
        for _ in 0..<20 { world.round() }
        #expect(world.replacement.isOpen && !world.replacement.isParked)
        var forGood = world
        world.rises()
        world.mesosState = .deactivated
        world.run()
        #expect(world.mesosState == .active && world.replacement.outcome?.kind == .cancelled)

        forGood.run()
        #expect(forGood.parkReason == .cordonFailed)
        #expect(!forGood.replacement.superseded(by: "host-dead").isEmpty)
    }

    @Test func `sees a member that is on its way to its place first`() {
        var world = World()
        world.run(until: { $0.actions.contains { if case .replaceMember = $0 { true } else { false } } })
        world.tell(world.replacement.cancelled(who: "eva", reason: "not today"))
        world.round()
        #expect(world.replacement.isOpen)
        world.run()
        #expect(world.replacement.outcome?.kind == .cancelled)
        #expect(world.replacement.abandoned == ["prod/kafka-volume"])
        #expect(world.mesosState == .active)
    }

    @Test func `does not end while a cordon that was asked for may still come`() {
        var world = World()
        world.fate = { if case .deactivate = $0.action { .droppedSilently } else { .done } }
        world.run(until: { !$0.actions.isEmpty })
        world.tell(world.replacement.cancelled(who: "eva", reason: "not today"))
        world.round()
        #expect(world.replacement.isOpen)
        world.effect(.deactivate(World.agent))
        world.run()
        #expect(world.mesosState == .active)
        #expect(world.replacement.outcome?.kind == .cancelled)
    }

    @Test func `is for a person when it cannot be undone, and never reactivates what may not be connected`() {
        var world = World()
        world.gates = { step, _ in step == .drain ? ["pause"] : [] }
        world.run(until: { $0.step == .drain && !$0.waitsFor.isEmpty })
        world.seen = { $0.facts?[.probe] = .text("silent") }
        world.tell(world.replacement.cancelled(who: "eva", reason: "not today"))
        world.run()
        #expect(world.parkReason == .cordonFailed)
        #expect(!world.done.contains("reactivate"))
        world.seen = { _ in }
        world.tell(world.replacement.retried(who: "eva", reason: "it is back"))
        world.run()
        #expect(world.replacement.outcome?.kind == .cancelled)
    }

    @Test func `ends as it is once its instance is asked to be terminated`() {
        for step in [Step.gone, .provision, .join] {
            var world = World(order: step == .gone ? .dead : .living)
            world.run(until: { $0.step == step })
            world.tell(world.replacement.cancelled(who: "eva", reason: "leave it"))
            world.round()
            #expect(world.replacement.outcome?.kind == .cancelled)
        }
        var over = World()
        over.run()
        #expect(over.replacement.cancelled(who: "eva", reason: "late") == [])
    }

    @Test func `by itself when it is no longer wanted, before anything is done`() {
        var world = World()
        world.isStillWanted = false
        world.run()
        #expect(world.replacement.outcome?.kind == .cancelled)
        #expect(world.actions == [])
        var unknown = World()
        unknown.isStillWanted = nil
        unknown.run()
        #expect(unknown.replacement.outcome?.kind == .cancelled)
        #expect(unknown.now - World.start < .seconds(180))
        // What it does itself makes a finding go away; that is no reason to stop.
        var later = World()
        later.run(until: { $0.step == .move })
        later.isStillWanted = false
        later.run()
        #expect(later.isDone)
    }

    @Test func `parked, of an outdated node takes offers again, of a failing one does not`() {
        for (findingClass, state) in [(FindingClass.outdated, MesosState.active), (.failing, .drained)] {
            var world = World(findingClass: findingClass)
            world.fate = { if case .leave = $0.action { .refused } else { .done } }
            world.run()
            #expect(world.parkReason == .leaveFailed)
            world.run(within: 1, until: { _ in false })
            #expect(world.mesosState == state, "\(findingClass)")
            // And when a person lets it go on, it is cordoned again first.
            world.fate = { _ in .done }
            if findingClass == .outdated { world.tasks = 2 }
            world.tell(world.replacement.retried(who: "eva", reason: "fixed"))
            world.run()
            #expect(world.isDone, "\(findingClass): \(world.replacement.standing) in \(world.step)")
            #expect(world.violations == [])
        }
    }

    @Test func `makes room for one of a failing node when it is parked, outdated, and not ended yet`() {
        var world = World(findingClass: .outdated)
        #expect(world.replacement.superseded(by: "agent-lost") == [])
        world.fate = { if case .leave = $0.action { .refused } else { .done } }
        world.run()
        let made = world.replacement.superseded(by: "agent-lost")
        #expect(made == [.ended(.init(kind: .superseded, reason: "agent-lost fires"))])
        world.tell(made)
        #expect(!world.replacement.isOpen)
    }

    @Test func `leaves its cordon and its moves to the one that takes its place`() {
        var world = World(findingClass: .outdated)
        world.clusters["prod/kafka"]!.placing = .seconds(3600)
        world.run()
        #expect(world.parkReason == .memberNotPlaced)
        #expect(world.mesosState == .deactivated)
        let old = world.replacement
        var next = World().replacement
        next.takeOver(from: old)
        #expect(next.inFlight?.isCordoning == true)
        #expect(next.inFlight?.members == old.inFlight?.members)
        world.begin(next)
        world.run(until: { !$0.replacement.isOpen })
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(world.violations == [])
        #expect(world.done.filter { $0 == "deactivate" || $0 == "replaceMember" } == ["deactivate", "replaceMember"])
        // And it is the one who undoes it.
        var cancelled = World()
        cancelled.mesosState = .deactivated
        var third = World().replacement
        third.takeOver(from: old)
        cancelled.begin(third)
        cancelled.tell(.cancelling(who: "eva", reason: "no"))
        cancelled.run()
        #expect(cancelled.mesosState == .active)
        #expect(cancelled.replacement.inFlight == nil)
    }
}
