extension HTTPAddress {
    /// Scheme, host and port, in one way of writing them: `https://dcos.example.com:443`. What has the same one is the same server.
    package var origin: String {
        if scheme == .unix { return scheme.rawValue + "://" + authority }
        let host = authority.lowercased()
        let hasPort = host.split(separator: "]", omittingEmptySubsequences: false).last?.contains(":") ?? false
        return scheme.rawValue + "://" + host + (hasPort ? "" : scheme == .https ? ":443" : ":80")
    }
}
