package import Fleet

extension DCOSSession {
    /// The cluster's own version, `2.2.0`. Anybody may ask for it, so it also tells whether the URL is right where a login is not.
    package func version() async throws(SourceFailure) -> String {
        let asking = DCOSAsking(session: self, within: .seconds(15))
        let answer = try await asking.get("/dcos-metadata/dcos-version.json", as: VersionAnswer.self, bytesMax: 65_536, permission: nil)
        return String(answer.version.prefix(40))
    }

    private struct VersionAnswer: Decodable { let version: String }
}
