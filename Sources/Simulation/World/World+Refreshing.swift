package import Fleet

/// The demo in which something is done: every node runs an image that is outdated, and two of them fail meanwhile.
extension World {
    /// When it begins: Tuesday, 2026-11-24T08:00:00Z, an hour before the shipped rules' business hours, for so long an image has to have been outdated.
    package static let refreshStart = storyStart - .seconds(2 * 3600)
    /// The longest that it is waited for: until those hours end.
    package static let refreshDuration = Duration.seconds(8 * 3600)
    /// 20 agents, 3 of them public, and 3 Kafka clusters. Nothing is tied to a machine, and every topic has three copies: nothing that nobody can move.
    package static let refreshShape = {
        var shape = Shape(hasTiedApps: false)
        shape.hasThreeCopies = true
        return shape
    }()

    /// The cluster as it is between two refreshes. Marathon starts elsewhere what has lost its place.
    package static func attended(at now: Timestamp, seed: UInt64 = 1, shape: Shape = refreshShape) -> World {
        var world = World(seed: seed, shape: shape, now: now)
        world.attend()
        return world
    }

    /// The same three hours after a new image was released.
    ///
    /// - Parameter failing: when machines fail, after `now`, and which.
    package static func refreshing(
        at now: Timestamp, seed: UInt64 = 1, shape: Shape = refreshShape, failing: [(after: Duration, machine: Int)] = refreshFailures
    ) -> World {
        let start = now - .seconds(3 * 3600)
        var world = attended(at: start, seed: seed, shape: shape)
        for (name, parameter) in [("dcos-agent-2026.11.1", privateParameter), ("dcos-public-agent-2026.11.1", publicParameter)] {
            world.schedule(Scheduled(at: start + .seconds(60), .imageReleased(name: name, parameter: parameter)))
        }
        world.advance(to: now)
        for failure in failing { world.schedule(Scheduled(at: now + failure.after, .hostFrozen(failure.machine))) }
        return world
    }

    /// Two hosts with brokers hang, the second when the first has been replaced: two of one zone at once would be for a person.
    package static let refreshFailures: [(after: Duration, machine: Int)] = [(.seconds(95 * 60), 8), (.seconds(130 * 60), 11)]

    /// How many agents run the image that they are to have, and how many there are.
    package var refreshed: (done: Int, of: Int) {
        let targets = Set(parameters.map { ImageID($0.value) })
        let there = machines.filter { $0.ec2State == .running && $0.isConnected }
        return (there.count { targets.contains($0.image) }, shape.agents)
    }
}
