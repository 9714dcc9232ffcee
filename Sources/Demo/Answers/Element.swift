/// An element of an XML answer: either text or further elements. AWS uses no attributes but the name space.
struct Element: Sendable, Hashable {
    let name: String
    let content: Content

    enum Content: Sendable, Hashable {
        case text(String)
        case elements([Element])
    }

    init(_ name: String, _ text: String) {
        self.name = name
        content = .text(text)
    }

    init(_ name: String, _ elements: [Element] = []) {
        self.name = name
        content = .elements(elements)
    }

    /// A list as EC2 writes it: `<name><item>…</item></name>`.
    static func list(_ name: String, _ items: [[Element]]) -> Element { Element(name, items.map { Element("item", $0) }) }

    /// The whole document with this as its root.
    func document(nameSpace: String?) -> [UInt8] {
        var bytes = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
        write(to: &bytes, attributes: nameSpace.map { " xmlns=\"\($0)\"" } ?? "")
        return bytes
    }

    private func write(to bytes: inout [UInt8], attributes: String = "") {
        bytes += "<\(name)\(attributes)".utf8
        switch content {
        case .text(""), .elements([]): bytes += "/>".utf8
        case .text(let text):
            bytes.append(UInt8(ascii: ">"))
            Self.write(text, to: &bytes)
            bytes += "</\(name)>".utf8
        case .elements(let elements):
            bytes.append(UInt8(ascii: ">"))
            for element in elements { element.write(to: &bytes) }
            bytes += "</\(name)>".utf8
        }
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            default: bytes.append(byte)
            }
        }
    }
}
