/// How hosts are reached over SSH. No password is ever asked for or sent, and no host key is ever taken on trust.
package struct SSHSettings: Hashable, Sendable {
    /// OpenSSH's client, looked for in `PATH`. `ssh` by default.
    package var program = "ssh"
    /// Who logs in. It needs the right to do what the commands do.
    package var user: String
    /// 22 by default.
    package var port: Int
    /// The file of the private key; without a passphrase, for nobody is there to type one.
    package var identity: String
    /// The file with the hosts' keys, or with those of an authority that signs them (`@cert-authority`). A host that is not in it is not talked to.
    package var knownHosts: String
    /// How long a host has to accept the connection and exchange keys. 1 s to 120 s; 10 s by default.
    package var connectTimeout: Duration
    /// How much of what a command prints is kept: its last bytes. 16 KiB by default.
    package var outputBytesMax = 16_384

    package init(user: String, port: Int = 22, identity: String, knownHosts: String, connectTimeout: Duration = .seconds(10)) {
        self.user = user
        self.port = port
        self.identity = identity
        self.knownHosts = knownHosts
        self.connectTimeout = connectTimeout
    }

    /// Why nothing can be done with them, in words; nil where all is well.
    package var fault: String? {
        if !Self.isUser(user) { return "\(user.debugDescription) is no name of a user: letters, digits, and '_', '-', '.' after the first" }
        if !(1...65_535).contains(port) { return "\(port) is no port: 1 to 65535" }
        for (name, path) in [("the identity", identity), ("the file of known hosts", knownHosts)] where !Self.isPath(path) {
            return "\(path.debugDescription) will not do for \(name): an absolute path of letters, digits, and '/', '.', '_', '-', '+', '@', ','"
        }
        if connectTimeout < .seconds(1) || connectTimeout > .seconds(120) { return "\(connectTimeout) is no time to connect in: 1 s to 120 s" }
        if !(1...1_048_576).contains(outputBytesMax) { return "\(outputBytesMax) bytes of output cannot be kept: 1 to 1048576" }
        return nil
    }

    private static func isUser(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 64 else { return false }
        return (isLetter(first) || first == UInt8(ascii: "_")) && name.utf8.allSatisfy { isLetter($0) || isDigit($0) || "_-.".utf8.contains($0) }
    }

    /// OpenSSH expands `%`, `~` and `${…}` in its options and splits them at blanks: no such path is taken.
    private static func isPath(_ path: String) -> Bool {
        path.hasPrefix("/") && path.utf8.count <= 1024 && path.utf8.allSatisfy { isLetter($0) || isDigit($0) || "/._-+@,".utf8.contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
