import Captures
import Foundation
import Testing
import Wire

@Suite struct `A call` {
    @Test func `sends method, headers and body, and hands back status, headers and body`() async throws {
        try await RawServer.with { _ in
            [.answer(418, [("X-Tea", "green"), ("x-tea", "black")], body: "short and stout".utf8)]
        } _: { server in
            try await withCaller { http in
                let call = HTTPCall(method: .post, url: server.url + "/pot?cups=2", headers: [("X-Cup", "blue")], body: Array("milk".utf8))
                let answer = try await http.answer(to: call)
                #expect(answer.status == 418)
                #expect(!answer.isSuccess)
                #expect(answer.header("X-TEA") == "green")
                #expect(answer.body == Array("short and stout".utf8))
                #expect(answer.url == server.url + "/pot?cups=2")
                let request = try #require(server.requests.first)
                #expect(request.method == "POST")
                #expect(request.target == "/pot?cups=2")
                #expect(request.header("x-cup") == "blue")
                #expect(request.header("accept-encoding") == "gzip")
                #expect(request.text == "milk")
            }
        }
    }

    @Test func `asks for no compression when it must not`() async throws {
        try await RawServer.with { _ in
            [.answer()]
        } _: { server in
            try await withCaller { http in
                _ = try await http.answer(to: HTTPCall(url: server.url, acceptsGzip: false))
                #expect(server.requests.first?.header("accept-encoding") == "identity")
            }
        }
    }

    @Test func `reads chunks`() async throws {
        let parts: [RawServer.Step] = [
            .send(RawServer.Step.head(200, [("Transfer-Encoding", "chunked")])), .send(RawServer.Step.chunk("one ".utf8)),
            .send(RawServer.Step.chunk("two".utf8)), .send(Array("0\r\n\r\n".utf8)),
        ]
        try await RawServer.with { _ in
            parts
        } _: { server in
            try await withCaller { http in
                let answer = try await http.answer(to: HTTPCall(url: server.url))
                #expect(answer.body == Array("one two".utf8))
            }
        }
    }

    @Test func `unpacks gzip and keeps to its limit while it does`() async throws {
        try await withFolder { folder in
            try await shell("head -c 67108864 /dev/zero | gzip -9 > bomb.gz; seq 1 20000 | gzip > good.gz; head -c 20000 good.gz > cut.gz", in: folder)
            let bomb = [UInt8](try Data(contentsOf: folder.appending(path: "bomb.gz")))
            let good = [UInt8](try Data(contentsOf: folder.appending(path: "good.gz")))
            let cut = [UInt8](try Data(contentsOf: folder.appending(path: "cut.gz")))
            let bodies = ["/bomb": bomb, "/good": good, "/cut": cut, "/nonsense": Array("this is not gzip".utf8)]
            try await RawServer.with {
                [.answer(200, [("Content-Encoding", "gzip")], body: bodies[$0.target] ?? [])]
            } _: { server in
                try await withCaller { http in
                    #expect(bomb.count < 1 << 20)
                    let bombed = await http.failure(of: HTTPCall(url: server.url + "/bomb"))
                    #expect(bombed?.problem == .tooLarge(bytesMax: 1 << 20))
                    let answer = try await http.answer(to: HTTPCall(url: server.url + "/good"))
                    #expect(answer.body == (1...20_000).flatMap { Array("\($0)\n".utf8) })
                    let limited = HTTPCall(url: server.url + "/good", limits: HTTPCall.Limits(bodyBytesMax: answer.body.count - 1))
                    #expect(await http.failure(of: limited)?.problem == .tooLarge(bytesMax: answer.body.count - 1))
                    let exact = HTTPCall(url: server.url + "/good", limits: HTTPCall.Limits(bodyBytesMax: answer.body.count))
                    #expect(try await http.answer(to: exact).body.count == answer.body.count)
                    #expect(await http.failure(of: HTTPCall(url: server.url + "/cut"))?.problem == .cutShort)
                    #expect(await http.failure(of: HTTPCall(url: server.url + "/nonsense"))?.problem == .notHTTP)
                }
            }
        }
    }

    @Test func `fails at once when a longer body is announced`() async throws {
        try await RawServer.with { _ in
            [.send(RawServer.Step.head(200, [("Content-Length", "1048577")]))]
        } _: { server in
            try await withCaller { http in
                let failure = await http.failure(of: HTTPCall(url: server.url + "/big?secret=x"))
                #expect(failure?.problem == .tooLarge(bytesMax: 1 << 20))
                #expect(failure?.description.contains(server.url + "/big: ") == true)
                #expect(failure?.description.contains("secret") == false)
            }
        }
    }

    @Test(arguments: [true, false]) func `does not read 64 MiB of nonsense to its end`(isChunked: Bool) async throws {
        let part = [UInt8](repeating: 0x7E, count: 65_536)
        let head = RawServer.Step.head(200, isChunked ? [("Transfer-Encoding", "chunked")] : [("Connection", "close")])
        try await RawServer.with { _ in
            [.send(head), .again(isChunked ? RawServer.Step.chunk(part) : part, times: 1024), .close]
        } _: { server in
            try await withCaller { http in
                #expect(await http.failure(of: HTTPCall(url: server.url))?.problem == .tooLarge(bytesMax: 1 << 20))
                // A MiB that was read, and what fits into the sockets' buffers.
                #expect(server.bytesWritten < 32 << 20)
            }
        }
    }

