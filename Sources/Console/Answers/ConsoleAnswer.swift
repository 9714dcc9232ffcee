import Foundation

/// One answer in both its forms: what `--json` prints, and what people read.
package struct ConsoleAnswer: Sendable {
    /// One JSON document, keys sorted, slashes left alone, without a line break at its end.
    package let json: String
    package let lines: [String]
    /// False when something is wrong and the command that asked is to end with 1.
    package var isGood = true

    package init(_ value: some Encodable, lines: [String], isGood: Bool = true) throws {
        json = try Self.encode(value)
        self.lines = lines
        self.isGood = isGood
    }

    package static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
