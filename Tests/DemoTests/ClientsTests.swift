import AWS
import Fleet
import Mesos
import Simulation
import Testing
import Wire

@testable import Demo

/// The program's own clients read from the sockets what the simulation reads as values.
@Suite struct `The program's clients` {
    @Test func `see the invented cluster as the simulation does`() async throws {
        try await Stage.with { stage in
            let http = try HTTPCaller()
            let mesos = MesosClient(masters: stage.endpoints.masters, http: http)
            let environment = ["AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "demo", "AWS_EC2_METADATA_DISABLED": "true"]
            let settings = AWSSettings(region: "us-east-1", endpointURL: stage.endpoints.aws, environment: environment, pageSize: 7, readsPings: true)
            let aws = try AWSClient(settings: settings, http: http)
            // Between them: steady, lost, flapping, draining, drained, scheduled, down, recovered, back again, a group's successor.
            for second in [0, 310, 400, 900, 1290, 1500, 2110, 2460, 2700, 3700, 3960, 4220, 5441, 5500, 5800, 7300, 10_000] {
                stage.set(second)
                let time = World.storyStart + .seconds(second)
                let (seen, meant) = (try await mesos.sight(), try stage.cluster.look { world in Result { try Self.mesos(world, time) } }.get())
                expectEqual(seen, meant, at: second)
                let (read, told) = (await aws.sight(pools: World.demoPools), stage.cluster.look { Self.ec2($0, time) })
                try expectEqual(read, told, at: second)
            }
            await http.shutdown()
        }
    }

    private static func mesos(_ world: World, _ time: Timestamp) throws -> MesosSighting {
        var world = world
        return try world.mesosSighting(at: time)
    }

    private static func ec2(_ world: World, _ time: Timestamp) -> EC2Sighting {
        var world = world
        return world.ec2Sighting(pools: World.demoPools, readsSSM: true, at: time)
    }

    private func expectEqual(_ seen: MesosSighting, _ meant: MesosSighting, at second: Int) {
        #expect(seen.master.id == meant.master.id && seen.master.hostname == meant.master.hostname, "at \(second)")
        #expect(seen.master.version == meant.master.version && seen.master.electedTime == meant.master.electedTime, "at \(second)")
        #expect(seen.timeouts == meant.timeouts, "at \(second)")
        #expect(seen.agents.sorted { $0.id < $1.id } == meant.agents.sorted { $0.id < $1.id }, "at \(second)")
        #expect(seen.recovered.sorted { $0.id < $1.id } == meant.recovered.sorted { $0.id < $1.id }, "at \(second)")
        #expect((try? seen.maintenance.get()) == (try? meant.maintenance.get()), "at \(second)")
        #expect((try? seen.counts.get()) == (try? meant.counts.get()), "at \(second)")
        for part in [\MesosSighting.Tasks.running, \.completed, \.unreachable] {
            let (ours, theirs) = ((try? seen.tasks.get())?[keyPath: part], (try? meant.tasks.get())?[keyPath: part])
            #expect(ours != nil && ours?.sorted { $0.id < $1.id } == theirs?.sorted { $0.id < $1.id }, "at \(second)")
        }
        let frameworks = try? seen.tasks.get().frameworks
        #expect(frameworks != nil && frameworks == (try? meant.tasks.get().frameworks), "at \(second)")
    }

    private func expectEqual(_ seen: EC2Sighting, _ meant: EC2Sighting, at second: Int) throws {
        let (instances, statuses, images) = (try seen.instances.get(), try seen.statuses.get(), try seen.images.get())
        let (allInstances, allStatuses, allImages) = (try meant.instances.get(), try meant.statuses.get(), try meant.images.get())
        #expect(instances.sorted { $0.id < $1.id } == allInstances.sorted { $0.id < $1.id }, "at \(second)")
        #expect(statuses.sorted { $0.id < $1.id } == allStatuses.sorted { $0.id < $1.id }, "at \(second)")
        #expect(images.sorted { $0.id < $1.id } == allImages.sorted { $0.id < $1.id }, "at \(second)")
        #expect(try seen.pings?.get() == meant.pings?.get() && seen.pings != nil, "at \(second)")
        #expect(try seen.groups?.get() == meant.groups?.get() && seen.groups != nil, "at \(second)")
        for pool in World.demoPools {
            let (target, told) = (try seen.targets[pool.name]?.get(), try meant.targets[pool.name]?.get())
            #expect(target == told, "at \(second)")
        }
    }
}
