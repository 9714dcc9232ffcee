import Fleet
import FoundationEssentials
import Wire

/// Puts questions to Admin Router during one poll.
struct DCOSAsking: Sendable {
    let session: DCOSSession
    /// When the poll must have ended.
    let deadline: ContinuousClock.Instant

    init(session: DCOSSession, within limit: Duration) {
        self.session = session
        deadline = ContinuousClock.now + limit
    }

    /// Reads JSON from a path below the cluster's URL.
    ///
    /// - Parameters:
    ///   - permission: what an account needs for it, for the error that says that it is missing. Nil where nobody has to log in.
    /// - Throws: one line that names the URL.
    func get<Answer: Decodable & Sendable>(
        _ path: String, as: Answer.Type = Answer.self, bytesMax: Int, permission: String?
    ) async throws(SourceFailure) -> Answer {
        let limits = HTTPCall.Limits(bodyBytesMax: bytesMax, totalTimeout: max(.milliseconds(1), deadline - ContinuousClock.now))
        let call = HTTPCall(url: session.url + path, headers: [(name: "Accept", value: "application/json")], limits: limits)
        let answer: HTTPAnswer
        do throws(HTTPFailure) {
            answer = try await session.http.send(call, login: permission == nil ? .none : session.login)
        } catch {
            throw SourceFailure(error.description)
        }
        if let refusal = refusal(answer, permission: permission) { throw SourceFailure("\(answer.shownURL): \(refusal)") }
        switch await Self.decoded(answer.body, as: Answer.self) {
        case .success(let value): return value
        case .failure(let problem):
            throw SourceFailure(
                "\(answer.shownURL): the answer is not what DC/OS sends: \(problem); its \(answer.body.count) bytes begin with \"\(answer.start)\"")
        }
    }

    private func refusal(_ answer: HTTPAnswer, permission: String?) -> String? {
        if answer.status == 200 { return answer.isWebPage ? "200, an HTML page: is a proxy or login page in between?" : nil }
        if let permission, let text = answer.adminRouterRefusal(hasLogin: session.credentials != .none, permission: permission) { return text }
        switch answer.status {
        case 300..<400:
            let target = answer.header("location").map { HTTPAddress.shown($0) } ?? "nowhere"
            return "\(answer.status), a redirect to \(target): name that address under dcos.url, if it is DC/OS' own"
        case 404: return "404: there is no such path; dcos.url must be DC/OS' Admin Router on a master"
        case 502, 503, 504: return "\(answer.status): Admin Router does not reach what it asks for us; the next poll tries again"
        default: return "\(answer.status)\(answer.isWebPage || answer.body.isEmpty ? "" : " \"\(answer.start)\"")"
        }
    }

    /// Off the caller's executor: a thousand nodes take milliseconds, ten thousand a tenth of a second.
    @concurrent private static func decoded<Answer: Decodable & Sendable>(_ body: [UInt8], as: Answer.Type) async -> Result<Answer, JSONMismatch> {
        do { return .success(try JSONDecoder().decode(Answer.self, from: Data(body))) } catch { return .failure(JSONMismatch(error)) }
    }
}

extension HTTPAnswer {
    fileprivate var shownURL: String { HTTPAddress.shown(url) }

    fileprivate var isWebPage: Bool {
        if header("content-type")?.lowercased().hasPrefix("text/html") ?? false { return true }
        return body.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "<")
    }

    /// The beginning of the body, fit for an error: printable ASCII, at most 60 characters.
    fileprivate var start: String { String(body.prefix(60).map { (0x20..<0x7F).contains($0) ? Character(Unicode.Scalar($0)) : " " }) }
}

/// What is wrong with a body, and where: `nodes[3].health is missing`.
struct JSONMismatch: Error, Hashable, Sendable, CustomStringConvertible {
    let description: String

    init(_ error: any Error) {
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): description = "\(Self.path(context.codingPath + [key])) is missing"
        case .valueNotFound(_, let context): description = "\(Self.path(context.codingPath)) is null"
        case .typeMismatch(_, let context): description = "\(Self.path(context.codingPath)) is of another kind"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty: description = "\(Self.path(context.codingPath)) cannot be read"
        case .dataCorrupted, nil: description = "it is not valid JSON"
        @unknown default: description = "it cannot be read"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        let path = keys.reduce("") { text, key in
            if let index = key.intValue { return text + "[\(index)]" }
            return text.isEmpty ? key.stringValue : text + "." + key.stringValue
        }
        return path.isEmpty ? "it" : String(path.prefix(120))
    }
}
