import Fleet
import Ledger
import Rounds
import Simulation
import Testing

@testable import Demo

/// Who lives on a node, as a fact: never taken for nobody where somebody may be.
extension `A round over the invented DC/OS` {
    /// The members of the service at a position and the machine of each, as the invented cluster really has them.
    private func homes(of service: Int, _ stage: Stage) -> [(member: String, position: Int)] {
        stage.cluster.look { world in
            world.services[service].brokers.map { ("\(world.services[service].name)/\(world.services[service].memberName($0.number))", $0.position) }
        }
    }

    private static func text(_ members: [String]) -> Reading { .text("[" + members.map { "\"\($0)\"" }.joined(separator: ",") + "]") }

    @Test func `knows every broker on its node, and nobody on all others`() async throws {
        try await Stage.with { stage in
            try await with(stage) { look in
                let picture = try await look(2 * 60)
                let homes = (0..<3).flatMap { self.homes(of: $0, stage) }
                #expect(homes.count == 11)
                // On the machine 13 lies what no scheduler answers for.
                for position in 0..<20 where position != 13 {
                    let members = homes.filter { $0.position == position }.map(\.member)
                    #expect(reading(.members, of: position, in: picture, stage) == Self.text(members), "\(position)")
                    let tied = stage.cluster.look { $0.apps.count { $0.home == position } }
                    #expect(reading(.statefulTasks, of: position, in: picture, stage) == .integer(Int64(tied)), "\(position)")
                }
                #expect(picture.stale.isEmpty)
            }
        }
    }

    @Test func `counts the volume of a framework that nobody knows`() async throws {
        try await Stage.with { stage in
            try await with(stage) { look in
                let picture = try await look(2 * 60)
                #expect(reading(.statefulTasks, of: 13, in: picture, stage) == .integer(1))
                #expect(reading(.members, of: 13, in: picture, stage) == Self.text(["legacy/cassandra/?"]))
            }
        }
    }

    @Test func `takes members that permissions hide for unknown, and not for nobody`() async throws {
        try await Stage.with { stage in
            try await with(stage) { look in
                let home = Self.text(["staging/kafka/broker-0"])
                let before = try await look(44 * 60)
                #expect(reading(.members, of: 8, in: before, stage) == home)
                let hidden = try await look(46 * 60)
                #expect(reading(.members, of: 8, in: hidden, stage) == .unknown)
                #expect(reading(.members, of: 5, in: hidden, stage) == Self.text(["prod/kafka-logs/kafka-0"]))
                let after = try await look(96 * 60)
                #expect(reading(.members, of: 8, in: after, stage) == home)
            }
        }
    }

    @Test func `knows the broker that is stopped by its volume and its scheduler`() async throws {
        var world = World(now: World.storyStart)
        world.schedule(World.Scheduled(at: World.storyStart + .seconds(150), .brokerCrashed(service: 1, broker: 1)))
        try await Stage.with(world) { stage in
            try await with(stage) { look in
                for (second, state) in [(120, "RUNNING"), (160, "FAILED"), (300, "RUNNING")] {
                    let picture = try await look(second)
                    #expect(stage.cluster.look { $0.services[1].brokers[1].state } == state)
                    #expect(reading(.members, of: 6, in: picture, stage) == Self.text(["prod/kafka-logs/kafka-1"]), "at \(second)")
                    let members = picture.state.services["prod/kafka-logs"]?.sortedMembers.map(\.member).filter { $0.broker == 1 }
                    #expect(members?.map(\.state) == [state], "at \(second)")
                }
            }
        }
    }

    @Test func `knows who lives where for three intervals of a scheduler's silence, and then that it does not know`() async throws {
        try await Stage.with { stage in
            try await with(stage) { look in
                let homes = homes(of: 1, stage)
                let known = homes.map { Optional(Self.text([$0.member])) }
                let unknown = [Reading?](repeating: .unknown, count: 3)
                let moments: [(second: Int, expected: [Reading?])] = [
                    // Its scheduler fails in the minute 97, and for 35 minutes there is no place for it.
                    (96 * 60 + 50, known), (97 * 60 + 10, known), (98 * 60, known),
                    // In the minute 99 a broker ends that its scheduler last said was running.
                    (99 * 60 + 30, [known[0], .unknown, known[2]]),
                    (100 * 60, unknown), (103 * 60, unknown), (120 * 60, unknown), (131 * 60 + 30, unknown),
                    // It answers, and has not started the broker yet: that lives where its volume is.
                    (132 * 60 + 55, known), (134 * 60, known),
                ]
                for (second, expected) in moments {
                    let picture = try await look(second)
                    #expect(homes.map { reading(.members, of: $0.position, in: picture, stage) } == expected, "at \(second)")
                    let (route, state) = stage.cluster.look { ($0.services[1].scheduler.route, $0.services[1].brokers[1].state) }
                    #expect((route == .answers) == (second < 97 * 60 || second > 132 * 60), "at \(second)")
                    #expect((state == "FAILED") == (99 * 60..<133 * 60 ~= second), "at \(second)")
                }
            }
        }
    }
}
