/// The parts of an absolute `http`, `https` or `http+unix` URL, as far as calling and redirecting need them.
package struct HTTPAddress: Hashable, Sendable, CustomStringConvertible {
    package enum Scheme: String, Sendable {
        case http, https
        /// HTTP over a Unix socket: its path stands, percent-encoded, where the host does.
        case unix = "http+unix"
    }

    package let scheme: Scheme
    /// Host and port as written: `10.0.0.5:5050`, `[::1]:80`, `dcos.example.com`.
    package let authority: String
    /// From the first `/` to the query; `/` where the URL ends at the host.
    package let path: String
    /// With its `?`; empty without one.
    package let query: String

    /// Parses an absolute URL; a fragment is dropped. Nil for other schemes, user info, an empty host, a bad port and anything but printable ASCII.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= Self.lengthMax, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        let lowered = text.prefix(8).lowercased()
        let rest: Substring
        if lowered.hasPrefix("http://") {
            scheme = .http
            rest = Substring(text.dropFirst(7))
        } else if lowered.hasPrefix("https://") {
            scheme = .https
            rest = Substring(text.dropFirst(8))
        } else if text.prefix(12).lowercased() == "http+unix://" {
            scheme = .unix
            rest = Substring(text.dropFirst(12))
        } else {
            return nil
        }
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        authority = String(rest[..<end])
        guard scheme == .unix ? Self.isSocketPath(authority) : Self.isAuthority(authority) else { return nil }
        let target = rest[end...].prefix { $0 != "#" }
        let queryStart = target.firstIndex(of: "?") ?? target.endIndex
        let written = String(target[..<queryStart])
        path = written.isEmpty ? "/" : written
        query = String(target[queryStart...])
    }

    /// Without its port: `10.0.0.5`, `[::1]`. Of a Unix socket its path.
    package var host: String {
        let port = authority.lastIndex(of: ":").flatMap { authority[$0...].contains("]") ? nil : $0 }
        return String(authority[..<(scheme == .unix ? authority.endIndex : port ?? authority.endIndex)])
    }

    package var description: String { scheme.rawValue + "://" + authority + path + query }

    /// For errors and logs: without the query, which may carry a secret.
    package var shown: String { scheme.rawValue + "://" + authority + path }

    /// Any text that was meant as a URL, fit for errors and logs: without user info, query and fragment, at most 300 characters.
    package static func shown(_ text: some StringProtocol) -> String {
        var kept = Substring(text.prefix { $0 != "?" && $0 != "#" })
        if let start = kept.firstRange(of: "://") {
            let rest = kept[start.upperBound...]
            let authority = rest.prefix { $0 != "/" }
            if let at = authority.lastIndex(of: "@") {
                kept = kept[..<start.upperBound] + rest[rest.index(after: at)...]
            }
        } else if let at = kept.lastIndex(of: "@") {
            kept = kept[kept.index(after: at)...]
        }
        let printable = kept.prefix(300).map { $0.isASCII && !$0.isNewline && ($0.asciiValue ?? 0) >= 0x20 ? $0 : "?" }
        return String(printable)
    }

    /// Where a `Location` leads from here: absolute, `//host/path`, `/path`, `?query` or `path`. Nil when it leads nowhere that can be called.
    ///
    /// From a host to a socket of this machine, or back, is nowhere: no server out there is to reach what only listens here.
    package func resolving(_ location: some StringProtocol) -> HTTPAddress? {
        guard let next = target(of: location), (next.scheme == .unix) == (scheme == .unix) else { return nil }
        return next
    }

    private func target(of location: some StringProtocol) -> HTTPAddress? {
        if location.hasPrefix("//") { return HTTPAddress(scheme.rawValue + ":" + location) }
        let origin = scheme.rawValue + "://" + authority
        if location.hasPrefix("/") { return HTTPAddress(origin + location) }
        if location.hasPrefix("?") { return HTTPAddress(origin + path + location) }
        if location.contains("://") { return HTTPAddress(location) }
        guard !location.isEmpty, !location.prefix(while: { $0 != "/" }).contains(":") else { return nil }
        let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
        return HTTPAddress(origin + folder + location)
    }

    /// Longer ones are no URL of anything that is called here; many servers refuse them as well.
    private static let lengthMax = 16_384

    /// `%2Frun%2Fmayfly%2Fmayfly.sock`
    private static func isSocketPath(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || "-._~%".contains($0) }
    }

    /// The URL of a path on a Unix socket.
    package static func unix(socket: String, path: String) -> String {
        let host = socket.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || "-._~".utf8.contains(byte)
            let hex = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + hex
        }
        return Scheme.unix.rawValue + "://" + host.joined() + path
    }

    private static func isAuthority(_ text: String) -> Bool {
        var host = Substring(text)
        var port: Substring?
        if host.hasPrefix("[") {
            guard let close = host.firstIndex(of: "]") else { return false }
            let after = host[host.index(after: close)...]
            guard after.isEmpty || after.hasPrefix(":") else { return false }
            port = after.isEmpty ? nil : after.dropFirst()
            host = host[host.index(after: host.startIndex)..<close]
            guard host.allSatisfy({ $0.isHexDigit || ":.".contains($0) }) else { return false }
        } else {
            if let colon = host.firstIndex(of: ":") {
                port = host[host.index(after: colon)...]
                host = host[..<colon]
            }
            guard host.allSatisfy({ $0.isLetter || $0.isNumber || "-._~".contains($0) }) else { return false }
        }
        guard !host.isEmpty else { return false }
        guard let port else { return true }
        guard (1...5).contains(port.count), port.allSatisfy(\.isNumber), let number = Int(port) else { return false }
        return (1...65_535).contains(number)
    }
}
