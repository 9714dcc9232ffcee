import Fleet
import Replacing
import Testing

@Suite struct `A second look` {
    @Test(arguments: Scenario.all) func `comes before every harmful call, and then it is done`(scenario: Scenario) {
        var world = scenario.make()
        world.readsOnDemandOnly = true
        // What goes on by itself is seen all the same: what is read is read whole, only not always just now.
        let end = world.now + .seconds(6 * 3600)
        while world.replacement.isOpen, !world.replacement.isParked, world.now < end {
            if world.now - world.readAt > .seconds(60) { world.readAt = world.now }
            let before = world.entries.count
            world.round(15)
            for case .intended(let intent) in world.entries[before...].map(\.transition) where intent.action.isHarmful {
                guard let second = Playbook.standard.secondLooks[intent.step] else { continue }
                #expect(intent.at - world.readAt <= second.within, "\(intent.action)")
            }
            if world.hasJustLooked { world.round(1) }
        }
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(world.violations == [])
    }

    @Test func `reads what the step rests on, and of a move its own service alone`() {
        func looks(_ step: Step, _ world: World) -> [Action.Scope] {
            var world = world
            world.gates = { asked, _ in asked == step ? ["pause"] : [] }
            world.run(until: { $0.step == step && !$0.waitsFor.isEmpty })
            world.now = world.now + .seconds(30)
            return world.replacement.advance(world.look(), refuses: { _, _ in [] }, playbook: .standard).looks
        }
        let two = World(clusters: ["prod/a", "prod/b"])
        #expect(looks(.validate, two) == [.ec2, .mesos, .service("prod/a"), .service("prod/b")])
        #expect(looks(.move, two) == [.mesos, .service("prod/a")])
        #expect(looks(.terminate, two) == [.ec2, .mesos, .service("prod/a"), .service("prod/b")])
        #expect(looks(.terminate, World(order: .dead)) == [.ec2, .mesos, .service("prod/kafka")])
        #expect(looks(.gone, World(order: .dead)) == [.ec2, .mesos, .service("prod/kafka")])
    }

    @Test func `that cannot be had lets nothing be done, and in the end is for a person`() {
        var world = World()
        world.run(until: { $0.step == .leave })
        world.seen = { $0.readAt = $0.readAt.mapValues { $0 - .seconds(60) } }
        let before = world.actions
        world.run()
        #expect(world.parkReason == .terminateFailed)
        #expect(world.actions.dropFirst(before.count).filter(\.isHarmful) == [])
    }
}
