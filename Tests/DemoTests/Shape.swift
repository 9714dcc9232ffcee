import Foundation
import FoundationXML

/// What a document looks like, its values left aside: which objects there are, which members each has, and of what types.
struct Shape {
    /// By the path of an object: how many there were, and how many of them had each member.
    private(set) var objects: [String: (count: Int, members: [String: Int])] = [:]
    /// By the path of a value.
    private(set) var types: [String: Set<String>] = [:]

    private mutating func enter(_ path: String, members: Set<String>) {
        objects[path, default: (0, [:])].count += 1
        for member in members { objects[path, default: (0, [:])].members[member, default: 0] += 1 }
    }

    private mutating func note(_ type: String, at path: String) { types[path, default: []].insert(type) }

    mutating func add(json: [UInt8]) throws {
        var reader = Reader(bytes: json)
        try read(&reader, at: "")
        reader.skipSpace()
        guard reader.place == json.count else { throw Malformed(place: reader.place) }
    }

    mutating func add(xml: [UInt8]) throws {
        let builder = Builder()
        let parser = XMLParser(data: Data(xml))
        parser.delegate = builder
        guard parser.parse() else { throw Malformed(place: parser.lineNumber) }
        for object in builder.objects { enter(object.path, members: object.members) }
        for path in builder.leaves { note("text", at: path) }
    }

    /// What of `self` no capture has, and what it lacks that every capture has.
    func differences(from captures: Shape) -> [String] {
        var differences: [String] = []
        for (path, object) in objects {
            guard let known = captures.objects[path] else { continue }
            for (member, count) in known.members where count == known.count && object.members[member] != object.count {
                differences.append("\(path).\(member) is missing from \(object.count - (object.members[member] ?? 0)) of \(object.count)")
            }
            for member in object.members.keys where known.members[member] == nil { differences.append("\(path).\(member) is in no capture") }
        }
        for (path, types) in types {
            let known = captures.types[path] ?? []
            for type in types where !known.contains(type) { differences.append("\(path) is a \(type); captures have \(known.sorted())") }
        }
        return differences.sorted()
    }

    struct Malformed: Error {
        let place: Int
    }
}

// MARK: JSON

extension Shape {
    /// Reads just enough JSON to tell `5` from `5.0`, which every parser of the system hides.
    private struct Reader {
        let bytes: [UInt8]
        var place = 0

        var next: UInt8 { place < bytes.count ? bytes[place] : 0 }

        mutating func skipSpace() { while [32, 9, 10, 13].contains(next) { place += 1 } }

        mutating func take(_ character: Character) -> Bool {
            skipSpace()
            guard next == character.asciiValue else { return false }
            place += 1
            return true
        }

        mutating func text() throws -> String {
            guard take("\"") else { throw Malformed(place: place) }
            let start = place
            while next != UInt8(ascii: "\"") {
                guard place < bytes.count else { throw Malformed(place: place) }
                place += next == UInt8(ascii: "\\") ? 2 : 1
            }
            place += 1
            return String(decoding: bytes[start..<place - 1], as: UTF8.self)
        }

        mutating func word() -> String {
            let start = place
            while place < bytes.count, ![UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 32, 10, 13].contains(next) { place += 1 }
            return String(decoding: bytes[start..<place], as: UTF8.self)
        }
    }

    private mutating func read(_ reader: inout Reader, at path: String) throws {
        reader.skipSpace()
        switch reader.next {
        case UInt8(ascii: "{"):
            note("object", at: path)
            _ = reader.take("{")
            var members: Set<String> = []
            while !reader.take("}") {
                if !members.isEmpty, !reader.take(",") { throw Malformed(place: reader.place) }
                let name = try reader.text()
                guard reader.take(":"), members.insert(name).inserted else { throw Malformed(place: reader.place) }
                try read(&reader, at: path + "." + name)
            }
            enter(path, members: members)
        case UInt8(ascii: "["):
            note("list", at: path)
            _ = reader.take("[")
            var isFirst = true
            while !reader.take("]") {
                if !isFirst, !reader.take(",") { throw Malformed(place: reader.place) }
                isFirst = false
                try read(&reader, at: path + "[]")
            }
        case UInt8(ascii: "\""):
            _ = try reader.text()
            note("text", at: path)
        default:
            let word = reader.word()
            switch word {
            case "true", "false": note("flag", at: path)
            case "null": note("null", at: path)
            default:
                guard Double(word) != nil else { throw Malformed(place: reader.place) }
                note(Int64(word) != nil ? "integer" : "real", at: path)
            }
        }
    }
}

// MARK: XML

extension Shape {
    private final class Builder: NSObject, XMLParserDelegate {
        var objects: [(path: String, members: Set<String>)] = []
        var leaves: Set<String> = []
        private var open: [(path: String, members: Set<String>, hasText: Bool)] = []

        func parser(_ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]) {
            let path = (open.last?.path ?? "") + "/" + name
            if !open.isEmpty { open[open.count - 1].members.insert(name) }
            open.append((path, [], false))
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            if !open.isEmpty, text.contains(where: { !$0.isWhitespace }) { open[open.count - 1].hasText = true }
        }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
            guard let element = open.popLast() else { return }
            if element.hasText { leaves.insert(element.path) }
            // An empty element may stand for an empty list as well as for an empty text.
            if !element.members.isEmpty { objects.append((element.path, element.members)) }
        }
    }
}
