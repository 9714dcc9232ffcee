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

/// Reads an XML answer into the elements of a shape, handing over each item of a list at its end.
struct XMLReading: XMLHandler {
    /// A page of 500 instances is at most 4 MB; more than this is no page that was asked for.
    static let bytesMax = 10_000_000

    private let onItem: (Int, XMLFields) throws(MalformedAnswer) -> Void
    private var fields: XMLFields
    /// The innermost element that is read; -1 outside of the root.
    private var current = -1
    /// How many elements that are not read are open inside `current`.
    private var skipped = 0
    private var isText = false

    /// - Parameter onItem: called at the end of every `*` element with its index and what it and its parents hold so far.
    /// - Returns: what the answer holds outside of lists.
    static func read(
        _ body: [UInt8], as shape: XMLShape, onItem: @escaping (Int, XMLFields) throws(MalformedAnswer) -> Void
    ) throws(MalformedAnswer) -> XMLFields {
        guard body.count <= bytesMax else {
            throw MalformedAnswer("the answer has \(body.count) bytes, more than the \(bytesMax) that are read: use smaller pages")
        }
        guard !body.isEmpty else { throw MalformedAnswer("the answer is empty") }
        var reading = XMLReading(shape, onItem: onItem)
        try XMLScanner.scan(body, into: &reading)
        return reading.fields
    }

    private init(_ shape: XMLShape, onItem: @escaping (Int, XMLFields) throws(MalformedAnswer) -> Void) {
        self.onItem = onItem
        fields = XMLFields(shape: shape, texts: Array(repeating: nil, count: shape.elements.count))
    }

    var wantsText: Bool { isText && skipped == 0 }

    mutating func start(_ name: ArraySlice<UInt8>) throws(MalformedAnswer) {
        if skipped > 0 {
            skipped += 1
            return
        }
        let shape = fields.shape
        guard current >= 0 else {
            guard name.elementsEqual(shape.elements[0].nameBytes) else {
                throw MalformedAnswer("the answer is a <\(String(decoding: name.prefix(64), as: UTF8.self))>, not a <\(shape.elements[0].name)>")
            }
            return open(0)
        }
        guard let child = shape.child(of: current, named: name) else {
            skipped = 1
            return
        }
        if shape.elements[child].repeats {
            for index in child..<shape.elements[child].end { fields.texts[index] = nil }
        } else if fields.texts[child] != nil {
            throw MalformedAnswer("\(shape.path(of: child)) stands there twice")
        }
        open(child)
    }

    mutating func text(_ text: String) { fields.texts[current]?.append(text) }

    mutating func end() throws(MalformedAnswer) {
        if skipped > 0 {
            skipped -= 1
            return
        }
        if fields.shape.elements[current].repeats { try onItem(current, fields) }
        current = fields.shape.elements[current].parent
        isText = false
    }

    private mutating func open(_ index: Int) {
        current = index
        fields.texts[index] = ""
        isText = fields.shape.elements[index].children.isEmpty
    }
}
