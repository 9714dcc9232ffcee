internal import Fleet
internal import Wire

/// `GET_FLAGS`: how long the master waits for agents.
struct FlagsAnswer: Sendable {
    let timeouts: MesosSighting.Timeouts

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONProblem) {
        var flags: [String: JSONNode]?
        try MesosAnswer.read("GET_FLAGS", from: bytes) { (reader, key) throws(JSONProblem) in
            guard key == "flags" else {
                try reader.skip()
                return
            }
            var found: [String: JSONNode] = [:]
            try reader.array { (reader, _) throws(JSONProblem) in
                let flag = try reader.node(keeping: ["name", "value"])
                // A flag that is not set has no value.
                if let value = try flag.optional("value") { found[try flag["name"].string] = value }
            }
            flags = found
        }
        guard let flags else { throw JSONProblem(path: "get_flags.flags", what: "is missing", offset: nil) }
        let reregister = try Self.duration(flags, ["agent_reregister_timeout", "slave_reregister_timeout"])
        let ping = try Self.duration(flags, ["agent_ping_timeout", "slave_ping_timeout"])
        let pings = try Self.count(flags, ["max_agent_ping_timeouts", "max_slave_ping_timeouts"])
        let unreachable: Duration? = if let ping, let pings { ping * pings } else { nil }
        timeouts = MesosSighting.Timeouts(reregister: reregister ?? MesosSighting.Timeouts().reregister, unreachable: unreachable)
    }

    private static func duration(_ flags: [String: JSONNode], _ names: [String]) throws(JSONProblem) -> Duration? {
        guard let node = names.lazy.compactMap({ flags[$0] }).first else { return nil }
        guard let duration = Duration(mesos: try node.string), duration <= .seconds(86_400 * 365) else { throw node.wrong("is not a duration") }
        return duration
    }

    private static func count(_ flags: [String: JSONNode], _ names: [String]) throws(JSONProblem) -> Int? {
        guard let node = names.lazy.compactMap({ flags[$0] }).first else { return nil }
        guard let count = Int(try node.string), (0...1_000_000).contains(count) else { throw node.wrong("is not a count") }
        return count
    }
}
