import Rules

/// Where the daemon answers.
package struct ConsoleSection: Hashable, Sendable {
    package var socket = ConsoleSection.defaultSocket
    /// Whether the file names it: a socket that was asked for and cannot be had ends the daemon, the usual one only warns.
    package var isSocketNamed = false
    /// For metrics on TCP. Nil: only on the socket.
    package var metrics: Listener?

    /// An address of this machine to listen on.
    package struct Listener: Hashable, Sendable, CustomStringConvertible {
        package let host: String
        /// 0: the system chooses.
        package let port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    package static let defaultSocket = "/run/mayfly/mayfly.sock"
    /// `sun_path` of `sockaddr_un` holds 108 bytes with its zero.
    package static let socketBytesMax = 107
    /// The socket is made in a directory of its own, whose name adds eleven bytes, before anybody can see it.
    package static let directoryBytesMax = socketBytesMax - 11
}

extension ConfigurationReading {
    /// Both keys stand at the top level.
    func readConsole(_ top: YAMLMapping) -> ConsoleSection? {
        var section = ConsoleSection()
        if let value = top["socket"] {
            guard let path = readSocket(value) else { return nil }
            section.socket = path
            section.isSocketNamed = true
        }
        guard let metrics = top["metrics"] else { return section }
        guard let mapping = metrics.mapping() else { return nil }
        mapping.allow(["listen"])
        guard let value = mapping.required("listen"), let text = value.string() else { return nil }
        guard let listener = Self.listener(text) else {
            value.note("listen must be an address and a port such as 127.0.0.1:9464 or [::1]:9464, not '\(text.prefix(100))'")
            return nil
        }
        section.metrics = listener
        return section
    }

    private func readSocket(_ value: YAMLValue) -> String? {
        guard let text = value.string() else { return nil }
        guard !text.isEmpty, !text.hasSuffix("/") else {
            value.note("socket must be the path of a file, such as \(ConsoleSection.defaultSocket)")
            return nil
        }
        let path = resolved(text)
        let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        guard path.utf8.count <= ConsoleSection.socketBytesMax, directory.utf8.count <= ConsoleSection.directoryBytesMax else {
            value.note(
                "\(path) is too long for a Unix socket: \(path.utf8.count) bytes, at most \(ConsoleSection.socketBytesMax), its directory \(ConsoleSection.directoryBytesMax); name a shorter path"
            )
            return nil
        }
        return path
    }

    /// `127.0.0.1:9464`, `[::1]:9464`, `:9464` not: whoever means every address writes 0.0.0.0.
    private static func listener(_ text: String) -> ConsoleSection.Listener? {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() } else if host.contains(":") { return nil }
        let digits = text[text.index(after: colon)...]
        guard !host.isEmpty, host.allSatisfy({ $0.isLetter || $0.isNumber || "-.:".contains($0) }) else { return nil }
        guard (1...5).contains(digits.count), digits.allSatisfy(\.isNumber), let port = Int(digits), (0...65_535).contains(port) else { return nil }
        return ConsoleSection.Listener(host: String(host), port: port)
    }
}
