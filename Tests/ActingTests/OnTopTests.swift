import Demo
import Fleet
import Replacing
import Simulation
import Testing

@testable import Daemon

/// `Hands` alone, with the program's own client, against a group behind a real socket.
@Suite(.serialized, .timeLimit(.minutes(5))) struct `A launch on top of a group` {
    private static let token = "mayfly-7-1-1"

    private func with(_ body: (Rehearsal, () async -> CallOutcome) async throws -> Void) async throws {
        let course = Course.onTop
        try await Rehearsal.with(course.world, configuration: course.configuration) { rehearsal in
            let replaced = rehearsal.cluster.look { $0.machines[course.position].instance }
            try await body(rehearsal) {
                await rehearsal.hands.carryOut(
                    .launch("private", image: nil, zone: nil, token: Self.token),
                    at: Hands.Site(replacement: ReplacementID(7), pool: "private", instance: replaced, replaced: replaced, address: nil))
            }
        }
    }

    @Test func `waits until the fresh one runs and puts it into the group, and a second call adds no other`() async throws {
        try await with { rehearsal, launch in
            let start = rehearsal.clock.now()
            guard case .launched(let fresh) = await launch() else { return #expect(Bool(false), "\(rehearsal.log.all)") }
            // An instance takes its time to run, and none is attached that does not.
            #expect(rehearsal.clock.now() - start >= .seconds(20))
            rehearsal.cluster.look { world in
                #expect(world.autoScalingGroup.desired == 7 && world.autoScalingGroup.instances.contains { $0.id == fresh })
                #expect(world.machines.count == 9 && world.machines[8].zone == world.machines[Course.onTop.position].zone)
            }
            #expect(await launch() == .launched(fresh))
            #expect(rehearsal.cluster.look { $0.machines.count == 9 && $0.autoScalingGroup.desired == 7 })
        }
    }

    @Test func `goes on with the same instance when the one before was not heard to its end`() async throws {
        try await with { rehearsal, launch in
            rehearsal.cluster.trouble { $0.name == "AttachInstances" ? .lostBefore : nil }
            guard case .unanswered = await launch() else { return #expect(Bool(false)) }
            #expect(rehearsal.cluster.look { $0.machines.count == 9 && $0.autoScalingGroup.desired == 6 })
            rehearsal.cluster.trouble { _ in nil }
            guard case .launched(let fresh) = await launch() else { return #expect(Bool(false)) }
            #expect(rehearsal.cluster.look { $0.machines.count == 9 && $0.machines[8].instance == fresh && $0.autoScalingGroup.desired == 7 })
        }
    }

    @Test func `is refused before anything is launched while the group launches nothing`() async throws {
        try await with { rehearsal, launch in
            rehearsal.cluster.apply(.launchesSuspended(true))
            guard case .refused(let words) = await launch() else { return #expect(Bool(false)) }
            #expect(words.contains("has Launch suspended"), "\(words)")
            #expect(rehearsal.cluster.look { $0.machines.count == 8 })
        }
    }

    @Test func `is refused before anything is launched where the group has no room`() async throws {
        try await with { rehearsal, launch in
            // Two are all that it may have above its size.
            for extra in 1...2 {
                let outcome = await rehearsal.hands.carryOut(
                    .launch("private", image: nil, zone: nil, token: "mayfly-\(extra)"),
                    at: Hands.Site(replacement: ReplacementID(Int64(extra)), pool: "private", instance: nil, address: nil))
                guard case .launched = outcome else { return #expect(Bool(false), "\(outcome)") }
            }
            guard case .refused(let words) = await launch() else { return #expect(Bool(false)) }
            #expect(words.contains("has 8 of at most 8"), "\(words)")
            #expect(rehearsal.cluster.look { $0.machines.count == 10 })
        }
    }
}
