package import Fleet
internal import FoundationEssentials
internal import Synchronization

/// A receiver of webhooks: takes whatever is posted to it, and remembers it.
package final class AlertSink: Sendable {
    /// One request that was taken.
    package struct Delivery: Sendable, Hashable {
        package let at: Timestamp
        package let path: String
        package let body: [UInt8]

        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    private struct Content {
        var deliveries: [Delivery] = []
        var count = 0
        var isRefusing = false
    }

    private let content = Mutex(Content())
    /// So many are remembered, the newest; all are counted. A week of the endless story brings some thousand.
    private static let deliveriesMax = 20_000

    /// How many requests were taken since the start.
    package var count: Int { content.withLock { $0.count } }
    /// The newest, in the order in which they came.
    package var deliveries: [Delivery] { content.withLock { $0.deliveries } }

    /// While it refuses, everything is answered with 503.
    package func refuse(_ isRefusing: Bool) { content.withLock { $0.isRefusing = isRefusing } }

    /// A POST is taken; a GET shows what came, as lines of JSON.
    func answer(_ question: Question, now: Timestamp) -> Answer {
        if question.method == "GET" { return shown }
        guard question.method == "POST" else { return .text(405, "405 Method Not Allowed", headers: [("Allow", "GET, POST")]) }
        return content.withLock { content in
            if content.isRefusing { return .text(503, "503 Service Unavailable") }
            content.count += 1
            content.deliveries.append(Delivery(at: now, path: question.path, body: question.body))
            if content.deliveries.count > Self.deliveriesMax { content.deliveries.removeFirst(Self.deliveriesMax / 10) }
            return Answer(status: 200)
        }
    }

    private var shown: Answer {
        var lines: [UInt8] = []
        for delivery in deliveries {
            let head: JSON = ["at": JSON(delivery.at.description), "path": JSON(delivery.path)]
            // The body is the sender's own JSON; what is none is shown as text.
            let isObject = (try? JSONDecoder().decode([String: Anything].self, from: Data(delivery.body))) != nil
            let isList = (try? JSONDecoder().decode([Anything].self, from: Data(delivery.body))) != nil
            let body = isObject || isList ? delivery.body.filter { $0 != UInt8(ascii: "\n") } : JSON(delivery.text).bytes
            lines += head.bytes.dropLast() + Array(",\"body\":".utf8) + body + Array("}\n".utf8)
        }
        return Answer(status: 200, contentType: "application/x-ndjson", body: lines)
    }

    /// A JSON value of which nothing is wanted but that it is one.
    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {}
    }
}
