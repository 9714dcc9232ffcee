import Captures
import Fleet
import Foundation
import Testing
import Wire

@testable import DCOS

@Suite struct `A token` {
    private func jwt(_ claims: String) -> String { "eyJ." + Base64URL.text(Data(claims.utf8)) + ".sig" }

    @Test func `tells when it ends, and is renewed when a quarter of its life is left`() {
        let now = Clock.start
        let seconds = now.milliseconds / 1000
        let token = Token(jwt(#"{"uid":"a","exp":\#(seconds + 400)}"#), now: now)
        #expect(token.end == now + .seconds(400) && token.renewal == now + .seconds(300))
        let older = Token(jwt(#"{"iat":\#(seconds - 400),"exp":\#(seconds + 400).0}"#), now: now)
        #expect(older.end == now + .seconds(400) && older.renewal == now + .seconds(200))
        let over = Token(jwt(#"{"exp":\#(seconds - 5)}"#), now: now)
        #expect(over.end == now - .seconds(5) && over.renewal == over.end)
    }

    @Test(arguments: ["opaque", "a.b.c", "a.b", "..", "eyJ.e30.x", "eyJ.eyJleHAiOiJ4In0.x", "eyJ.eyJleHAiOjFlOTl9.x"])
    func `that does not tell is good until it is refused`(text: String) {
        let token = Token(text, now: Clock.start)
        #expect(token.end == nil && token.renewal == nil && token.header == "token=" + text)
    }
}

@Suite(.timeLimit(.minutes(1))) struct `A token in a file` {
    /// A server that takes one token, and a session whose token stands in a file.
    private func withServer(
        takes token: String, _ content: String, isTOML: Bool = false, _ body: (DCOSSession, URL, RawServer) async throws -> Void
    ) async throws {
        try await withFolder { folder in
            let file = folder.appending(path: isTOML ? "dcos.toml" : "token")
            try Data(content.utf8).write(to: file)
            try await RawServer.with { request in
                request.header("Authorization") == "token=" + token ? [.answer(200)] : [.answer(401, [("WWW-Authenticate", "oauthjwt")])]
            } _: { server in
                try await withHTTP { http in
                    let credentials: DCOSCredentials = isTOML ? .dcosTOML(file.path()) : .tokenFile(file.path())
                    try await body(DCOSSession(url: server.url, credentials: credentials, http: http), file, server)
                }
            }
        }
    }

    @Test func `is read again when it is refused, and sent again only when it is another`() async throws {
        try await withServer(takes: "new", " old \n") { session, file, server in
            #expect(await session.call() == "401" && server.requests.count == 1)
            try Data("new".utf8).write(to: file)
            #expect(await session.call() == "200" && server.requests.count == 3)
            #expect(await session.call() == "200" && server.requests.count == 4)
            try FileManager.default.removeItem(at: file)
            #expect(await session.call() == "200", "what is known goes on working")
        }
    }

    @Test func `that cannot be read is named`() async throws {
        try await withServer(takes: "x", "geheim\ngeheim") { session, file, server in
            let text = await session.call()
            #expect(text == "\(session.url): no login: the token file \(file.path()) holds more than one line, or a control character", "\(text)")
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: [("dcos.toml.cluster.txt", "cluster-1-token"), ("dcos.toml.legacy.txt", "old-cluster-token")])
    func `may be the DC/OS CLI's own, before and after its version 0.5`(fixture: String, token: String) async throws {
        let content = try String(contentsOf: Capture.fixtures.appending(path: "dcos/auth").appending(path: fixture), encoding: .utf8)
        try await withServer(takes: token, content, isTOML: true) { session, file, _ in
            #expect(await session.call() == "200")
            try Data("[core]\ndcos_acs_token = \"another\"\n".utf8).write(to: file)
            #expect(await session.call() == "200")
        }
    }

    @Test(arguments: [
        "core.dcos_acs_token = \"tok\"", "[core]\n  dcos_acs_token='tok' # mine", "[ core ]\r\ndcos_acs_token = \"tok\"\r\n",
        "[core]\n\"dcos_acs_token\" = \"tok\"",
        "# [other]\n[core]\ntext = \"\"\"\ndcos_acs_token = \"no\"\n\"\"\"\nlist = [\n 1,\n]\ndcos_acs_token = \"tok\"",
        "[other]\ndcos_acs_token = \"no\"\n[core]\nssl_verify = \"[x]\"\ndcos_acs_token = \"tok\"",
    ])
    func `is found in TOML as people write it`(content: String) async throws {
        try await withServer(takes: "tok", content, isTOML: true) { session, _, _ in #expect(await session.call() == "200") }
    }

    @Test(arguments: [
        ("", "has no core.dcos_acs_token; log in with `dcos auth login`"), ("[core]\ndcos_url = \"geheim\"", "has no core.dcos_acs_token"),
        ("[other]\ndcos_acs_token = \"geheim\"", "has no core.dcos_acs_token"),
        ("[core]\n\ndcos_acs_token = geheim", ":3: core.dcos_acs_token must be one text"),
        ("[core]\ndcos_acs_token = \"geheim", ":2: core.dcos_acs_token must be one text"), ("[core]\ndcos_acs_token = \"geheim\" x", "must be one text"),
        ("[core]\ndcos_acs_token = \"\"\"geheim\"\"\"", "must be one text"), ("[core]\ndcos_acs_token = \"ge\\nheim\"", "must be one text"),
        ("[core]\ndcos_acs_token = \"\"", ":2 is empty"),
    ])
    func `that is not in the CLI's file is said with file and line`(content: String, expected: String) async throws {
        try await withServer(takes: "x", content, isTOML: true) { session, file, _ in
            let text = await session.call()
            #expect(text.contains(file.path()) && text.contains(expected) && !text.contains("geheim"), "\(text)")
        }
    }

    @Test func `is not needed where nobody asks for one`() async throws {
        try await RawServer.with {
            $0.header("Authorization") == nil ? [.answer(200)] : [.answer(500)]
        } _: { server in
            try await withHTTP { http in #expect(await DCOSSession(url: server.url, credentials: .none, http: http).call() == "200") }
        }
    }
}
