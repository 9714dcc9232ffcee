package import Fleet
import FoundationEssentials

/// An SSM parameter that names an image.
package struct Parameter: Hashable, Sendable {
    package let image: ImageID
    package let version: Int64
    package let lastModified: Timestamp

    /// The JSON body of `GetParameter`, as Python's `json.dumps` writes it.
    static func request(name: String) -> [UInt8] {
        Array(("{\"Name\": " + JSONString.quoted(name) + "}").utf8)
    }

    /// Reads the answer of `GetParameter`. Its value must be an image's id and nothing else.
    init(_ body: [UInt8], name: String) throws(MalformedAnswer) {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)) else {
            throw MalformedAnswer("the answer is not the JSON of a parameter with Name, Type, Value, Version and LastModifiedDate")
        }
        let found = answer.parameter
        guard found.type == "String" else {
            throw MalformedAnswer("parameter \(name) is a \(found.type.prefix(32)), not a String: store the image's id in a plain String parameter")
        }
        guard Self.isImageID(found.value) else {
            let kind = found.value.hasPrefix("{") ? "a JSON document" : found.value.hasPrefix("resolve:") ? "a reference" : "something else"
            throw MalformedAnswer("parameter \(name) does not hold an image's id (ami-…) but \(kind), which is not followed: store the id alone")
        }
        guard let version = Int64(exactly: found.version), let modified = Timestamp(seconds: found.lastModified) else {
            throw MalformedAnswer("parameter \(name) has a version or a date that cannot be one")
        }
        (image, self.version, lastModified) = (ImageID(found.value), version, modified)
    }

    private struct Answer: Decodable {
        let parameter: Found
        enum CodingKeys: String, CodingKey { case parameter = "Parameter" }

        struct Found: Decodable {
            let type, value: String
            let version, lastModified: Double

            enum CodingKeys: String, CodingKey {
                case type = "Type"
                case value = "Value"
                case version = "Version"
                case lastModified = "LastModifiedDate"
            }
        }
    }

    static func isImageID(_ text: String) -> Bool {
        text.hasPrefix("ami-") && (5...32).contains(text.utf8.count)
            && text.utf8.dropFirst(4).allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x7A) }
    }
}
