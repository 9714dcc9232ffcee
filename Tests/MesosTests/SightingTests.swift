import Captures
import Fleet
import Testing
import Wire

@testable import Mesos

@Suite struct `A sighting` {
    /// What each recording of `GET_AGENTS` says of each agent; the letters are those of `summary`.
    private static let states = [
        "01-steady/v1_GET_AGENTS": "11a 12a 13a 14a 15a",
        "01-steady/v1_GET_AGENTS_gzip": "11a 12a 13a 14a 15a",
        "01-steady/v1_GET_AGENTS_noaccept": "11a 12a 13a 14a 15a",
        "04-states/active.GET_AGENTS": "11a 12a 13a 14a 15a",
        "04-states/back-drained.GET_AGENTS": "11a 12a 14a 15a 17d 18a",
        "04-states/back-from-unreachable.GET_AGENTS": "11a 12a 13a 14a 15a 16a",
        "04-states/deactivated.GET_AGENTS": "11a 12a 13x 14a 15a 16a",
        "04-states/drained-disconnected.GET_AGENTS": "11a 12a 13a 14a 15a 16d",
        "04-states/drained-mark-gone.GET_AGENTS": "11a 12a 13a 14a 15a",
        "04-states/drained-restarted.GET_AGENTS": "11a 12a 13a 14a 15a 16d",
        "04-states/drained-then-reactivated.GET_AGENTS": "11a 12a 13a 14a 15a 16a",
        "04-states/drained.GET_AGENTS": "11a 12a 13a 14a 15a 16d",
        "04-states/draining-mark-gone.GET_AGENTS": "11a 12a 13a 14a 15a 16g",
        "04-states/draining.GET_AGENTS": "11a 12a 13a 14a 15a 16g",
        "04-states/gone-active.GET_AGENTS": "11a 12a 14a 15a",
        "04-states/gone-agent-new-id.GET_AGENTS": "11a 12a 13a 14a 15a 16a",
        "04-states/gone-agent-returns.GET_AGENTS": "11a 12a 14a 15a 16a",
        "04-states/gone.GET_AGENTS": "11a 12a 14a 15a 16a",
        "04-states/killed-disconnected.GET_AGENTS": "11a 12a 13i 14a 15a 16a",
        "04-states/killed-unreachable.GET_AGENTS": "11a 12a 14a 15a 16a",
        "04-states/reactivated.GET_AGENTS": "11a 12a 13a 14a 15a 16a",
        "04-states/sigusr1-after-0_15s.GET_AGENTS": "11a 13a 14a 15a 16a",
        "04-states/sigusr1-after-1s.GET_AGENTS": "11a 13a 14a 15a 16a",
        "04-states/sigusr1-after-3s.GET_AGENTS": "11a 13a 14a 15a 16a",
        "04-states/sigusr1-exited.GET_AGENTS": "11a 13a 14a 15a 16a",
        "04-states/sigusr1-restarted.GET_AGENTS": "11a 12a 13a 14a 15a 16a",
        "04-states/stopped-not-yet-unreachable.GET_AGENTS": "11a 12a 13a 14a 15a 16a",
        "04-states/unreachable-after-deactivate.GET_AGENTS": "11a 12a 14a 15a 16a",
        "04-states/unreachable-draining.GET_AGENTS": "11a 12a 14a 15a 18a",
        "04-states/unreachable.GET_AGENTS": "11a 12a 13a 14a 15a",
        "06-maintenance/0-empty.GET_AGENTS": "11a 12a 14a 15a 17d 18a",
        "06-maintenance/1-scheduled.GET_AGENTS": "11a 12a 14a 15a 17d 18a",
        "06-maintenance/2-down-agent-tries.GET_AGENTS": "11a 12a 14a 15a 17d",
        "06-maintenance/2-down.GET_AGENTS": "11a 12a 14a 15a 17d",
        "06-maintenance/3-up-registered.GET_AGENTS": "11a 12a 14a 15a 17d 18a",
        "06-maintenance/3-up.GET_AGENTS": "11a 12a 14a 15a 17d",
        "07-master-restart/0-before-deactivated.GET_AGENTS": "11x 12a 13a 14a 15a 16a 17d 18a",
        "07-master-restart/0-before.GET_AGENTS": "11a 12a 13a 14a 15a 16a 17d 18a",
        "07-master-restart/1-starting.GET_AGENTS_9": "11r 12r 13r 14r 15r 16r 17r 18r",
        "07-master-restart/2-recovered-drain-and-gone.GET_AGENTS": "11r 12r 13r 14r 15r 16r 17r 18r",
        "07-master-restart/2-recovered.GET_AGENTS": "11r 12r 13r 14r 15r 16r 17r 18r",
        "07-master-restart/3-one-back.GET_AGENTS": "11r 12r 13r 14a 15r 16r 17r 18r",
        "07-master-restart/4-all-back.GET_AGENTS": "11x 12r 13a 14a 15a 16a 17d 18d",
        "07-master-restart/5-second-restart.GET_AGENTS": "11a 13r 14a 15a 16r 17d 18d",
        "07-master-restart/6-reregister-timeout-0.GET_AGENTS": "11a 14a 15a 17d 18d",
        "07-master-restart/6-reregister-timeout-1.GET_AGENTS": "11a 14a 15a 16r 17d 18d",
        "07-master-restart/7-a13-back.GET_AGENTS": "11a 13a 14a 15a 17d 18d",
    ]

