import Fleet
import Foundation
package import Logging
import Synchronization

/// Where log lines go and how they look: text for people, one JSON object a line for machines. Always to standard error.
package struct LogOutput: LogHandler {
    /// How a line looks.
    package enum Format: String, Sendable, CaseIterable {
        case text
        case json
    }

    private let format: Format
    private let write: @Sendable (String) -> Void
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level

    /// - Parameter write: takes a line with its newline; must not tear lines of several tasks.
    package init(format: Format, level: Logger.Level, write: @escaping @Sendable (String) -> Void = LogOutput.toStandardError) {
        self.format = format
        self.logLevel = level
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// No value is longer than this in a line: 4,096 characters. A body that a server sent is no log.
    private static let valueCharactersMax = 4096

    package func log(event: LogEvent) {
        var values = metadata
        if let more = event.metadata { values.merge(more) { $1 } }
        let pairs = values.map { ($0.key, String($0.value.description.prefix(Self.valueCharactersMax))) }.sorted { $0.0 < $1.0 }
        let now = Time.system.now()
        switch format {
        case .text:
            let words = pairs.map { "\($0.0)=\(Self.quoted($0.1))" }.joined(separator: " ")
            write("\(now) \(event.level.rawValue.uppercased()) \(event.message)\(words.isEmpty ? "" : "  " + words)\n")
        case .json:
            let head = [("time", now.description), ("level", event.level.rawValue), ("message", event.message.description)]
            write(JSONText.object((head + pairs).map { (name: $0.0, value: $0.1) }) + "\n")
        }
    }

    /// As it is when it is one word; else in quotes, on one line.
    private static func quoted(_ text: String) -> String {
        if !text.isEmpty, text.allSatisfy({ !$0.isWhitespace && $0 != "\"" && $0 != "=" }) { return text }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }

    /// A reader that has gone away, a restarted journal for instance, must not end the daemon: `write(_:)` would, where this throws.
    @Sendable package static func toStandardError(_ line: String) { try? FileHandle.standardError.write(contentsOf: Data(line.utf8)) }
}
