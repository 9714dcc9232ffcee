import FoundationEssentials
import Wire

/// What an answer with an error status says, in whichever of AWS' shapes it came: EC2's XML, the query protocols' XML, JSON, XML of a JSON
/// service, or a page of HTML that somebody in between made. A body that cannot be read at all still leaves the status.
struct Refusal: Hashable, Sendable {
    let code: String
    let message: String
    let requestID: String?

    /// Enough for a person; AWS' encoded authorization messages run to kilobytes.
    private static let messageLengthMax = 400

    init(_ answer: HTTPAnswer) {
        let first = answer.body.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
        let body: Body =
            switch first {
            case 0x7B: Body(json: answer.body)
            case 0x3C: Body(xml: answer.body)
            default: Body()
            }
        let header = answer.header("x-amzn-errortype")
        code = Self.code(body.code ?? header) ?? "HTTP \(answer.status)"
        let fallback = first == nil ? "an empty answer" : "the answer is not one of AWS': is a proxy or another service in between?"
        message = Self.shortened(body.message ?? (body.code == nil && header == nil ? fallback : ""))
        requestID = (body.requestID ?? answer.header("x-amzn-requestid")).map { String($0.prefix(64)) }
    }

    /// `com.amazonaws.sqs#QueueDoesNotExist:http://…` → `QueueDoesNotExist`.
    private static func code(_ text: String?) -> String? {
        guard let text else { return nil }
        let afterHash = text.lastIndex(of: "#").map { text[text.index(after: $0)...] } ?? text[...]
        let code = afterHash.prefix { $0 != ":" }.filter { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) }
        return code.isEmpty ? nil : String(code.prefix(100))
    }

    /// One line; without the canonical request that some services echo, since that holds the session token.
    private static func shortened(_ text: String) -> String {
        var line = text[...]
        for mark in ["The Canonical String", "Encoded authorization failure message"] {
            if let range = line.firstRange(of: mark) { line = line[..<range.lowerBound] }
        }
        let words = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count <= messageLengthMax ? words : words.prefix(messageLengthMax) + "…"
    }

    private struct Body {
        var code: String?
        var message: String?
        var requestID: String?

        init() {}

        init(json: [UInt8]) {
            guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(json)) else { return }
            (code, message) = (fields.type ?? fields.code, fields.message ?? fields.upperCaseMessage)
        }

        init(xml: [UInt8]) {
            var elements = ErrorElements()
            // HTML and bodies that were cut short end in an error; what was read before it is still worth telling.
            _ = try? XMLScanner.scan(xml, into: &elements)
            (code, message) = (elements.found["Code"], elements.found["Message"])
            requestID = elements.found["RequestID"] ?? elements.found["RequestId"] ?? elements.found["requestId"]
        }

        private struct Fields: Decodable {
            let type: String?
            let code: String?
            let message: String?
            let upperCaseMessage: String?

            enum CodingKeys: String, CodingKey {
                case code, message
                case type = "__type"
                case upperCaseMessage = "Message"
            }
        }
    }
}

/// Collects the first of each element that names an error, at whatever depth.
private struct ErrorElements: XMLHandler {
    private(set) var found: [String: String] = [:]
    private var open: String?

    var wantsText: Bool { open != nil }

    mutating func start(_ name: ArraySlice<UInt8>) {
        let name = String(decoding: name, as: UTF8.self)
        open = nil
        guard ["Code", "Message", "RequestID", "RequestId", "requestId"].contains(name), found[name] == nil else { return }
        (open, found[name]) = (name, "")
    }

    mutating func text(_ text: String) {
        if let open { found[open]?.append(text) }
    }

    mutating func end() { open = nil }
}