    /// How many running, completed and unreachable tasks each recording holds.
    private static let taskCounts = [
        "01-steady/v1_GET_TASKS": [6, 2, 0],
        "04-states/active.GET_TASKS": [6, 2, 0],
        "04-states/back-from-unreachable.GET_TASKS": [7, 8, 0],
        "04-states/drained-mark-gone.GET_TASKS": [2, 18, 0],
        "04-states/drained.GET_TASKS": [6, 10, 0],
        "04-states/draining.GET_TASKS": [7, 9, 0],
        "04-states/gone-active.GET_TASKS": [2, 19, 0],
        "04-states/gone-agent-returns.GET_TASKS": [4, 12, 0],
        "04-states/gone.GET_TASKS": [4, 12, 0],
        "04-states/killed-disconnected.GET_TASKS": [6, 10, 0],
        "04-states/killed-unreachable.GET_TASKS": [4, 10, 2],
        "04-states/sigusr1-exited.GET_TASKS": [2, 14, 0],
        "04-states/sigusr1-restarted.GET_TASKS": [2, 17, 0],
        "04-states/unreachable.GET_TASKS": [6, 5, 1],
        "06-maintenance/0-empty.GET_TASKS": [2, 19, 0],
        "06-maintenance/1-scheduled.GET_TASKS": [2, 19, 0],
        "06-maintenance/2-down-agent-tries.GET_TASKS": [2, 20, 0],
        "06-maintenance/2-down.GET_TASKS": [2, 20, 0],
        "06-maintenance/3-up-registered.GET_TASKS": [2, 21, 0],
        "06-maintenance/3-up.GET_TASKS": [2, 20, 0],
        "07-master-restart/0-before.GET_TASKS": [2, 21, 0],
        "07-master-restart/2-recovered.GET_TASKS": [0, 0, 0],
        "07-master-restart/3-one-back.GET_TASKS": [1, 0, 0],
        "07-master-restart/4-all-back.GET_TASKS": [2, 1, 0],
        "07-master-restart/5-second-restart.GET_TASKS": [2, 1, 0],
    ]

    @Test func `shows every recorded state of agents as it was`() async throws {
        let recorded = try ["01-steady", "04-states", "06-maintenance", "07-master-restart"].flatMap { try Capture.names($0, "GET_AGENTS") }
        let good = try recorded.filter { try Capture($0).status == 200 }
        #expect(good.sorted() == Self.states.keys.sorted())
        try await withReplay { replay, http in
            let client = MesosClient(masters: [replay.url], http: http)
            for (name, expected) in Self.states.sorted(by: { $0.key < $1.key }) {
                try replay.replay("GET_AGENTS", name)
                let sighting = try await client.look()
                #expect(summary(sighting.agents, sighting.recovered) == expected, "\(name)")
            }
        }
    }

    @Test func `counts every recorded list of tasks`() async throws {
        try await withReplay { replay, http in
            let client = MesosClient(masters: [replay.url], http: http)
            for (name, expected) in Self.taskCounts.sorted(by: { $0.key < $1.key }) {
                try replay.replay("GET_TASKS", name)
                let tasks = try await client.look().tasks.get()
                #expect([tasks.running.count, tasks.completed.count, tasks.unreachable.count] == expected, "\(name)")
            }
        }
    }

