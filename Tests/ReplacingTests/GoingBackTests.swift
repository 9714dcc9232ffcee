import Fleet
import Replacing
import Testing

/// A step that somebody undoes once it was done, with the world just after that.
struct Undone: CustomTestStringConvertible, Sendable {
    let step: Step
    let make: @Sendable () -> World

    var testDescription: String { step.rawValue }

    static let all: [Undone] = [
        Undone(step: .cordon) { waiting(in: .drain) { $0.mesosState = .active } },
        Undone(step: .move) { waiting(in: .leave, World(clusters: [])) { $0.clusters["prod/late"] = Cluster(name: "prod/late") } },
        Undone(step: .drain) { waiting(in: .leave) { ($0.mesosState, $0.tasks) = (.deactivated, 2) } },
        Undone(step: .leave) { waiting(in: .terminate) { $0.mesosState = .deactivated } },
        // Nothing but an order without the step comes to the next one with it undone.
        Undone(step: .stopHost) {
            var world = World(order: .stray)
            world.playbook.orders[.stray]?.removeAll { $0 == .stopHost }
            return world
        },
        Undone(step: .provision) {
            var world = World()
            world.run { $0.step == .join }
            world.fresh[0].state = .terminated
            world.fresh.append(World.Fresh(instance: "i-new2", token: nil, launchedAt: world.now))
            return world
        },
    ]

    private static func waiting(in step: Step, _ world: World = World(), undo: (inout World) -> Void) -> World {
        var world = world
        world.gates = { at, _ in at == step ? ["pause"] : [] }
        world.run { $0.step == step && !$0.waitsFor.isEmpty }
        undo(&world)
        world.gates = { _, _ in [] }
        return world
    }
}

@Suite struct `A step that was undone` {
    private func returns(of world: World) -> Set<Step> {
        Set(world.entries.compactMap { if case .reordered(_, let step, _) = $0.transition { step } else { nil } })
    }

    @Test func `is one that others can undo`() {
        #expect(Playbook.standard.goesBack == Set(Undone.all.map(\.step)))
    }

    @Test(arguments: Undone.all) func `is gone back to, and then all goes on to the end`(undone: Undone) {
        var world = undone.make()
        world.run()
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(returns(of: world).contains(undone.step))
        #expect(world.violations == [])
    }

    @Test(arguments: Undone.all) func `is gone back to by the playbook's word alone`(undone: Undone) {
        var world = undone.make()
        world.playbook.goesBack.remove(undone.step)
        world.run()
        #expect(!returns(of: world).contains(undone.step))
    }
}

@Suite struct `A replacement's beginning` {
    @Test(arguments: Step.allCases) func `is the step that it is told`(first: Step) {
        let replacement = Replacement(
            id: ReplacementID(1), node: "i-old", instance: nil, agent: nil, slot: "i-old", pool: nil, zone: nil, rule: nil, findingClass: .failing,
            askedBy: "ops", reason: "sick", startedAt: World.start, targetImage: nil, order: .living, step: first)
        #expect(replacement.step == first && replacement.attempt == 1 && replacement.isOpen)
    }
}
