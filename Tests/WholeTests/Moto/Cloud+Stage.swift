import Demo
import Fleet
import Foundation
import Moto
import Replacing
import Running
import Simulation
import Testing
import Wire

/// Gives a test a moto, and lets go of the connections to it.
func withCloud(_ body: (Cloud) async throws -> Void) async throws {
    let http = try HTTPCaller()
    do {
        try await body(try await Cloud(http: http))
        await http.shutdown()
    } catch {
        await http.shutdown()
        throw error
    }
}

extension Cloud {
    /// An invented cluster on given machines, and a daemon that asks moto for all that is AWS.
    ///
    /// - Parameter pool: the rest of the pool `agents`, as YAML at the depth of its keys; `more` are further pools.
    func stage(
        _ pool: String, more: String = "", on given: [GivenMachine], brokers: [Int], environment: [String: String] = [:]
    ) async throws -> Stage {
        let sections = """
            aws: {region: us-east-1, endpoint_url: "\(moto.url)"}
            pools:
              agents:
            \(pool)
                image: {ssm_parameter: \(Self.parameter)}
                commands: {via: ssm}
            \(more)limits:
              in_flight: {fleet: 2, pool: 2, zone: 2, ahead: true}
              rate: [6/10m, 30/1h, 60/24h]

            """
        let stage = try await Stage(World.attended(on: given, at: Stage.start, brokers: brokers), ownSections: sections, environment: environment)
        try await follow(stage)
        return stage
    }

    /// All agents of old are gone, each for one fresh one with the new image, which has joined; and the schedulers saw one broker out at a time at most.
    func expectRefreshed(_ stage: Stage, from before: Seen, to image: ImageID, by replacements: [JSON]) async throws {
        let (old, after, cluster) = (Set(before.living.map(\.instance)), try await seen(), stage.cluster)
        #expect(replacements.count == old.count && replacements.allSatisfy { $0["outcome"]?.string == "done" }, "\(replacements.map(Stage.shown))")
        #expect(after.machines.count == 2 * old.count, "as many were launched as were ended: \(after.machines)")
        #expect(after.living.count == old.count && after.living.allSatisfy { $0.image == image.rawValue && !old.contains($0.instance) }, "\(after.living)")
        let there = cluster.look { world in world.machines.filter { $0.ec2State == .running } }
        #expect(Set(there.map(\.instance)) == Set(after.living.map(\.instance)), "nobody is an orphan")
        #expect(there.allSatisfy { $0.isConnected && !$0.isDeactivated && $0.drain == nil })
        expectBrokersWell(stage)
    }

    func expectBrokersWell(_ stage: Stage) {
        let cluster = stage.cluster
        #expect(cluster.mostBrokersOut() == ["prod/kafka": 1])
        #expect(cluster.brokersOut() == ["prod/kafka": 0])
        let moved = cluster.calls().compactMap { call -> String? in
            guard case .replaceMember(let member, let task, _) = call.action, call.outcome == .accepted else { return nil }
            return "\(member) \(task.map { "\($0)" } ?? "")"
        }
        #expect(!moved.isEmpty && Set(moved).count == moved.count, "\(moved)")
        FileHandle.standardError.write(Data("moved: \(moved.count); at \(stage.now()) by the stage's clock\n".utf8))
    }
}

extension Stage {
    /// Waits until each of these nodes has a replacement and all of those have ended.
    func waitUntilReplaced(_ nodes: Set<InstanceID>) async throws -> [JSON] {
        try await waitForReplacements(within: .seconds(8 * 3600)) { all in
            Set(all.compactMap { $0["node"]?.string }) == Set(nodes.map(\.rawValue)) && all.allSatisfy { $0["standing"]?.string == "ended" }
        }
    }
}
