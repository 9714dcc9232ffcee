internal import Fleet
internal import Wire

/// `GET_FRAMEWORKS`: what the frameworks are called, those that ended too, for their tasks are still told.
struct FrameworksAnswer: Sendable {
    var names: [FrameworkID: String] = [:]

    /// - Parameter version: the master's, which says what an answer must hold.
    init(_ bytes: UnsafeBufferPointer<UInt8>, version: MesosVersion) throws(JSONProblem) {
        var names: [FrameworkID: String] = [:]
        var missing: Set<String> = version.writesEmptyLists ? ["frameworks", "completed_frameworks"] : []
        try MesosAnswer.read("GET_FRAMEWORKS", from: bytes) { (reader, key) throws(JSONProblem) in
            guard key == "frameworks" || key == "completed_frameworks" else {
                try reader.skip()
                return
            }
            missing.remove(key)
            try reader.array { (reader, _) throws(JSONProblem) in
                let about = try reader.node(keeping: ["framework_info", "id", "value", "name"])["framework_info"]
                names[FrameworkID(try about["id"]["value"].name)] = try about["name"].string
            }
        }
        if let missing = missing.min() { throw JSONProblem(path: "get_frameworks." + missing, what: "is missing", offset: nil) }
        self.names = names
    }
}
