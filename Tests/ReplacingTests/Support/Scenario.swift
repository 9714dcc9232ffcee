import Fleet
import Replacing
import Testing

/// A way from the start to the end: each order, with all that makes it another one.
struct Scenario: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let make: @Sendable () -> World

    static let all: [Scenario] = [
        Scenario(testDescription: "living") { World() },
        Scenario(testDescription: "living, two clusters") { World(clusters: ["prod/a", "prod/b"]) },
        Scenario(testDescription: "living, outdated") { World(findingClass: .outdated) },
        Scenario(testDescription: "living, from a template") {
            var world = World()
            world.pool = Pool(name: "private", selector: .init(), provision: .launchTemplate(.init(id: "lt-1", version: "1")))
            return world
        },
        Scenario(testDescription: "living, with load balancers and hooks") {
            var world = World()
            (world.isDetached, world.hooks) = (false, [.beforeDrain, .ready])
            return world
        },
        Scenario(testDescription: "living, by Terraform") { .byTerraform() },
        Scenario(testDescription: "dead, by Terraform") { .byTerraform(order: .dead) },
        Scenario(testDescription: "departed, by Terraform") { .byTerraform(order: .departed) },
        Scenario(testDescription: "stray, by Terraform") { .byTerraform(order: .stray) },
        Scenario(testDescription: "launch-first") { World(order: .launchFirst) },
        Scenario(testDescription: "dead, two clusters") { World(order: .dead, clusters: ["prod/a", "prod/b"]) },
        Scenario(testDescription: "dead, its scheduler moves by itself") {
            var world = World(order: .dead)
            world.movesByItself = true
            return world
        },
        Scenario(testDescription: "departed") { World(order: .departed) },
        Scenario(testDescription: "stray") { World(order: .stray) },
        Scenario(testDescription: "stray that comes back") {
            var world = World(order: .stray)
            world.agentComesBack = true
            return world
        },
        Scenario(testDescription: "below Mesos 1.9") {
            var world = World()
            world.isMesosNew = false
            return world
        },
    ]

    /// How many intents it takes when all goes well.
    var intents: Int {
        var world = make()
        world.run()
        return world.replacement.intents.count
    }

    /// The steps that it comes through when all goes well.
    var steps: [Step] {
        var world = make()
        world.run()
        return world.replacement.done.map(\.step)
    }
}

extension World {
    /// Of a pool that Terraform makes.
    static func byTerraform(order: Order = .living) -> World {
        var world = World(order: order)
        world.pool = Pool(name: "private", selector: .init(), provision: .terraform(TerraformResource(folder: "/srv/agents", address: "aws_instance.agent")))
        return world
    }
}
