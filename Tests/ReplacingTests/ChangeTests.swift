import Fleet
import Replacing
import Testing

@Suite struct `A replacement on the way` {
    @Test(arguments: [Step.cordon, .move, .drain, .leave, .terminate]) func `goes over to the dead order when its node dies`(step: Step) {
        var world = World()
        world.gates = { asked, _ in asked == step ? ["pause"] : [] }
        world.run(until: { $0.step == step && !$0.waitsFor.isEmpty })
        world.gates = { _, _ in [] }
        world.hostDies()
        world.run()
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(world.violations == [])
        // Once it has left there is nothing to be told to Mesos.
        #expect(world.replacement.order == (step == .terminate ? .living : .dead))
        #expect(world.actions.count { if case .terminate = $0 { true } else { false } } == 1)
    }

    @Test func `goes over to the dead order while a member is on its way, and does not ask for it again`() {
        var world = World()
        world.run(until: { $0.actions.contains { if case .replaceMember = $0 { true } else { false } } })
        world.hostDies()
        world.run()
        #expect(world.isDone)
        #expect(world.replacement.order == .dead)
        #expect(world.actions.count { if case .replaceMember = $0 { true } else { false } } == 1)
        #expect(world.violations == [])
    }

    @Test(arguments: [Step.validate, .cordon, .move, .drain, .leave, .terminate]) func `goes over to departed when somebody else ends it`(step: Step) {
        var world = World()
        world.gates = { asked, _ in asked == step ? ["pause"] : [] }
        world.run(until: { $0.step == step && !$0.waitsFor.isEmpty })
        world.gates = { _, _ in [] }
        world.isTerminatedBySomebody()
        world.run()
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(world.replacement.order == .departed)
        #expect(!world.actions.contains { if case .terminate = $0 { true } else { false } })
        #expect(world.violations == [])
    }

    @Test func `becomes stray, and then living again, as the node does`() {
        var world = World()
        world.run(until: { $0.step == .drain })
        (world.mesosState, world.agentComesBack) = (nil, true)
        world.run(until: { $0.replacement.order == .stray })
        #expect(world.step == .restartAgent)
        world.run()
        #expect(world.isDone)
        #expect(world.replacement.order == .living)
        #expect(world.violations == [])
    }

    @Test func `of a dead node that lives after all does not end it as a dead one`() {
        for fate in [World.Fate.refused, .droppedSilently, .droppedUnanswered] {
            var world = World(order: .dead)
            world.fate = { if case .terminate = $0.action { fate } else { .done } }
            world.run(until: { $0.actions.contains { if case .terminate = $0 { true } else { false } } })
            world.rises()
            world.fate = { _ in .done }
            world.run()
            #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
            #expect(world.replacement.order == .living)
            #expect(world.violations == [])
            #expect(world.done.contains("drain") && world.done.contains("leave"))
        }
    }

    @Test func `of a launch-first pool whose node dies keeps the successor that it has`() {
        var world = World(order: .launchFirst)
        world.run(until: { $0.step == .cordon })
        world.hostDies()
        world.run()
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(world.fresh.count == 1)
        #expect(world.done.filter { $0 == "launch" }.count == 1)
    }

    @Test func `takes in members that come to the node later, and goes back to them`() {
        var world = World(clusters: [])
        world.gates = { step, _ in step == .terminate || step == .leave ? ["pause"] : [] }
        world.run(until: { !$0.waitsFor.isEmpty })
        world.clusters["prod/late"] = Cluster(name: "prod/late")
        world.gates = { _, _ in [] }
        world.run()
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(world.violations == [])
        #expect(world.done.contains("replaceMember"))
    }

    @Test func `cordons again what takes offers again`() {
        var world = World()
        world.gates = { step, _ in step == .drain ? ["pause"] : [] }
        world.run(until: { $0.step == .drain && !$0.waitsFor.isEmpty })
        world.mesosState = .active
        world.gates = { _, _ in [] }
        world.run()
        #expect(world.isDone)
        #expect(world.done.filter { $0 == "deactivate" }.count == 2)
    }

