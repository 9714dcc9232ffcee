import Foundation
import FoundationXML

/// What was read of one item, or of the whole answer: text by the index of its element.
struct XMLFields {
    let shape: XMLShape
    fileprivate(set) var texts: [String?]

    /// The text of an element; nil where it is absent or empty, which AWS uses alike.
    func optional(_ index: Int) -> String? {
        guard let text = texts[index], !text.isEmpty else { return nil }
        return text
    }

    /// The text of an element that every answer carries.
    func required(_ index: Int) throws(MalformedAnswer) -> String {
        guard let text = optional(index) else { throw MalformedAnswer("\(shape.path(of: index)) is \(texts[index] == nil ? "missing" : "empty")") }
        return text
    }

    /// That an element is there, whatever it holds.
    func require(_ indices: Int...) throws(MalformedAnswer) {
        for index in indices where texts[index] == nil { throw MalformedAnswer("\(shape.path(of: index)) is missing") }
    }
}

/// Reads an XML answer from front to back, handing over each item of a list at its end.
///
/// libxml2 below `XMLParser` stops at 10,000,000 bytes without saying why; larger answers are refused here, in words.
final class XMLReading: NSObject, XMLParserDelegate {
    static let bytesMax = 10_000_000

    private let shape: XMLShape
    private let onItem: (Int, XMLFields) throws(MalformedAnswer) -> Void
    private var fields: XMLFields
    /// The innermost element that is read; -1 before the root.
    private var current = -1
    /// How many elements that are not read are open inside `current`.
    private var skipped = 0
    private var isText = false
    private var failure: MalformedAnswer?

    /// - Parameter onItem: called at the end of every `*` element with its index and what it and its parents hold so far.
    /// - Returns: what the answer holds outside of lists.
    static func read(
        _ body: [UInt8], as shape: XMLShape, onItem: @escaping (Int, XMLFields) throws(MalformedAnswer) -> Void
    ) throws(MalformedAnswer) -> XMLFields {
        guard body.count <= bytesMax else {
            throw MalformedAnswer("the answer has \(body.count) bytes, more than the \(bytesMax) that can be read: use smaller pages")
        }
        guard !body.isEmpty else { throw MalformedAnswer("the answer is empty") }
        let reading = XMLReading(shape, onItem: onItem)
        let parser = XMLParser(data: Data(body))
        parser.delegate = reading
        let isWellFormed = parser.parse()
        if let failure = reading.failure { throw failure }
        guard isWellFormed, reading.current == -1, reading.fields.texts[0] != nil else {
            throw MalformedAnswer("not well-formed XML, near line \(parser.lineNumber), column \(parser.columnNumber) of \(body.count) bytes")
        }
        return reading.fields
    }

    private init(_ shape: XMLShape, onItem: @escaping (Int, XMLFields) throws(MalformedAnswer) -> Void) {
        self.shape = shape
        self.onItem = onItem
        fields = XMLFields(shape: shape, texts: Array(repeating: nil, count: shape.elements.count))
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]
    ) {
        if skipped > 0 {
            skipped += 1
            return
        }
        guard current >= 0 else {
            guard Self.local(name) == shape.elements[0].name else {
                return fail(MalformedAnswer("the answer is a <\(name.prefix(64))>, not a <\(shape.elements[0].name)>"), parser)
            }
            return open(0)
        }
        guard let child = shape.child(of: current, named: name) ?? (name.utf8.contains(0x3A) ? shape.child(of: current, named: Self.local(name)) : nil)
        else {
            skipped = 1
            return
        }
        if shape.elements[child].repeats {
            for index in child..<shape.elements[child].end { fields.texts[index] = nil }
        } else if fields.texts[child] != nil {
            return fail(MalformedAnswer("\(shape.path(of: child)) stands there twice"), parser)
        }
        open(child)
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        if skipped > 0 {
            skipped -= 1
            return
        }
        guard current >= 0 else { return }
        let element = shape.elements[current]
        if element.repeats {
            do { try onItem(current, fields) } catch { return fail(error, parser) }
        }
        current = element.parent
        isText = false
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        guard isText, skipped == 0 else { return }
        fields.texts[current]?.append(string)
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        guard isText, skipped == 0 else { return }
        fields.texts[current]?.append(String(decoding: block, as: UTF8.self))
    }

    /// No answer of AWS declares entities; they are how a small document becomes a large one.
    func parser(_ parser: XMLParser, foundInternalEntityDeclarationWithName name: String, value: String?) {
        fail(MalformedAnswer("the answer declares XML entities"), parser)
    }

    private func open(_ index: Int) {
        current = index
        fields.texts[index] = ""
        isText = shape.elements[index].children.isEmpty
    }

    private func fail(_ problem: MalformedAnswer, _ parser: XMLParser) {
        if failure == nil { failure = problem }
        // Nothing more is read: everything that still comes is inside an element that is passed over.
        skipped = Int.max / 2
        parser.abortParsing()
    }

    private static func local(_ name: String) -> String {
        guard let colon = name.lastIndex(of: ":") else { return name }
        return String(name[name.index(after: colon)...])
    }
}
