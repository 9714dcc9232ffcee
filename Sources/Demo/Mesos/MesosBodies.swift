internal import Fleet
internal import Simulation

/// The bodies of a master's answers. Fields, their order and their types are those of a real Mesos 1.12.
struct MesosBodies {
    let world: World
    let isElected: Bool
    /// Where the master listens: `127.0.0.1:5050`.
    let address: String

    /// Nil for a call that the invented master does not know.
    func body(of call: Call) -> JSON? {
        switch call.type {
        case "GET_MASTER": ["type": "GET_MASTER", "get_master": master]
        case "GET_VERSION": ["type": "GET_VERSION", "get_version": ["version_info": Self.version]]
        case "GET_HEALTH": ["type": "GET_HEALTH", "get_health": ["healthy": true]]
        case "GET_FLAGS": ["type": "GET_FLAGS", "get_flags": ["flags": .list(flags)]]
        case "GET_METRICS":
            [
                "type": "GET_METRICS",
                "get_metrics": ["metrics": .list(metrics.map { ["name": JSON($0.name), "value": .real($0.value)] })],
            ]
        case "GET_MAINTENANCE_STATUS": ["type": "GET_MAINTENANCE_STATUS", "get_maintenance_status": ["status": maintenance]]
        case "GET_AGENTS": ["type": "GET_AGENTS", "get_agents": agents]
        case "GET_TASKS": ["type": "GET_TASKS", "get_tasks": tasks]
        case "GET_FRAMEWORKS": ["type": "GET_FRAMEWORKS", "get_frameworks": frameworks]
        default: nil
        }
    }

    static let version: JSON = [
        "version": JSON(World.mesosVersion), "build_date": "2026-11-23 00:00:00 UTC", "build_time": .real(1_795_392_000), "build_user": "root",
    ]

    private var master: JSON {
        let parts = address.split(separator: ":")
        let port = JSON(Int(parts.last ?? "") ?? 0)
        let leader = world.leadership.announced ?? 0
        let zone = "aws/us-east-1" + ["a", "b", "c"][leader % 3]
        return [
            "master_info": [
                "id": JSON(world.leadership.id.rawValue),
                // 127.0.0.1 in network byte order, read as a little-endian number.
                "ip": JSON(16_777_343), "port": port, "pid": "master@\(address)", "hostname": JSON(World.masterHostnames[leader]),
                "version": JSON(World.mesosVersion), "address": ["hostname": JSON(World.masterHostnames[leader]), "ip": "127.0.0.1", "port": port],
                "domain": Self.domain(zone: zone),
                "capabilities": Self.types(["AGENT_UPDATE", "AGENT_DRAINING", "QUOTA_V2"]),
            ],
            "start_time": .real(world.leadership.startTime.inSeconds), "elected_time": .real(world.leadership.electedTime.inSeconds),
        ]
    }

    static func domain(zone: String) -> JSON { ["fault_domain": ["region": ["name": "aws/us-east-1"], "zone": ["name": JSON(zone)]]] }

    static func labels(_ pairs: some Sequence<(String, String)>) -> JSON {
        ["labels": .list(pairs.map { ["key": JSON($0.0), "value": JSON($0.1)] })]
    }

    static func types(_ names: [String]) -> JSON { .list(names.map { ["type": JSON($0)] }) }

    private var flags: [JSON] {
        [
            ("agent_ping_timeout", "15secs"), ("agent_reregister_timeout", "10mins"), ("allocation_interval", "1secs"), ("authenticate_agents", "false"),
            ("authenticate_frameworks", "false"), ("authenticate_http_readonly", "false"), ("authenticate_http_readwrite", "false"), ("cluster", "prod"),
            ("hostname", World.masterHostnames[world.leadership.announced ?? 0]), ("ip", "127.0.0.1"), ("max_agent_ping_timeouts", "5"),
            ("max_completed_frameworks", "50"), ("max_completed_tasks_per_framework", "1000"), ("max_unreachable_tasks_per_framework", "1000"),
            ("offer_timeout", "2mins"), ("port", String(address.split(separator: ":").last ?? "")), ("quorum", "2"), ("recovery_agent_removal_limit", "100%"),
            ("registry", "replicated_log"), ("registry_fetch_timeout", "1mins"), ("registry_strict", "false"), ("root_submissions", "true"),
            ("version", "false"), ("work_dir", "/var/lib/mesos/master"), ("zk_session_timeout", "10secs"),
        ].map { ["name": JSON($0.0), "value": JSON($0.1)] }
    }

    /// Some of the 500 that a master has: all that says how many agents and tasks there are. Sorted by name.
    var metrics: [(name: String, value: Double)] {
        guard isElected else { return [("master/elected", 0), ("master/uptime_secs", uptime)] }
        let (listed, counts) = (world.machines.filter(\.isListed), world.agentCounts)
        let active = listed.count { $0.isConnected && !$0.isDeactivated }
        let known = world.allKnownTasks
        return [
            ("master/elected", 1), ("master/frameworks_active", Double(world.frameworks.indices.count(where: world.isRegistered))),
            ("master/slaves_active", Double(active)), ("master/slaves_connected", Double(listed.count - counts.disconnected)),
            ("master/slaves_disconnected", Double(counts.disconnected)), ("master/slaves_inactive", Double(listed.count - active)),
            ("master/slaves_unreachable", Double(counts.unreachable)), ("master/tasks_running", Double(known.running.count)),
            ("master/tasks_unreachable", Double(known.unreachable.count)), ("master/uptime_secs", uptime),
        ]
    }

    private var uptime: Double { world.now.inSeconds - world.leadership.startTime.inSeconds }

    private var maintenance: JSON {
        func machines(in maintenance: Machine.Maintenance) -> [JSON] {
            world.machines.filter { $0.maintenance == maintenance }.map { ["hostname": JSON($0.hostname), "ip": JSON($0.privateIP)] }
        }
        let (draining, down) = (machines(in: .scheduled), machines(in: .down))
        // Draining machines are nested, those that are down are not.
        let nested = JSON.list(draining.map { ["id": $0] })
        return ([:] as JSON).with(["draining_machines": draining.isEmpty ? nil : nested, "down_machines": down.isEmpty ? nil : .list(down)])
    }
}

extension Timestamp {
    /// As Mesos' older times are: seconds with a fraction.
    var inSeconds: Double { Double(milliseconds) / 1000 }
    /// As the v1 API's times are.
    var asMesosTime: JSON { ["nanoseconds": .integer(milliseconds * 1_000_000)] }
}
