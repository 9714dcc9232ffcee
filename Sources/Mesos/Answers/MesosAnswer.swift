internal import Wire

/// The envelope of every v1 answer: `{"type": "GET_AGENTS", "get_agents": {…}}`.
enum MesosAnswer {
    /// Reads the envelope; each member of the section goes to `member`, which must read or skip it.
    ///
    /// The section's name is the type's in lower case. Both must be there, the type must be the one that was asked for, and nothing may follow.
    static func read(
        _ type: String, from bytes: UnsafeBufferPointer<UInt8>, member: (inout JSONReader, String) throws(JSONProblem) -> Void
    ) throws(JSONProblem) {
        var reader = JSONReader(bytes)
        let section = type.lowercased()
        var seenType = false
        var seenSection = false
        try reader.object { (reader, key) throws(JSONProblem) in
            switch key {
            case "type":
                let text = try reader.text()
                guard text == type else { throw JSONProblem(path: "type", what: "is `\(text.prefix(40))` and not `\(type)`", offset: nil) }
                seenType = true
            case section:
                seenSection = true
                try reader.object(member)
            default: try reader.skip()
            }
        }
        try reader.end()
        guard seenType else { throw JSONProblem(path: "type", what: "is missing", offset: nil) }
        guard seenSection else { throw JSONProblem(path: section, what: "is missing", offset: nil) }
    }
}
