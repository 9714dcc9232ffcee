internal import Foundation

/// The recorded event stream of a real master: 65 records, as they came.
package struct StreamCapture: Sendable {
    /// `<length>\n<json>`, repeated.
    package let bytes: [UInt8]
    /// Where each record's length begins, and the end of the last.
    package let boundaries: [Int]
    /// The type of each, as the recorder noted it.
    package let types: [String]

    package init() throws {
        let folder = Capture.fixtures.appending(path: "mesos/05-subscribe")
        bytes = [UInt8](try Data(contentsOf: folder.appending(path: "stream.recordio")))
        let lines = try String(contentsOf: folder.appending(path: "stream.records.tsv"), encoding: .utf8).split(separator: "\n").dropFirst()
        let columns = lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        boundaries = columns.compactMap { Int($0[1]) } + [bytes.count]
        types = columns.map { String($0[3]) }
    }

    /// One record with its length before it.
    package static func record(_ text: String) -> [UInt8] { Array("\(text.utf8.count)\n\(text)".utf8) }

    /// The head of a master's answer to `SUBSCRIBE`.
    package static let head = RawServer.Step.head(200, [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")])

    package static let lastChunk = Array("0\r\n\r\n".utf8)

    /// The beginning of a subscription with this interval of heartbeats, in seconds.
    package static func subscribed(heartbeat: Double = 15) -> [UInt8] {
        record(#"{"type":"SUBSCRIBED","subscribed":{"get_state":{},"heartbeat_interval_seconds":\#(heartbeat)}}"#)
    }

    package static let heartbeat = record(#"{"type":"HEARTBEAT"}"#)
}