    @Test func `holds all of an agent that matters`() async throws {
        try await withReplay { replay, http in
            let sighting = try await MesosClient(masters: [replay.url], http: http).look()
            let agent = try #require(sighting.agents.first { $0.hostname == "10.0.1.13" })
            let kafka = Agent.Reservation(role: "kafka-role", principal: "kafka-principal")
            #expect(
                agent
                    == Agent(
                        id: "9df0752e-ca60-48b8-8c9e-93192acd5c39-S2", hostname: "10.0.1.13", pid: "slave(1)@127.0.1.13:5051", version: "1.12.0",
                        registeredTime: Timestamp(milliseconds: 1_795_428_509_471),
                        attributes: [
                            Agent.Attribute(name: "os", value: "coreos"), Agent.Attribute(name: "ssd", value: "1"),
                            Agent.Attribute(name: "units", value: "[1-4, 7-9]"), Agent.Attribute(name: "zone", value: "us-east-1c"),
                        ], allocatedRoles: ["*", "kafka-role"], reservations: [kafka],
                        volumes: [Agent.Volume(id: "abb30f91-6a3c-426a-acef-176f7f5a6ecc", owner: kafka, path: "kafka-2-broker-data")],
                        resources: AgentResources(
                            total: AgentResources.Amount(cpus: 8, mem: 30_720, disk: 102_400),
                            allocated: AgentResources.Amount(cpus: 1.1, mem: 2080, disk: 5000))))
            #expect(sighting.agents.filter(\.reservesPublicRole).map(\.hostname) == ["10.0.1.14"])
            #expect(sighting.agents.first { $0.hostname == "ip-10-0-1-15.ec2.internal" }?.allocatedRoles == [])
        }
    }

    @Test func `holds the master, its time-outs, its counts and the machines in maintenance`() async throws {
        try await withReplay { replay, http in
            let client = MesosClient(masters: [replay.url], http: http)
            try replay.replay("GET_MAINTENANCE_STATUS", "06-maintenance/2-down.GET_MAINTENANCE_STATUS")
            let sighting = try await client.look()
            #expect(
                sighting.master
                    == MesosSighting.Master(
                        id: "9df0752e-ca60-48b8-8c9e-93192acd5c39", hostname: "127.0.0.1", version: "1.12.0",
                        electedTime: Timestamp(milliseconds: 1_795_428_508_619), url: replay.url))
            #expect(sighting.timeouts == MesosSighting.Timeouts(reregister: .seconds(600), unreachable: .seconds(3)))
            #expect(try sighting.counts.get() == MesosSighting.Counts(disconnected: 0, unreachable: 0, unreachableScheduled: 0))
            let maintenance = try sighting.maintenance.get()
            #expect(maintenance.draining.map(\.hostname) == ["10.0.9.9", "ip-10-0-1-15.ec2.internal"])
            #expect(maintenance.draining.map(\.ip) == ["127.0.9.9", "127.0.1.15"])
            #expect(maintenance.down == [MesosSighting.Machine(hostname: "10.0.1.18", ip: "127.0.1.18")])
            try replay.replay("GET_MAINTENANCE_STATUS", "06-maintenance/0-empty.GET_MAINTENANCE_STATUS")
            #expect(try await client.look().maintenance.get() == MesosSighting.Maintenance())
        }
    }

    @Test func `holds tasks with their framework, roles and last status`() async throws {
        try await withReplay { replay, http in
            let client = MesosClient(masters: [replay.url], http: http)
            let tasks = try await client.look().tasks.get()
            let master = "9df0752e-ca60-48b8-8c9e-93192acd5c39"
            let broker = try #require(tasks.running.first { $0.name == "kafka-0-broker" })
            #expect(broker.frameworkName == "kafka")
            #expect(broker.framework.rawValue == master + "-0000")
            #expect(broker.state == "TASK_RUNNING")
            #expect(broker.since == Timestamp(milliseconds: 1_795_428_510_851))
            #expect(broker.roles == ["kafka-role"])
            #expect(broker.isHealthy == nil)
            #expect(tasks.completed.filter(\.hasFailed).map(\.name) == ["failed-job"])
            try replay.replay("GET_TASKS", "04-states/unreachable.GET_TASKS")
            let lost = try await client.look().tasks.get().unreachable
            #expect(lost.map(\.state) == ["TASK_UNREACHABLE"])
            #expect(lost.map(\.reason) == ["REASON_AGENT_REMOVED"])
        }
    }

    @Test func `asks each call once, the master twice, and the flags only of a new master`() async throws {
        try await withReplay { replay, http in
            let client = MesosClient(masters: [replay.url], http: http)
            _ = try await client.look()
            let rest = ["GET_AGENTS", "GET_METRICS", "GET_FRAMEWORKS", "GET_TASKS", "GET_MAINTENANCE_STATUS", "GET_MASTER"]
            #expect(replay.seen == ["GET_MASTER", "GET_FLAGS"] + rest)
            _ = try await client.look()
            #expect(Array(replay.seen.dropFirst(8)) == ["GET_MASTER"] + rest)
            try replay.replay("GET_MASTER", "07-master-restart/2-recovered.GET_MASTER")
            _ = try await client.look()
            #expect(Array(replay.seen.dropFirst(15)) == ["GET_MASTER", "GET_FLAGS"] + rest)
            let request = try #require(replay.server.requests.first)
            #expect(request.header("content-type") == "application/json")
            #expect(request.header("accept") == "application/json")
            #expect(request.header("accept-encoding") == "gzip")
            #expect(request.header("authorization") == nil)
        }
    }
}
