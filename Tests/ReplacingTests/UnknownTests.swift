import Fleet
import Replacing
import Testing

/// Ways of not knowing something of a look.
enum Hidden {
    static let fields: [(name: String, hide: @Sendable (inout Sight) -> Void)] = [
        ("vital", { $0.vital = .undecided }),
        (
            "facts",
            {
                $0.vital = .undecided; $0.facts = NodeFacts(id: World.node)
            }
        ),
        ("isAgentListed", { $0.isAgentListed = nil }),
        ("membersLeft", { $0.membersLeft = nil }),
        ("services", { $0.services = [:] }),
        (
            "fresh services",
            { sight in
                sight.services = sight.services.mapValues {
                    ServiceStatus(
                        name: $0.name, settings: $0.settings, readAt: $0.readAt, isFresh: false, isQuiet: nil, members: $0.members, partitions: nil,
                        partitionsReadAt: nil)
                }
            }
        ),
        ("readAt", { $0.readAt = [:] }),
        ("old readAt", { sight in sight.readAt = sight.readAt.mapValues { $0 - .seconds(3600) } }),
    ]

    /// What matters only while the node is still to be ended.
    static let ofTheNode: [(name: String, hide: @Sendable (inout Sight) -> Void)] = [
        ("tasksLeft", { $0.tasksLeft = nil }), ("registeredHere", { $0.registeredHere = nil }),
    ]
}

@Suite struct `What is not known` {
    /// Of a machine that is no more, or that we have stopped or told to leave ourselves, what it is and does tells nothing.
    private static func isBesideThePoint(_ field: String, _ world: World) -> Bool {
        let replacement = world.replacement
        let isOver = replacement.done.contains { $0.step == .terminate } || replacement.order == .departed
        let isOurs = isOver || replacement.hasAskedToLeave || (replacement.order == .stray && replacement.step == .terminate)
        switch field {
        case "vital", "facts": return isOurs
        case "registeredHere": return isOver
        case "tasksLeft": return ![.living, .launchFirst].contains(replacement.order) || world.mesosState == nil
        case "services", "fresh services": return world.clusters.values.allSatisfy { !$0.isHere }
        default: return false
        }
    }

    @Test(arguments: Scenario.all) func `never lets anything harmful be done`(scenario: Scenario) {
        for step in scenario.steps {
            for field in Hidden.fields + Hidden.ofTheNode {
                var world = scenario.make()
                guard world.run(until: { $0.step == step }) else { continue }
                if Self.isBesideThePoint(field.name, world) { continue }
                let before = world.actions.count { $0.isHarmful }
                world.seen = field.hide
                world.run(within: 1, every: 60, until: { $0.step != step || $0.replacement.isParked || !$0.replacement.isOpen })
                let isMoreThanLooking = world.actions.count { $0.isHarmful } > before
                #expect(!isMoreThanLooking, "\(field.name) in \(step): \(world.actions.suffix(2))")
                #expect(world.violations == [])
            }
        }
    }

    @Test(arguments: Scenario.all) func `holds it up for as long, and then it comes to its end`(scenario: Scenario) {
        for field in Hidden.fields + Hidden.ofTheNode {
            var world = scenario.make()
            for _ in 0..<120 where world.replacement.isOpen && !world.replacement.isParked {
                world.seen = field.hide
                world.round()
                world.seen = { _ in }
                world.round()
                world.round()
            }
            #expect(world.isDone, "\(field.name): \(world.replacement.standing) in \(world.step)")
            #expect(world.violations == [])
        }
    }
}
