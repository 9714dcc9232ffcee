import Fleet
import FoundationEssentials

/// A token of DC/OS, with what it tells of itself. It is in no description or dump.
struct Token: Hashable, Sendable {
    /// The value of `Authorization`.
    let header: String
    /// When it ends, by its own word. Nil when it does not say: it is good until it is refused.
    let end: Timestamp?
    /// When less than a quarter of its life is left.
    let renewal: Timestamp?

    /// - Parameter now: when it was had, which is when its life began where it does not say.
    init(_ text: String, now: Timestamp) {
        header = "token=" + text
        let claims = Claims(of: text)
        end = claims?.end
        renewal = end.map { end in
            let start = claims?.start.flatMap { $0 < end ? $0 : nil } ?? min(now, end)
            return end - (end - start) / 4
        }
    }

    /// The claims of a JWT that matter here. Not verified: who is asked decides what a token is worth, not who sends it.
    private struct Claims {
        let start: Timestamp?
        let end: Timestamp

        init?(of token: String) {
            let parts = token.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, let data = Base64URL.data(parts[1]), let read = try? JSONDecoder().decode(Read.self, from: data),
                let end = read.exp.flatMap({ Timestamp(seconds: $0) })
            else { return nil }
            self.end = end
            start = read.iat.flatMap { Timestamp(seconds: $0) }
        }

        private struct Read: Decodable {
            let exp: Double?
            let iat: Double?
        }
    }
}

extension Token: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "<token>" }
    var debugDescription: String { "<token>" }
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// Base64 as JWTs have it: `-` and `_` for `+` and `/`, and no padding.
enum Base64URL {
    static func text(_ data: Data) -> String {
        String(
            data.base64EncodedString().compactMap { character in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }

    static func data(_ text: some StringProtocol) -> Data? {
        let plain = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
    }
}
