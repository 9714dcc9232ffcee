internal import Fleet
internal import Wire

/// `GET_MASTER`: who leads.
struct MasterAnswer: Sendable {
    let id: MasterID
    let hostname: String
    let version: String
    let electedTime: Timestamp

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONProblem) {
        var about: JSONNode?
        var elected: JSONNode?
        try MesosAnswer.read("GET_MASTER", from: bytes) { (reader, key) throws(JSONProblem) in
            switch key {
            case "master_info": about = try reader.node(keeping: ["id", "hostname", "version"])
            case "elected_time": elected = try reader.node(keeping: [])
            default: try reader.skip()
            }
        }
        guard let about else { throw JSONProblem(path: "get_master.master_info", what: "is missing", offset: nil) }
        guard let elected else { throw JSONProblem(path: "get_master.elected_time", what: "is missing", offset: nil) }
        id = MasterID(try about["id"].name)
        hostname = try about["hostname"].name
        version = try about["version"].name
        electedTime = try elected.secondsTime
    }
}
