import Fleet
import Foundation

/// What a reading command asks: of the daemon by its URL, or of a ledger at rest.
package enum Question: Hashable, Sendable {
    case status
    case nodes
    case explain(String)
    /// Nil: all of them.
    case services(String?)
    case history(node: String?, since: Duration, limit: Int)
    case rules
    /// Nil: the open ones, and those of the last 30 days.
    case replacements(String?)
    /// Only a running daemon answers this: a ledger says nothing of permissions.
    case doctor

    /// The most lines of history that one answer holds.
    package static let historyMax = 100_000

    /// The path and query to ask for.
    package var target: String {
        switch self {
        case .status: ConsolePath.status.rawValue
        case .nodes: ConsolePath.nodes.rawValue
        case .explain(let node): ConsolePath.explain.rawValue + "/" + Self.escaped(node)
        case .services(let name): ConsolePath.services.rawValue + (name.map { "/" + Self.escaped($0) } ?? "")
        case .history(let node, let since, let limit):
            ConsolePath.history.rawValue + "?since_seconds=\(since.inSeconds)&limit=\(limit)" + (node.map { "&node=" + Self.escaped($0) } ?? "")
        case .rules: ConsolePath.rules.rawValue
        case .replacements(let id): ConsolePath.replacements.rawValue + (id.map { "/" + Self.escaped($0) } ?? "")
        case .doctor: ConsolePath.doctor.rawValue
        }
    }

    /// The question that a path and its parameters ask. Nil: there is no such route.
    init?(path: String, parameters: [String: String]) throws(ConsoleError) {
        switch ConsolePath(rawValue: path) {
        case .status: self = .status
        case .nodes: self = .nodes
        case .rules: self = .rules
        case .doctor: self = .doctor
        case .history:
            let since = try Self.number(parameters["since_seconds"], named: "since_seconds", unless: 86_400, in: 1...(366 * 10 * 86_400))
            let limit = try Self.number(parameters["limit"], named: "limit", unless: 200, in: 1...Self.historyMax)
            self = .history(node: parameters["node"], since: .seconds(since), limit: limit)
        case .services: self = .services(nil)
        case .replacements: self = .replacements(nil)
        default:
            if let node = try Self.name(in: path, after: .explain) {
                self = .explain(node)
            } else if let service = try Self.name(in: path, after: .services) {
                self = .services(service)
            } else if let id = try Self.name(in: path, after: .replacements) {
                self = .replacements(id)
            } else {
                return nil
            }
        }
    }

    private static func name(in path: String, after route: ConsolePath) throws(ConsoleError) -> String? {
        let prefix = route.rawValue + "/"
        guard path.hasPrefix(prefix), path.count > prefix.count else { return nil }
        guard let name = String(path.dropFirst(prefix.count)).removingPercentEncoding else {
            throw ConsoleError(.badRequest, "the name in \(path.prefix(200)) is not percent-encoded text", hint: "encode it as a part of a URL")
        }
        return name
    }

    package func answer(from archive: Archive, version: String) throws -> ConsoleAnswer {
        switch self {
        case .status: try archive.status(version: version)
        case .nodes: try archive.nodes()
        case .explain(let node): try archive.explain(node)
        case .services(let name): try archive.services(name)
        case .history(let node, let since, let limit): try archive.history(node: node, since: since, limit: limit)
        case .rules: try archive.rulesAnswer()
        case .replacements(let id): try archive.replacements(id)
        case .doctor:
            throw ConsoleError(.failed, "a ledger cannot say whether the sources can be reached", hint: "ask with mayfly doctor")
        }
    }

    private static func number(_ text: String?, named name: String, unless usual: Int, in range: ClosedRange<Int>) throws(ConsoleError) -> Int {
        guard let text else { return usual }
        guard let number = Int(text), range.contains(number) else {
            throw ConsoleError(.badRequest, "\(name) is '\(text.prefix(40))'", hint: "give a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: CharacterSet(charactersIn: "-._~").union(.alphanumerics.intersection(.ascii))) ?? ""
    }
}

extension CharacterSet {
    fileprivate static let ascii = CharacterSet(charactersIn: Unicode.Scalar(0)...Unicode.Scalar(0x7F))
}