    @Test func `launches once more when what it has launched comes to nothing, and then is for a person`() {
        var world = World(order: .launchFirst)
        world.run(until: { $0.replacement.successor != nil })
        world.fresh[0].state = .terminated
        world.run(until: { $0.replacement.successor == "i-new2" })
        #expect(world.replacement.lostSuccessors == ["i-new1"])
        #expect(world.fresh.map(\.token).count == 2 && world.fresh[0].token != world.fresh[1].token)
        world.fresh[1].state = .terminated
        world.run()
        #expect(world.parkReason == .provisionFailed)
    }

    @Test func `begins its probation again when the fresh node was unwell once`() {
        var world = World()
        world.run(until: { $0.step == .probation })
        world.run(until: { $0.now - $0.replacement.stepSince > .seconds(600) })
        let since = world.now
        world.isSuccessorFailing = true
        world.round()
        world.isSuccessorFailing = false
        world.run()
        #expect(world.isDone)
        #expect(world.now - since > .seconds(900))
    }

    @Test func `counts probation from the agent that is there when the fresh node's agent came back with another id`() {
        var world = World()
        world.run(until: { $0.step == .probation })
        world.run(until: { $0.now - $0.replacement.stepSince > .seconds(600) })
        let since = world.now
        world.freshAgent = "m-S3"
        world.run()
        #expect(world.isDone)
        #expect(world.now - since > .seconds(900))
    }

    @Test func `takes an instance that EC2 lists no more, and has not called ended, for one of which nobody knows`() {
        var world = World()
        world.run(until: { $0.step == .leave })
        world.seen = { sight in
            guard sight.isAgentListed == false else { return }
            (sight.facts, sight.vital) = (nil, .undecided)
        }
        world.run(within: 1)
        #expect(world.step == .terminate)
        #expect(!world.done.contains("markGone"))
        world.seen = { _ in }
        if world.replacement.isParked { world.tell(.unparked(who: "eva", reason: "listed again")) }
        world.run()
        #expect(world.isDone)
    }

    @Test func `begins in the order that its node's vital asks for, and not at all while that is undecided`() {
        let plain = World().pool
        let first = Pool(name: "p", selector: .init(), isLaunchFirst: true)
        #expect(Vital.allCases.map { Replacement.order(for: $0, in: plain) } == [.living, .dead, .stray, .departed, nil])
        #expect(Vital.allCases.map { Replacement.order(for: $0, in: first) } == [.launchFirst, .dead, .stray, .departed, nil])
        #expect(Set(Playbook.standard.orders.keys) == Set(Order.allCases))
        for (order, steps) in Playbook.standard.orders {
            #expect(steps.first == .validate && steps.last == .probation, "\(order)")
            #expect(Set(steps).count == steps.count)
            for step in steps { #expect(Playbook.standard.deadlines[step] != nil, "\(step)") }
        }
    }

    @Test func `of a departed node goes on though what it was wanted for went with the machine`() {
        var world = World(order: .departed)
        world.isStillWanted = false
        world.run()
        #expect(world.isDone)
    }

    @Test func `waits for DC/OS to call the fresh node healthy, and takes what it does not know for no word`() {
        var world = World()
        world.dcosHealth = "unknown"
        world.run(until: { $0.step == .join && $0.now - $0.replacement.stepSince > .seconds(600) })
        #expect(world.step == .join)
        world.dcosHealth = nil
        world.run(until: { $0.step == .probation })
        world.dcosHealth = "unknown"
        world.run(until: { $0.now - $0.replacement.stepSince > .seconds(2400) })
        #expect(world.step == .probation && world.replacement.isOpen && !world.replacement.isParked && world.replacement.attempt == 1)
        world.dcosHealth = "healthy"
        world.run()
        #expect(world.isDone)
        var unhealthy = World()
        unhealthy.dcosHealth = "unhealthy"
        unhealthy.run()
        #expect(unhealthy.parkReason == .joinFailed)
    }
}