    @Test func `notices an answer that is cut short`() async throws {
        let bodies: [String: [RawServer.Step]] = [
            "/length": [.send(RawServer.Step.head(200, [("Content-Length", "100")]) + Array("half".utf8)), .close],
            "/chunks": [.send(RawServer.Step.head(200, [("Transfer-Encoding", "chunked")]) + RawServer.Step.chunk("half".utf8)), .close],
            "/chunk": [.send(RawServer.Step.head(200, [("Transfer-Encoding", "chunked")]) + Array("64\r\nhalf".utf8)), .close],
        ]
        try await RawServer.with {
            bodies[$0.target] ?? []
        } _: { server in
            try await withCaller { http in
                for path in bodies.keys.sorted() {
                    let failure = await http.failure(of: HTTPCall(url: server.url + path))
                    #expect(failure?.problem == .cutShort, "\(path): \(String(describing: failure))")
                    #expect(failure?.url == server.url + path)
                }
            }
        }
    }

    @Test func `ends when no more bytes come`() async throws {
        let bodies: [String: [RawServer.Step]] = [
            "/nothing": [],
            "/head": [.send(Array("HTTP/1.1 200".utf8))],
            "/byte": [.send(RawServer.Step.head(200, [("Content-Length", "100")]) + [0x41])],
        ]
        try await RawServer.with {
            bodies[$0.target] ?? []
        } _: { server in
            try await withCaller { http in
                for path in bodies.keys.sorted() {
                    let failure = await http.failure(of: HTTPCall(url: server.url + path, limits: shortLimits()))
                    #expect(failure?.problem == .timedOut(after: .milliseconds(200)), "\(path): \(String(describing: failure))")
                }
            }
        }
    }

    @Test func `ends in time when bytes never stop coming`() async throws {
        let endless: [RawServer.Step] = [
            .send(RawServer.Step.head(200, [("Transfer-Encoding", "chunked")])),
            .again(RawServer.Step.chunk([UInt8](repeating: 0x41, count: 8192)), times: .max),
        ]
        try await RawServer.with { _ in
            endless
        } _: { server in
            try await withCaller { http in
                let limits = shortLimits(bytesMax: 1 << 40, idle: .seconds(20), total: .milliseconds(300))
                #expect(await http.failure(of: HTTPCall(url: server.url, limits: limits))?.problem == .timedOut(after: .milliseconds(300)))
                #expect(await http.failure(of: HTTPCall(url: server.url))?.problem == .tooLarge(bytesMax: 1 << 20))
            }
        }
    }

    @Test func `says when nobody listens, and when nobody answers`() async throws {
        let port = try await RawServer.with { _ in
            []
        } _: {
            $0.port
        }
        try await RawServer.with { _ in
            [.close]
        } _: { server in
            try await withCaller { http in
                let refused = await http.failure(of: HTTPCall(url: "http://127.0.0.1:\(port)/x"))
                #expect(refused?.problem == .unreachable)
                #expect(refused?.description.contains("refused") == true, "\(String(describing: refused))")
                #expect(await http.failure(of: HTTPCall(method: .post, url: server.url, body: [1]))?.problem == .unreachable)
            }
        }
    }

    @Test func `says when what answers is not HTTP`() async throws {
        try await RawServer.with { _ in
            [.send(Array("SSH-2.0-OpenSSH_9.2\r\n\r\n".utf8)), .close]
        } _: { server in
            try await withCaller { http in
                let failure = await http.failure(of: HTTPCall(url: server.url))
                #expect(failure?.problem == .notHTTP, "\(String(describing: failure))")
            }
        }
    }

    @Test func `to a bad URL is not sent, and its secrets are not shown`() async throws {
        try await withCaller { http in
            for url in ["", "ftp://a/b", "http://", "http://user:geheim@host/", "http://a b/", "http://host:0/", "http://host:99999/?geheim", "/path"] {
                let failure = await http.failure(of: HTTPCall(url: url))
                #expect(failure?.problem == .badURL, "\(url)")
                #expect(failure?.description.contains("geheim") == false, "\(String(describing: failure))")
            }
        }
    }

    @Test func `waits while eight others to the same host are under way`() async throws {
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(100))
        try await RawServer.with { _ in
            arrived.yield()
            return []
        } _: { server in
            try await withCaller { http in
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<8 {
                        group.addTask { _ = await http.failure(of: HTTPCall(url: server.url, limits: shortLimits(idle: .seconds(50), total: .seconds(50)))) }
                    }
                    for await _ in arrivals.prefix(8) {}
                    let ninth = HTTPCall(url: server.url, limits: shortLimits(total: .milliseconds(200)))
                    #expect(await http.failure(of: ninth)?.problem == .timedOut(after: .milliseconds(200)))
                    #expect(server.requests.count == 8)
                    group.cancelAll()
                }
            }
        }
    }

    @Test func `after shutdown fails`() async throws {
        try await RawServer.with { _ in
            [.answer()]
        } _: { server in
            let http = try HTTPCaller()
            _ = try await http.answer(to: HTTPCall(url: server.url))
            await http.shutdown()
            await http.shutdown()
            #expect(await http.failure(of: HTTPCall(url: server.url))?.problem == .cancelled)
        }
    }

    @Test func `leaves nothing behind when its caller is forgotten`() async throws {
        try await RawServer.with { _ in
            [.answer()]
        } _: { server in
            let status = try await HTTPCaller().answer(to: HTTPCall(url: server.url)).status
            #expect(status == 200)
        }
    }

    @Test func `that is cancelled ends`() async throws {
        try await RawServer.with { _ in
            []
        } _: { server in
            try await withCaller { http in
                let task = Task { await http.failure(of: HTTPCall(url: server.url)) }
                task.cancel()
                #expect(await task.value?.problem == .cancelled)
            }
        }
    }
}
