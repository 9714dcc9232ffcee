import Wire

/// The DC/OS CLI's `dcos.toml`, as far as the token in it: `~/.dcos/clusters/<id>/dcos.toml`, before CLI 0.5 `~/.dcos/dcos.toml`.
///
/// Of TOML only what that file can hold is understood: sections, and `name = "text"`. Everything but `core.dcos_acs_token` is gone over.
struct CLIFile: Sendable {
    let path: String

    /// The CLI writes some hundred bytes.
    private static let bytesMax = 65_536

    func token() throws(SecretProblem) -> String {
        let text = try SecretFile.text(of: path, called: Self.name, bytesMax: Self.bytesMax)
        var section = ""
        var openQuotes: String?
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if let quotes = openQuotes {
                if line.contains(quotes) { openQuotes = nil }
                continue
            }
            let content = line.trimmed
            if content.hasPrefix("[") {
                section = String(content.dropFirst().prefix { $0 != "]" }).filter { !$0.isWhitespace }
                continue
            }
            guard let equals = content.firstIndex(of: "="), !content.hasPrefix("#") else { continue }
            let key = content[..<equals].filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
            let value = content[content.index(after: equals)...].trimmed
            guard (section.isEmpty ? key : section + "." + key) == Self.key else {
                openQuotes = Self.quotesLeftOpen(by: value)
                continue
            }
            return try SecretFile.checked(try self.text(of: value, line: index + 1), called: "\(Self.key) in \(Self.name) \(path):\(index + 1)")
        }
        throw SecretProblem(text: "\(Self.name) \(path) has no \(Self.key); log in with `dcos auth login`, or name another file")
    }

    private static let name = "the DC/OS CLI's file"
    private static let key = "core.dcos_acs_token"

    /// A text over several lines, which other keys may have.
    private static func quotesLeftOpen(by value: Substring) -> String? {
        for quotes in ["\"\"\"", "'''"] where value.hasPrefix(quotes) && !value.dropFirst(3).contains(quotes) { return quotes }
        return nil
    }

    /// `"text"` with its escapes, or `'text'` without.
    private func text(of value: Substring, line: Int) throws(SecretProblem) -> String {
        let problem = SecretProblem(text: "\(Self.name) \(path):\(line): \(Self.key) must be one text in quotes")
        guard let quote = value.first, quote == "\"" || quote == "'", !value.hasPrefix("\"\"\""), !value.hasPrefix("'''") else { throw problem }
        var text = ""
        var rest = value.dropFirst()
        while let character = rest.popFirst() {
            if character == quote {
                let after = rest.trimmed
                guard after.isEmpty || after.hasPrefix("#") else { throw problem }
                return text
            }
            guard character == "\\", quote == "\"" else {
                text.append(character)
                continue
            }
            // A token has nothing to escape but these.
            guard let escaped = rest.popFirst(), escaped == "\"" || escaped == "\\" else { throw problem }
            text.append(escaped)
        }
        throw problem
    }
}

extension Substring {
    /// Without white space at both ends.
    fileprivate var trimmed: Substring {
        var text = drop(while: \.isWhitespace)
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return text
    }
}
