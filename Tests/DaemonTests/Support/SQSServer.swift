import Captures
import Foundation
import Synchronization

/// One standard queue of SQS on 127.0.0.1, by its JSON protocol: at least once, in no order, at most ten at a time. What was handed out is hidden for a while
/// and then comes again, until it is deleted; now and then one comes again all the same, as SQS warns of, and now and then a call fails.
///
/// It waits for no message: whoever asks of an empty queue is told so at once.
final class SQSServer: Sendable {
    let url: String
    private let server: RawServer
    private let queue: Queue

    /// - Parameters:
    ///   - count: so many messages are in it at the start.
    ///   - body: of the message of a number, the same each time.
    ///   - visibility: for how long one that was handed out is hidden, in real time.
    ///   - failsEvery: each so-manieth call is answered with 503. Nil: none.
    ///   - refuses: the action that whoever asks may not do. Nil: none.
    static func start(
        _ count: Int, visibility: Duration = .seconds(30), failsEvery: Int? = nil, refuses: String? = nil,
        others: @escaping RawServer.Answer = { _ in [.answer(404)] },
        body: @escaping @Sendable (Int) -> String
    ) async throws -> SQSServer {
        let queue = Queue(count, visibility: visibility, failsEvery: failsEvery, refuses: refuses, body: body)
        let server = try await RawServer.start(remembers: false) { request in
            guard let target = request.header("x-amz-target") else { return others(request) }
            return [queue.answer(String(target.drop { $0 != "." }.dropFirst()), request.body)]
        }
        return SQSServer(server, queue)
    }

    private init(_ server: RawServer, _ queue: Queue) {
        (self.server, self.queue) = (server, queue)
        url = server.url
    }

    func stop() async throws { try await server.stop() }

    var name: String { url + "/123456789012/events" }
    /// Messages that are not deleted yet.
    var left: Int { queue.state.withLock { $0.left } }
    /// Messages that were handed out, each as often as it was.
    var handedOut: Int { queue.state.withLock { $0.handedOut } }
    /// The most that were handed out at a time and neither deleted nor visible again.
    var outMax: Int { queue.state.withLock { $0.outMax } }
    /// The first ten calls, by their actions.
    var firstCalls: [String] { queue.state.withLock { $0.firstCalls } }

    private final class Queue: Sendable {
        struct State {
            /// When each may be handed out next, in milliseconds of uptime; `Int.max` once it is deleted.
            var visibleAt: [Int]
            var handings: [UInt16]
            var left: Int
            var handedOut = 0
            var out = 0
            var outMax = 0
            var cursor = 0
            var calls = 0
            var firstCalls: [String] = []
            var deleted: [Int] = []
        }

        let state: Mutex<State>
        private let body: @Sendable (Int) -> String
        private let visibility: Int
        private let failsEvery: Int?
        private let refuses: String?
        private let start = ContinuousClock.now
        /// Coprime to any count that is no multiple of it: all are visited, in no order.
        private static let stride = 7919

        init(_ count: Int, visibility: Duration, failsEvery: Int?, refuses: String?, body: @escaping @Sendable (Int) -> String) {
            state = Mutex(State(visibleAt: Array(repeating: 0, count: count), handings: Array(repeating: 0, count: count), left: count))
            self.body = body
            self.visibility = Int(visibility / .milliseconds(1))
            self.failsEvery = failsEvery
            self.refuses = refuses
        }

        private var now: Int { Int((ContinuousClock.now - start) / .milliseconds(1)) }

