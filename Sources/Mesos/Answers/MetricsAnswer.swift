internal import Fleet
internal import Wire

/// `GET_METRICS`: of five hundred, the three that count agents which are in trouble.
struct MetricsAnswer: Sendable {
    let counts: MesosSighting.Counts

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONProblem) {
        let disconnected = "master/slaves_disconnected"
        let unreachable = "master/slaves_unreachable"
        let scheduled = "master/slave_unreachable_scheduled"
        var found: [String: Int] = [:]
        try MesosAnswer.read("GET_METRICS", from: bytes) { (reader, key) throws(JSONProblem) in
            guard key == "metrics" else {
                try reader.skip()
                return
            }
            try reader.array { (reader, _) throws(JSONProblem) in
                let metric = try reader.node(keeping: ["name", "value"])
                let name = try metric["name"].string
                guard [disconnected, unreachable, scheduled].contains(name) else { return }
                let value = try metric["value"]
                guard let count = Int(exactly: try value.integer), count >= 0 else { throw value.wrong("is not a count") }
                found[name] = count
            }
        }
        func count(_ name: String) throws(JSONProblem) -> Int {
            guard let count = found[name] else { throw JSONProblem(path: "get_metrics.metrics", what: "has no \(name)", offset: nil) }
            return count
        }
        counts = MesosSighting.Counts(disconnected: try count(disconnected), unreachable: try count(unreachable), unreachableScheduled: found[scheduled])
    }
}
