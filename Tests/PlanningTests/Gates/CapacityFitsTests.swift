import Fleet
import Planning
import Scenes
import Testing

@Suite struct `The gate capacity` {
    /// Every agent from the sixth on lacks what a member needs, but for `free` of them.
    static func fill(leaving free: Int, _ situation: inout Situation) {
        for number in (5 + free)..<Scene.size {
            let full = AgentResources(total: .init(cpus: 4, mem: 16_000, disk: 100_000), allocated: .init(cpus: 4, mem: 8000, disk: 1000))
            situation.nodes[Scene.id(number)] = Scene.node(number, resources: full)
        }
    }

    static func allocate(_ cpus: Double, _ situation: inout Situation) {
        let amount = AgentResources(total: .init(cpus: 100, mem: 16_000, disk: 100_000), allocated: .init(cpus: cpus, mem: 8000, disk: 1000))
        situation.nodes[Scene.id(0)] = Scene.node(0, resources: amount)
    }

    static let changes: [Change] = [
        Change("open with one agent for its member", .open) { fill(leaving: 1, &$0) },
        Change("shut with none", .shut) { fill(leaving: 0, &$0) },
        Change("shut when the one agent is about to go itself", .shut) {
            fill(leaving: 1, &$0); $0.inFlight = [Scene.work(5)]
        },
        Change("shut when the one agent is wanted by another's member", .shut) {
            fill(leaving: 1, &$0); $0.inFlight = [Scene.work(1)]
        },
        Change("shut when the one agent is deactivated", .shut) {
            fill(leaving: 1, &$0); $0.change(5, .mesosState, .text("deactivated"))
        },
        Change("shut when the one agent is public", .shut) {
            fill(leaving: 1, &$0); $0.change(5, .public, .boolean(true))
        },
        Change("shut when the one agent's members are unknown", .shut) {
            fill(leaving: 1, &$0)
            $0.nodes[Scene.id(5)] = Scene.node(5, members: .some(nil))
        },
        Change("open when its tasks just fit", .open) { allocate(38, &$0) },
        Change("shut when they do not", .shut) { allocate(38.1, &$0) },
        Change("open in a pool that launches first", .open) {
            fill(leaving: 0, &$0)
            $0.pools = [Pool(name: Scene.pool, selector: .init(), provision: .group(Scene.group), isLaunchFirst: true)]
        },
        Change("open for a dead node whose tasks Mesos has lost", .open) {
            var facts = Scene.facts(0)
            facts[.public] = .unknown
            $0.nodes[Scene.id(0)] = Scene.node(0, facts: facts, vital: .dead, resources: .some(nil))
        },
    ]

    @Test(arguments: changes) func `is`(change: Change) { change.check(.capacity) }
}
