internal import Fleet

/// A JSON value that remembers where in the answer it stood, so that every complaint names the place.
struct JSONNode {
    indirect enum Value {
        case object([(key: String, value: Value)])
        case array([Value])
        case string(String)
        /// As it was written.
        case number(String)
        case bool(Bool)
        case null
    }

    let value: Value
    let path: String

    /// A member that may be missing; `null` counts as missing. Throws when this is not an object.
    func optional(_ key: String) throws(JSONProblem) -> JSONNode? {
        guard case .object(let members) = value else { throw wrong("is not an object") }
        guard let member = members.first(where: { $0.key == key }) else { return nil }
        if case .null = member.value { return nil }
        return JSONNode(value: member.value, path: path.isEmpty ? key : path + "." + key)
    }

    /// A member that must be there.
    subscript(_ key: String) -> JSONNode {
        get throws(JSONProblem) {
            guard let member = try optional(key) else { throw JSONProblem(path: path.isEmpty ? key : path + "." + key, what: "is missing", offset: nil) }
            return member
        }
    }

    /// The elements of a list.
    var elements: [JSONNode] {
        get throws(JSONProblem) {
            guard case .array(let values) = value else { throw wrong("is not a list") }
            return values.enumerated().map { JSONNode(value: $1, path: "\(path)[\($0)]") }
        }
    }

    /// The elements of a member that Mesos leaves out when it is empty.
    func list(_ key: String) throws(JSONProblem) -> [JSONNode] {
        guard let member = try optional(key) else { return [] }
        return try member.elements
    }

    var string: String {
        get throws(JSONProblem) {
            guard case .string(let text) = value else { throw wrong("is not a string") }
            return text
        }
    }

    /// A string of at least one character, as every id and name is.
    var name: String {
        get throws(JSONProblem) {
            let text = try string
            guard !text.isEmpty else { throw wrong("is empty") }
            return text
        }
    }

    var bool: Bool {
        get throws(JSONProblem) {
            guard case .bool(let flag) = value else { throw wrong("is not true or false") }
            return flag
        }
    }

    /// A number as it was written.
    var numberText: String {
        get throws(JSONProblem) {
            guard case .number(let text) = value else { throw wrong("is not a number") }
            return text
        }
    }

    /// Finite.
    var double: Double {
        get throws(JSONProblem) {
            guard let number = Double(try numberText), number.isFinite else { throw wrong("is too large a number") }
            return number
        }
    }

    /// Whole, exactly: `5` and `5.0`, not `5.5`.
    var integer: Int64 {
        get throws(JSONProblem) {
            if let number = Int64(try numberText) { return number }
            guard let number = Int64(exactly: try double) else { throw wrong("is not a whole number of 64 bits") }
            return number
        }
    }

    /// `{"nanoseconds": 1795428509734807040}`, as the v1 API gives times.
    var time: Timestamp {
        get throws(JSONProblem) { Timestamp(nanoseconds: try self["nanoseconds"].integer) }
    }

    /// Seconds with a fraction, as some of the v1 API still gives times.
    var secondsTime: Timestamp {
        get throws(JSONProblem) {
            guard let time = Timestamp(seconds: try double) else { throw wrong("is not a time") }
            return time
        }
    }

    func wrong(_ what: String) -> JSONProblem { JSONProblem(path: path, what: what, offset: nil) }
}
