import Fleet
import Replacing
import Testing

@Suite struct `A replacement that is interrupted` {
    /// One that is not idempotent was asked for again only if the first call had no effect; the world says so if not.
    private func expectTheSameEnd(_ world: World, _ words: String) {
        #expect(world.isDone, "\(words): \(world.replacement.standing) in \(world.step)")
        #expect(world.violations == [], "\(words)")
        #expect(Replacement(replaying: world.entries) == world.replacement, "\(words)")
    }

    @Test(arguments: Scenario.all, [World.Fate.droppedSilently, .doneSilently, .droppedUnanswered, .doneUnanswered, .refused])
    func `at any of its intents comes to the same end`(scenario: Scenario, fate: World.Fate) {
        for number in 1...scenario.intents {
            var world = scenario.make()
            world.fate = { $0.number == number ? fate : .done }
            let end = world.now + .seconds(12 * 3600)
            while world.replacement.isOpen, !world.replacement.isParked, world.now < end {
                world.round(world.step == .probation ? 60 : 15)
                world.crash()
            }
            expectTheSameEnd(world, "\(fate) of intent \(number)")
        }
    }

    @Test(arguments: Scenario.all, [World.Fate.droppedSilently, .doneSilently, .droppedUnanswered, .doneUnanswered, .refused])
    func `at every one of its calls once comes to the same end`(scenario: Scenario, fate: World.Fate) {
        var world = scenario.make()
        world.firstFate = fate
        world.run(within: 12)
        expectTheSameEnd(world, "\(fate)")
    }

    @Test(arguments: Scenario.all) func `and whose every idempotent call is made twice comes to the same end`(scenario: Scenario) {
        var world = scenario.make()
        world.doesTwice = true
        world.run()
        expectTheSameEnd(world, "twice")
    }

    @Test(arguments: Scenario.all) func `by a second process that takes over between any two rounds comes to the same end`(scenario: Scenario) {
        var plain = scenario.make()
        plain.run()
        for round in 0..<30 {
            var world = scenario.make()
            for _ in 0..<round { world.round() }
            // The errands of the last round are lost with the process, whatever had become of them.
            world.fate = { _ in .droppedSilently }
            world.round()
            world.fate = { _ in .done }
            world.crash()
            world.run()
            expectTheSameEnd(world, "round \(round)")
        }
    }

    @Test func `replays to the same from every prefix of what was stored`() {
        for scenario in Scenario.all {
            var world = scenario.make()
            world.run()
            for count in 1...world.entries.count {
                var replayed = Replacement(replaying: Array(world.entries.prefix(count)))!
                for entry in world.entries.dropFirst(count) { replayed.apply(entry.transition, at: entry.at) }
                #expect(replayed == world.replacement)
            }
        }
        #expect(Replacement(replaying: []) == nil)
        let other = TransitionEntry(replacement: ReplacementID(1), at: World.start, transition: .goesOn)
        #expect(Replacement(replaying: [other]) == nil)
    }

    @Test(arguments: Scenario.all) func `says the same of the same look, and nothing more once it is told`(scenario: Scenario) {
        var world = scenario.make()
        while world.replacement.isOpen {
            let look = world.look()
            let first = world.replacement.advance(look, refuses: world.gates, playbook: .standard)
            #expect(world.replacement.advance(look, refuses: world.gates, playbook: .standard) == first)
            var told = world.replacement
            for transition in first.transitions {
                let before = told
                told.apply(transition, at: world.now)
                #expect(told != before, "\(transition)")
            }
            #expect(first.transitions.count { if case .intended = $0 { true } else { false } } <= 1)
            world.round()
        }
        let over = world.replacement
        world.round()
        #expect(world.replacement == over)
    }
}
