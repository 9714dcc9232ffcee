import Daemon
import Foundation
package import Wire

/// Asks a running daemon over its socket.
package struct ConsoleClient: Sendable {
    package let socket: String
    private let http: HTTPCaller

    package struct Reply: Sendable {
        package let text: String
        package let isGood: Bool
        /// The daemon's own; empty when it does not say.
        package let version: String
        /// The ledger that it works on.
        package let ledger: String
    }

    /// It did not answer, or not so that it could be understood.
    package struct Problem: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// An explanation of one node is some KB; 10,000 nodes as JSON are 20 MB.
    private static let limits = HTTPCall.Limits(bodyBytesMax: 256 << 20, connectTimeout: .seconds(2), idleTimeout: .seconds(30), totalTimeout: .seconds(60))

    package init(socket: String, http: HTTPCaller) {
        self.socket = socket
        self.http = http
    }

    package func ask(_ question: Question, wantsText: Bool) async throws -> Reply {
        var limits = Self.limits
        if question == .doctor {
            // It says nothing before it has tried everything.
            let longest = Examination.timeMax + .seconds(10)
            (limits.idleTimeout, limits.totalTimeout) = (longest, longest)
        }
        return try await send(HTTPCall(url: url(question.target), headers: [("Accept", wantsText ? "text/plain" : "application/json")], limits: limits))
    }

    /// Tells the daemon something, as this process' user.
    package func tell(_ instruction: Instruction, wantsText: Bool) async throws -> Reply {
        try await send(
            HTTPCall(method: .post, url: url(instruction.target), headers: [("Accept", wantsText ? "text/plain" : "application/json")], limits: Self.limits))
    }

    /// The daemon writes the copy, as its own user.
    package func snapshot(to path: String) async throws -> SnapshotView {
        let escaped = path.addingPercentEncoding(withAllowedCharacters: CharacterSet(charactersIn: "-._~/").union(.alphanumerics)) ?? ""
        var limits = Self.limits
        // A ledger of some GB takes its disk's time.
        (limits.idleTimeout, limits.totalTimeout) = (.seconds(600), .seconds(600))
        let reply = try await send(HTTPCall(method: .post, url: url(ConsolePath.snapshot.rawValue + "?path=" + escaped), limits: limits))
        return try JSONDecoder().decode(SnapshotView.self, from: Data(reply.text.utf8))
    }

    private func url(_ target: String) -> String { HTTPAddress.unix(socket: socket, path: target) }

    private func send(_ call: HTTPCall) async throws -> Reply {
        let answer: HTTPAnswer
        do throws(HTTPFailure) {
            answer = try await http.send(call)
        } catch {
            let hint =
                if case .timedOut = error.problem {
                    "the daemon is there and does not answer in time; look at its log, and at mayfly status"
                } else {
                    "look whether the daemon runs, and at its log"
                }
            throw Problem(description: "\(socket): the daemon did not answer: \(error.problem)\(error.detail.isEmpty ? "" : ": " + error.detail); \(hint)")
        }
        let version = answer.header(ConsoleDesk.versionHeader) ?? ""
        guard answer.status == 200 else {
            if let error = try? JSONDecoder().decode(ConsoleError.self, from: Data(answer.body)) { throw error }
            throw Problem(
                description:
                    "\(socket): the daemon\(version.isEmpty ? "" : ", version \(version),") answered \(answer.status) in a way that this program does not understand; both should be of one version"
            )
        }
        guard !version.isEmpty else {
            throw Problem(description: "\(socket): what answers there is not Mayfly; check socket in the configuration")
        }
        return Reply(
            text: String(decoding: answer.body, as: UTF8.self), isGood: answer.header(ConsoleDesk.goodHeader) != "false", version: version,
            ledger: answer.header(ConsoleDesk.ledgerHeader) ?? "")
    }
}
