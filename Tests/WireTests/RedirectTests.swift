import Captures
import Testing
import Wire

@Suite struct `A redirect` {
    private let call = HTTPCall(
        method: .post, url: "", headers: [("Authorization", "token=abc"), ("X-Kept", "yes")], body: Array("body".utf8),
        limits: shortLimits(idle: .seconds(15), redirectsMax: 3))

    @Test(arguments: [307, 308]) func `is followed with method, body and headers, whatever its form`(status: Int) async throws {
        try await RawServer.with {
            [.answer(200, body: $0.target.utf8)]
        } _: { leader in
            let targets = [
                "/a/bare": "//\(leader.authority)/master/api/v1", "/a/whole": leader.url + "/master/api/v1", "/a/path": "/b", "/a/relative": "c?d=1",
            ]
            let answers = ["/b": leader.url + "/b", "/a/c?d=1": leader.url + "/c"]
            try await RawServer.with { request in
                [.answer(status, [("Location", targets[request.target] ?? answers[request.target] ?? "")])]
            } _: { standby in
                try await withCaller { http in
                    for (path, expected) in [("/a/bare", "/master/api/v1"), ("/a/whole", "/master/api/v1"), ("/a/path", "/b"), ("/a/relative", "/c")] {
                        var call = call
                        call.url = standby.url + path
                        let answer = try await http.answer(to: call)
                        #expect(String(decoding: answer.body, as: UTF8.self) == expected)
                        #expect(answer.url == leader.url + expected)
                        let request = try #require(leader.requests.last)
                        #expect(request.method == "POST")
                        #expect(request.text == "body")
                        #expect(request.header("x-kept") == "yes")
                        #expect(request.header("authorization") == "token=abc")
                    }
                }
            }
        }
    }

    @Test func `is handed back when none may be followed, and when it changes the method`() async throws {
        try await RawServer.with {
            [.answer(Int($0.target.dropFirst()) ?? 0, [("Location", "/x")])]
        } _: { server in
            try await withCaller { http in
                for (status, max) in [(307, 0), (301, 3), (302, 3), (303, 3)] {
                    let answer = try await http.answer(to: HTTPCall(url: server.url + "/\(status)", limits: shortLimits(idle: .seconds(15), redirectsMax: max)))
                    #expect(answer.status == status)
                }
            }
        }
    }

    @Test func `in a loop ends after as many as are allowed`() async throws {
        try await RawServer.with { _ in
            [.answer(307, [("Location", "/again")])]
        } _: { server in
            try await withCaller { http in
                let failure = await http.failure(of: HTTPCall(url: server.url, limits: shortLimits(idle: .seconds(15), redirectsMax: 3)))
                #expect(failure?.problem == .tooManyRedirects(max: 3))
                #expect(server.requests.count == 4)
            }
        }
    }

    @Test(arguments: ["", "ftp://x/", "//", "http://user@x/", "javascript:alert(1)"]) func `that leads nowhere is refused`(location: String) async throws {
        try await RawServer.with { _ in
            [.answer(307, location.isEmpty ? [] : [("Location", location)])]
        } _: { server in
            try await withCaller { http in
                let failure = await http.failure(of: HTTPCall(url: server.url, limits: shortLimits(idle: .seconds(15), redirectsMax: 3)))
                #expect(failure?.problem == .badRedirect, "\(String(describing: failure))")
                #expect(server.requests.count == 1)
            }
        }
    }
}
