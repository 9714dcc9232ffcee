import Fleet
import Replacing
import Testing

@Suite struct `A gate that is shut` {
    @Test(arguments: Scenario.all) func `in any step makes it wait in place, and its deadlines stand still`(scenario: Scenario) {
        for step in scenario.steps {
            var world = scenario.make()
            guard world.run(until: { $0.step == step }) else { continue }
            let before = world.harmful(in: step)
            world.gates = { asked, _ in asked == step ? ["hold", "pause"] : [] }
            let hasWaited = world.run(within: 5, until: { !$0.waitsFor.isEmpty || $0.step != step })
            let isAsked = hasWaited && world.step == step
            if isAsked {
                #expect(world.waitsFor == ["hold", "pause"], "\(step)")
                world.run(within: 5, every: 120, until: { _ in false })
                #expect(!world.replacement.isParked, "\(step): \(world.replacement.standing)")
                #expect(world.harmful(in: step) <= before, "\(step)")
            }
            world.gates = { _, _ in [] }
            world.run()
            #expect(world.isDone, "\(step): \(world.replacement.standing) in \(world.step)")
            #expect(world.violations == [])
        }
    }

    @Test func `lets provisioning, joining and probation go on`() {
        for scenario in Scenario.all {
            var world = scenario.make()
            guard world.run(until: { $0.step == .provision }), world.replacement.order != .launchFirst else { continue }
            world.gates = { _, _ in ["pause"] }
            world.run()
            #expect(world.isDone, "\(scenario.testDescription): \(world.replacement.standing) in \(world.step)")
        }
    }

    @Test(arguments: Scenario.all) func `from the start keeps everything harmful from being done`(scenario: Scenario) {
        var world = scenario.make()
        world.gates = { _, _ in ["fresh"] }
        world.run(within: 24, every: 120, until: { _ in false })
        #expect(world.actions.filter(\.isHarmful) == [])
        #expect(!world.replacement.isParked)
    }

    @Test func `is asked for each member that a step takes away`() {
        var asked: [String] = []
        final class Asked { var members: Set<ServiceMember> = [] }
        for (scenario, step) in [("dead, two clusters", Step.terminate), ("dead, two clusters", .gone), ("living, two clusters", .move)] {
            let said = Asked()
            var world = Scenario.all.first { $0.testDescription == scenario }!.make()
            world.gates = { at, taken in
                if at == step, case .member(let member)? = taken { said.members.insert(member) }
                return []
            }
            world.run()
            #expect(said.members == [ServiceMember("prod/a", "kafka-0"), ServiceMember("prod/b", "kafka-0")], "\(scenario) \(step)")
            asked.append(scenario)
        }
        #expect(asked.count == 3)
    }

    @Test func `that changes goes on waiting, but for the node's being undecided anew`() {
        var world = World()
        world.gates = { step, _ in step == .move ? ["pause"] : [] }
        world.run(until: { !$0.waitsFor.isEmpty })
        let since = world.now
        world.gates = { _, _ in ["hold"] }
        world.round()
        #expect(world.replacement.standing == .waiting(["hold"], since: since))
        world.gates = { _, _ in [] }
        world.vital = .undecided
        world.round()
        #expect(world.replacement.standing == .waiting(["vital"], since: world.now))
        world.vital = nil
        world.round()
        #expect(world.replacement.standing == .running)
    }
}
