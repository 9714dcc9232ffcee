/// A request as signature version 4 sees it.
package struct SignableRequest: Sendable {
    package var method: String
    /// As it stands in the request line; empty means `/`.
    package var path: String
    /// As it stands in the request line, without the `?`.
    package var query: String
    /// In the order in which they are sent, `Host` among them.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(method: String, path: String, query: String = "", headers: [(name: String, value: String)], body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// Headers that something on the way may change; botocore leaves out the same (`auth.py`, `SIGNED_HEADERS_BLACKLIST`).
    private static let unsigned: Set<String> = [
        "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
        "user-agent", "x-amzn-trace-id",
    ]

    /// Name in lower case and value, sorted by name; values of one name joined with commas in their order, white space squeezed.
    func canonicalHeaders() -> [(name: String, value: String)] {
        var values: [String: [String]] = [:]
        for header in headers {
            let name = header.name.lowercased()
            guard !Self.unsigned.contains(name) else { continue }
            let words = header.value.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
            values[name, default: []].append(words.joined(separator: " "))
        }
        return values.map { (name: $0.key, value: $0.value.joined(separator: ",")) }.sorted { $0.name < $1.name }
    }

    /// Without `.`, `..` and doubled slashes; a trailing slash stays.
    func canonicalPath() -> String {
        var kept: [Substring] = []
        for segment in path.split(separator: "/", omittingEmptySubsequences: true) {
            switch segment {
            case ".": continue
            case "..": _ = kept.popLast()
            default: kept.append(segment)
            }
        }
        let joined = "/" + kept.joined(separator: "/")
        let endsOpen = path.hasSuffix("/") || path.hasSuffix("/.") || path.hasSuffix("/..")
        return Percent.path(endsOpen && joined != "/" ? joined + "/" : joined)
    }

    /// Pairs sorted by encoded name, then value; a name without `=` gets an empty value.
    func canonicalQuery() -> String {
        let pairs = query.split(separator: "&", omittingEmptySubsequences: true).map { pair -> (name: String, value: String) in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Percent.query(parts[0]), parts.count > 1 ? Percent.query(parts[1]) : "")
        }
        let sorted = pairs.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
        return sorted.map { $0.name + "=" + $0.value }.joined(separator: "&")
    }
}
