/// One value with all that is kept of it, in reading order: a handful of allocations however many parts it has.
///
/// It holds copies of its texts and so outlives the bytes that it was read from.
final class JSONTape: Sendable {
    enum Kind: UInt8, Sendable {
        case object, list, string, number
        case yes, no, null
    }

    struct Entry: Sendable {
        let kind: Kind
        /// The number of its key in `keys`; -1 in a list and at the top.
        let key: Int32
        /// What it is a member or an element of; -1 at the top.
        let parent: Int32
        /// The entry after all that it holds.
        var next: Int32 = 0
        /// Its bytes in `texts`, unescaped; empty but for strings and numbers.
        var start: Int32 = 0
        var end: Int32 = 0
    }

    let keys: JSONKeys
    let entries: [Entry]
    let texts: [UInt8]
    /// Where in the answer the value stood.
    let place: JSONPath

    init(keys: JSONKeys, entries: [Entry], texts: [UInt8], place: JSONPath) {
        self.keys = keys
        self.entries = entries
        self.texts = texts
        self.place = place
    }

    func text(of index: Int) -> String {
        String(decoding: texts[Int(entries[index].start)..<Int(entries[index].end)], as: UTF8.self)
    }

    /// `get_agents.agents[3].active`, made only when something is wrong there.
    func path(of index: Int) -> JSONPath {
        let entry = entries[index]
        guard entry.parent >= 0 else { return place }
        let parent = Int(entry.parent)
        if entry.key >= 0 { return path(of: parent) + .key(keys.names[Int(entry.key)]) }
        var sibling = parent + 1
        var count = 0
        while sibling < index {
            sibling = Int(entries[sibling].next)
            count += 1
        }
        return path(of: parent) + .index(count)
    }
}

/// Puts a value onto a tape.
struct JSONTaping {
    /// More values at a time are no agent's, no task's and no plan's. A byte of text can cost thirty of memory, so this must not grow with the body.
    private static let entriesMax = 100_000

    let keys: JSONKeys
    private(set) var entries: [JSONTape.Entry] = []
    private(set) var texts: [UInt8] = []

    /// - Parameters: how much room it will need, going by the value before it in the same list.
    init(keys: JSONKeys, entriesLike: Int, textsLike: Int) {
        self.keys = keys
        entries.reserveCapacity(entriesLike)
        texts.reserveCapacity(textsLike)
    }

    mutating func take(_ scanner: inout JSONScanner, key: Int32 = -1, parent: Int32 = -1) throws(JSONProblem) {
        scanner.skipSpace()
        let index = entries.count
        guard index < Self.entriesMax else { throw scanner.problem("is one of more than \(Self.entriesMax) values") }
        let start = Int32(truncatingIfNeeded: texts.count)
        var isFirst = true
        func begin(_ kind: JSONTape.Kind) {
            entries.append(JSONTape.Entry(kind: kind, key: key, parent: parent, start: start, end: start))
        }
        switch scanner.peek {
        case 0x7B:
            begin(.object)
            try scanner.enter(0x7B)
            while let text = try scanner.nextKey(isFirst: isFirst) {
                isFirst = false
                if let number = keys.number(of: text, in: scanner) {
                    if keys.isPicky(number) {
                        // Gone over once more only when there is something in it.
                        let place = scanner.position
                        try scanner.skip()
                        guard keys.wants(number, in: scanner.bytes[place..<scanner.position]) else { continue }
                        scanner.position = place
                    }
                    try take(&scanner, key: Int32(truncatingIfNeeded: number), parent: Int32(truncatingIfNeeded: index))
                } else {
                    try scanner.skip()
                }
            }
        case 0x5B:
            begin(.list)
            try scanner.enter(0x5B)
            while try scanner.nextElement(isFirst: isFirst) {
                isFirst = false
                try take(&scanner, parent: Int32(truncatingIfNeeded: index))
            }
        case 0x22:
            begin(.string)
            let text = try scanner.text()
            if text.isEscaped { texts += scanner.unescaped(text) } else { texts += scanner.bytes[text.start..<text.end] }
        case 0x74:
            begin(.yes)
            try scanner.word("true")
        case 0x66:
            begin(.no)
            try scanner.word("false")
        case 0x6E:
            begin(.null)
            try scanner.word("null")
        default:
            begin(.number)
            let start = scanner.position
            try scanner.number()
            texts += scanner.bytes[start..<scanner.position]
        }
        entries[index].end = Int32(truncatingIfNeeded: texts.count)
        entries[index].next = Int32(truncatingIfNeeded: entries.count)
    }
}
