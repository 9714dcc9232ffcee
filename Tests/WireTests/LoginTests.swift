import Captures
import Synchronization
import Testing
import Wire

extension HTTPCaller {
    /// The status of the answer; nil when there was none.
    fileprivate func status(of url: String, login: HTTPLogin) async -> Int? { try? await send(HTTPCall(url: url), login: login).status }
}

/// Values in a row: the first is handed out until it is refused.
private final class Values: Sendable {
    private let left: Mutex<[String]>
    init(_ values: String...) { left = Mutex(values) }

    var login: HTTPLogin {
        HTTPLogin {
            () throws(HTTPFailure) -> String? in
            self.left.withLock { $0.first }
        } refused: { value in
            self.left.withLock { left in
                if left.first == value, left.count > 1 { left.removeFirst() }
                return left.first != value
            }
        }
    }
}

@Suite struct `A call with a login` {
    @Test func `is sent once more when its login was refused and there is another`() async throws {
        try await RawServer.with {
            $0.header("Authorization") == "token=2" ? [.answer(200)] : [.answer(401)]
        } _: { server in
            try await withCaller { http in
                let values = Values("token=1", "token=2", "token=3")
                #expect(await http.status(of: server.url, login: values.login) == 200)
                #expect(server.requests.map { $0.header("Authorization") } == ["token=1", "token=2"])
                let last = Values("token=8", "token=9")
                #expect(await http.status(of: server.url, login: last.login) == 401)
                #expect(server.requests.count == 4)
                #expect(await http.status(of: server.url, login: .none) == 401)
                #expect(server.requests.last?.header("Authorization") == nil && server.requests.count == 5)
            }
        }
    }

    @Test(arguments: [
        ("/folder", "/folder/"), ("/folder?a=1", "/folder/"), ("/folder", "http://other.example/folder/"), ("/folder", "https://dcos.example.com/folder/"),
    ])
    func `follows a redirect to the same folder with a slash, at its own host`(target: String, location: String) async throws {
        try await RawServer.with {
            $0.target.hasPrefix("/folder/") ? [.answer(200)] : [.answer(301, [("Location", location)])]
        } _: { server in
            try await withCaller { http in
                #expect(await http.status(of: server.url + target, login: .fixed("token=1")) == 200)
                let query = target.dropFirst("/folder".count)
                #expect(server.requests.map(\.target) == [target, "/folder/" + query])
                #expect(server.requests.allSatisfy { $0.header("Authorization") == "token=1" && $0.headers.count { $0.name == "Authorization" } == 1 })
            }
        }
    }

    @Test(arguments: ["/login", "/folder/x/", "http://other.example/", ""])
    func `follows no other redirect`(location: String) async throws {
        try await RawServer.with { _ in
            [.answer(302, [("Location", location)])]
        } _: { server in
            try await withCaller { http in
                #expect(await http.status(of: server.url + "/folder", login: .fixed("token=1")) == 302)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func `that cannot be had is a failure of its own, and nothing is sent`() async throws {
        try await RawServer.with { _ in
            [.answer()]
        } _: { server in
            try await withCaller { http in
                let login = HTTPLogin { () throws(HTTPFailure) -> String? in throw HTTPFailure(.noLogin, url: "https://a/b?c", detail: "why") }
                let failure = await #expect(throws: HTTPFailure.self) { _ = try await http.answer(to: HTTPCall(url: server.url), login: login) }
                #expect(failure?.description == "https://a/b: no login: why" && server.requests.isEmpty)
            }
        }
    }
}

@Suite struct `Admin Router's refusals` {
    private func answer(_ status: Int, _ challenge: String?) -> HTTPAnswer {
        HTTPAnswer(status: status, headers: challenge.map { [(name: "Www-Authenticate", value: $0)] } ?? [], body: [], url: "https://d/mesos")
    }

    @Test(arguments: [
        (401, "oauthjwt", false, "401, DC/OS asks for a login (oauthjwt): none is configured; this login knows no service accounts"),
        (401, "acsjwt", false, "401, DC/OS asks for a login (acsjwt): none is configured; name service_account"),
        (401, "acsjwt", true, "401, DC/OS asks for a login (acsjwt): the token was not accepted: it has ended"),
        (401, nil, true, "401: the token was not accepted"),
        (403, nil, true, "403: the account lacks the permission dcos:x, action full"),
    ])
    func `say what is missing`(status: Int, challenge: String?, hasLogin: Bool, expected: String) {
        let text = answer(status, challenge).adminRouterRefusal(hasLogin: hasLogin, permission: "dcos:x")
        #expect(text?.hasPrefix(expected) == true, "\(text ?? "")")
    }

    @Test func `are no other answers`() {
        for status in [200, 301, 404, 502, 503] { #expect(answer(status, "acsjwt").adminRouterRefusal(hasLogin: true, permission: "p") == nil) }
        #expect(
            answer(401, "acsjwt").isAdminRouterRefusal && !answer(401, "Basic realm=\"x\"").isAdminRouterRefusal && !answer(403, "acsjwt").isAdminRouterRefusal)
    }
}
