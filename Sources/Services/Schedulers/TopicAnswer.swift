internal import Fleet
internal import Wire

/// `v1/topics/<topic>`: the leader and the in-sync set of each partition, as they stand in ZooKeeper.
enum TopicAnswer {
    private static let keys: JSONKeys = ["leader", "isr"]

    /// `{"partitions": [{"0": {"isr": [0, 1, 2], "leader": 0, …}}, …]}`. A topic has at least one partition.
    static func partitions(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONProblem) -> [TopicSighting.Partition] {
        var reader = JSONReader(bytes)
        var partitions: [TopicSighting.Partition]?
        var numbers: Set<Int> = []
        try reader.object { (reader, key) throws(JSONProblem) in
            guard key == "partitions" else {
                try reader.skip()
                return
            }
            var list: [TopicSighting.Partition] = []
            try reader.array { (reader, _) throws(JSONProblem) in
                try reader.object { (reader, key) throws(JSONProblem) in
                    let node = try reader.node(keeping: keys)
                    guard let number = Int(key), number >= 0, numbers.insert(number).inserted else {
                        throw node.wrong("is not a partition's number, or stands twice")
                    }
                    list.append(try partition(node, number: number))
                }
            }
            partitions = list
        }
        try reader.end()
        guard let partitions else { throw JSONProblem(path: "partitions", what: "is missing", offset: nil) }
        guard !partitions.isEmpty else { throw JSONProblem(path: "partitions", what: "is empty", offset: nil) }
        return partitions
    }

    private static func partition(_ node: JSONNode, number: Int) throws(JSONProblem) -> TopicSighting.Partition {
        var inSync: [Int] = []
        for broker in try node["isr"].elements { inSync.append(try Self.number(broker, from: 0)) }
        guard Set(inSync).count == inSync.count else { throw try node["isr"].wrong("has a broker twice") }
        return TopicSighting.Partition(number: number, leader: try Self.number(node["leader"], from: -1), inSync: inSync)
    }

    private static func number(_ node: JSONNode, from least: Int) throws(JSONProblem) -> Int {
        guard let number = Int(exactly: try node.integer), number >= least else { throw node.wrong("is no broker's number") }
        return number
    }
}