        func answer(_ action: String, _ request: [UInt8]) -> RawServer.Step {
            let fails = state.withLock { state in
                state.calls += 1
                if state.firstCalls.count < 10 { state.firstCalls.append(action) }
                return failsEvery.map { state.calls % $0 == 0 } ?? false
            }
            if fails { return .answer(503, body: Array(#"{"__type": "com.amazonaws.sqs#ServiceUnavailable"}"#.utf8)) }
            if action == refuses { return refused("com.amazon.coral.service#AccessDeniedException") }
            do {
                switch action {
                case "ReceiveMessage": return .json(try receive(JSONDecoder().decode(Receive.self, from: Data(request))))
                case "DeleteMessageBatch": return .json(try delete(JSONDecoder().decode(Delete.self, from: Data(request))))
                default: return refused("com.amazon.coral.service#UnknownOperationException")
                }
            } catch {
                return refused("com.amazonaws.sqs#\((error as? Refusal)?.rawValue ?? "InvalidParameterValue")")
            }
        }

        private func refused(_ type: String) -> RawServer.Step { .answer(400, body: Array(#"{"__type": "\#(type)"}"#.utf8)) }

        private struct Receive: Decodable {
            let countMax, visibility: Int?
            private enum CodingKeys: String, CodingKey {
                case countMax = "MaxNumberOfMessages"
                case visibility = "VisibilityTimeout"
            }
        }

        private struct Delete: Decodable {
            let entries: [Entry]
            private enum CodingKeys: String, CodingKey { case entries = "Entries" }

            struct Entry: Decodable {
                let id, receipt: String
                private enum CodingKeys: String, CodingKey {
                    case id = "Id"
                    case receipt = "ReceiptHandle"
                }
            }
        }

        private enum Refusal: String, Error {
            case invalidValue = "InvalidParameterValue"
            case empty = "EmptyBatchRequest"
            case tooMany = "TooManyEntriesInBatchRequest"
            case notDistinct = "BatchEntryIdsNotDistinct"
        }

        private func receive(_ request: Receive) throws -> [UInt8] {
            let wanted = request.countMax ?? 1
            guard (1...10).contains(wanted) else { throw Refusal.invalidValue }
            let now = now
            let hidden = request.visibility.map { $0 * 1000 } ?? visibility
            let found = state.withLock { state -> [(Int, UInt16)] in
                var found: [Int] = []
                // Once more, though it was deleted: the server that has it was away then.
                if state.calls % 40 == 0, let again = state.deleted.popLast() { found.append(again) }
                let count = state.visibleAt.count
                var visited = 0
                while found.count < wanted, visited < count {
                    let index = state.cursor * Self.stride % count
                    state.cursor = (state.cursor + 1) % count
                    visited += 1
                    guard state.visibleAt[index] <= now else { continue }
                    found.append(index)
                    // It is seen, and hidden from nobody.
                    if hidden == 0 { continue }
                    if state.visibleAt[index] == 0 { state.out += 1 }
                    state.visibleAt[index] = now + hidden
                }
                state.handedOut += found.count
                state.outMax = max(state.outMax, state.out)
                return found.map { index in
                    state.handings[index] += 1
                    return (index, state.handings[index])
                }
            }
            if found.isEmpty { return Array("{}".utf8) }
            let messages = found.map { index, handing in
                [
                    "MessageId": "m-\(index)", "ReceiptHandle": "\(index)/\(handing)/" + String(repeating: "A", count: 160), "MD5OfBody": "0",
                    "Body": body(index),
                ]
            }
            return [UInt8](try JSONEncoder().encode(["Messages": messages]))
        }

        private func delete(_ request: Delete) throws -> [UInt8] {
            if request.entries.isEmpty { throw Refusal.empty }
            if request.entries.count > 10 { throw Refusal.tooMany }
            if Set(request.entries.map(\.id)).count < request.entries.count { throw Refusal.notDistinct }
            var good: [String] = []
            var bad: [String] = []
            state.withLock { state in
                for entry in request.entries {
                    guard let index = entry.receipt.split(separator: "/").first.flatMap({ Int($0) }), state.visibleAt.indices.contains(index) else {
                        bad.append(#"{"Id": "\#(entry.id)", "Code": "ReceiptHandleIsInvalid", "SenderFault": true}"#)
                        continue
                    }
                    good.append(#"{"Id": "\#(entry.id)"}"#)
                    if state.visibleAt[index] == .max { continue }
                    state.visibleAt[index] = .max
                    state.left -= 1
                    state.out -= 1
                    if state.deleted.count < 100 { state.deleted.append(index) }
                }
            }
            return Array("{\"Successful\": [\(good.joined(separator: ", "))], \"Failed\": [\(bad.joined(separator: ", "))]}".utf8)
        }
    }
}
