/// A JSON value that knows where in the answer it stood, so that every complaint names the place.
package struct JSONNode: Sendable {
    private let tape: JSONTape
    private let index: Int

    init(_ tape: JSONTape, at index: Int = 0) {
        self.tape = tape
        self.index = index
    }

    private var entry: JSONTape.Entry { tape.entries[index] }

    package var path: String { tape.path(of: index).description }

    /// A member that may be missing; `null` counts as missing. Throws when this is not an object.
    package func optional(_ key: String) throws(JSONProblem) -> JSONNode? {
        guard entry.kind == .object else { throw wrong("is not an object") }
        var member = index + 1
        while member < entry.next {
            let found = tape.entries[member]
            if tape.keys.names[Int(found.key)] == key { return found.kind == .null ? nil : JSONNode(tape, at: member) }
            member = Int(found.next)
        }
        return nil
    }

    /// A member that may be missing under its name, and then stands under another, older one, where it may be missing too.
    package func optional(_ key: String, or older: String) throws(JSONProblem) -> JSONNode? {
        if let member = try optional(key) { return member }
        return try optional(older)
    }

    /// A member that must be there.
    package subscript(_ key: String) -> JSONNode {
        get throws(JSONProblem) {
            guard let member = try optional(key) else {
                throw JSONProblem(path: (tape.path(of: index) + .key(key)).description, what: "is missing", offset: nil)
            }
            return member
        }
    }

    /// The elements of a list.
    package var elements: [JSONNode] {
        get throws(JSONProblem) {
            guard entry.kind == .list else { throw wrong("is not a list") }
            var nodes: [JSONNode] = []
            var element = index + 1
            while element < entry.next {
                nodes.append(JSONNode(tape, at: element))
                element = Int(tape.entries[element].next)
            }
            return nodes
        }
    }

    /// The elements of a member that Mesos leaves out when it is empty.
    package func list(_ key: String) throws(JSONProblem) -> [JSONNode] {
        guard let member = try optional(key) else { return [] }
        return try member.elements
    }

    package var isNull: Bool { entry.kind == .null }
    package var isList: Bool { entry.kind == .list }
    package var isText: Bool { entry.kind == .string }

    package var string: String {
        get throws(JSONProblem) {
            guard entry.kind == .string else { throw wrong("is not a string") }
            return tape.text(of: index)
        }
    }

    /// A string of at least one character, as every id and name is.
    package var name: String {
        get throws(JSONProblem) {
            let text = try string
            guard !text.isEmpty else { throw wrong("is empty") }
            return text
        }
    }

    package var bool: Bool {
        get throws(JSONProblem) {
            switch entry.kind {
            case .yes: return true
            case .no: return false
            case .object, .list, .string, .number, .null: throw wrong("is not true or false")
            }
        }
    }

    /// A number as it was written.
    package var numberText: String {
        get throws(JSONProblem) {
            guard entry.kind == .number else { throw wrong("is not a number") }
            return tape.text(of: index)
        }
    }

    /// Finite.
    package var double: Double {
        get throws(JSONProblem) {
            guard let number = Double(try numberText), number.isFinite else { throw wrong("is too large a number") }
            return number
        }
    }

    /// Whole, exactly: `5` and `5.0`, not `5.5`.
    package var integer: Int64 {
        get throws(JSONProblem) {
            if let number = Int64(try numberText) { return number }
            guard let number = Int64(exactly: try double) else { throw wrong("is not a whole number of 64 bits") }
            return number
        }
    }

    package func wrong(_ what: String) -> JSONProblem { JSONProblem(path: path, what: what, offset: nil) }
}
