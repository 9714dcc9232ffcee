import Captures
import Fleet
import Foundation
import Synchronization
import Testing
import Wire

@testable import Mesos

@Suite struct `Credentials` {
    private func withFile(_ text: String, _ body: (URL) async throws -> Void) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "mesos-secret-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try await body(file)
    }

    @Test func `are a bearer token behind Admin Router, read anew at each poll`() async throws {
        try await withFile(" abc.def \n") { file in
            try await withReplay(prefix: "/mesos", authorization: "Bearer abc.def") { replay, http in
                let client = MesosClient(masters: [replay.url + "/mesos/"], credentials: .bearer(tokenFile: file.path()), http: http)
                let sighting = try await client.look()
                #expect(sighting.agents.count == 5)
                #expect(sighting.master.url == replay.url + "/mesos")
                #expect(replay.server.requests.allSatisfy { $0.target == "/mesos/api/v1" })
                try Data("other".utf8).write(to: file)
                let text = await client.failure()
                #expect(text.contains("401") && text.contains("not accepted") && !text.contains("other"), "\(text)")
            }
        }
    }

    @Test func `are a user and password`() async throws {
        try await withFile("pass:word") { file in
            try await withReplay(authorization: "Basic bWF5Zmx5OnBhc3M6d29yZA==") { replay, http in
                let credentials = MesosCredentials.basic(user: "mayfly", passwordFile: file.path())
                let sighting = try await MesosClient(masters: [replay.url], credentials: credentials, http: http).look()
                #expect(sighting.agents.count == 5)
                let text = await MesosClient(masters: [replay.url], http: http).failure()
                #expect(text.contains("401: credentials are asked for and none are configured"), "\(text)")
            }
        }
    }

    @Test func `are DC/OS' own, and asked for again once when one is refused`() async throws {
        let tokens = Mutex(["token=old", "token=xyz"])
        let login = HTTPLogin {
            () throws(HTTPFailure) -> String? in
            tokens.withLock { $0.first }
        } refused: { value in
            tokens.withLock { tokens in
                if tokens.first == value, tokens.count > 1 { tokens.removeFirst() }
                return tokens.first != value
            }
        }
        try await withReplay(prefix: "/mesos", authorization: "token=xyz") { replay, http in
            let client = MesosClient(masters: [replay.url + "/mesos"], credentials: .dcos(login), http: http)
            let sighting = try await client.look()
            #expect(sighting.agents.count == 5)
            #expect(replay.server.requests.prefix(2).map { $0.header("Authorization") } == ["token=old", "token=xyz"])
            #expect(replay.server.requests.dropFirst(2).allSatisfy { $0.header("Authorization") == "token=xyz" })
            tokens.withLock { $0 = ["token=bad"] }
            let text = await client.failure()
            #expect(text.contains("/mesos/api/v1: GET_MASTER: 401: the credentials were not accepted") && !text.contains("bad"), "\(text)")
        }
    }

    @Test func `that DC/OS cannot give are a failure that says why`() async throws {
        let login = HTTPLogin { () throws(HTTPFailure) -> String? in throw HTTPFailure(.noLogin, url: "https://dcos/login", detail: "the IAM is away") }
        try await withReplay { replay, http in
            let text = await MesosClient(masters: [replay.url], credentials: .dcos(login), http: http).failure()
            #expect(text == "https://dcos/login: no login: the IAM is away (GET_MASTER)", "\(text)")
            #expect(replay.seen.isEmpty)
        }
    }

    @Test(arguments: [
        (401, "oauthjwt", "401, DC/OS asks for a login (oauthjwt): none is configured; this login knows no service accounts"),
        (401, "acsjwt", "401, DC/OS asks for a login (acsjwt): none is configured; name service_account"),
    ])
    func `that Admin Router misses are named as DC/OS calls them`(status: Int, scheme: String, expected: String) async throws {
        try await withServer({ _ in [.answer(status, [("WWW-Authenticate", scheme), ("Content-Type", "text/html")], body: "<html>".utf8)] }) { server, http in
            let text = await MesosClient(masters: [server.url + "/mesos"], http: http).failure()
            #expect(text.contains(server.url + "/mesos/api/v1: GET_MASTER: " + expected), "\(text)")
        }
    }

    @Test func `of DC/OS go to no master that Admin Router names, and a lack of permission is named in both languages`() async throws {
        let login = HTTPLogin.fixed("token=t")
        try await withServer({ _ in [.answer(403)] }) { server, http in
            let text = await MesosClient(masters: [server.url], credentials: .dcos(login), http: http).failure()
            #expect(text.contains("403: the account lacks the permission for this call (dcos:adminrouter:ops:mesos in DC/OS)"), "\(text)")
        }
        try await withServer({ _ in [.answer(307, [("Location", "//10.0.0.9:5050/master/api/v1")])] }) { server, http in
            let text = await MesosClient(masters: [server.url], credentials: .dcos(login), http: http).failure()
            #expect(text.contains("307 to //10.0.0.9:5050") && text.contains("leads no longer"), "\(text)")
        }
    }

    @Test func `in a file that is of no use are named, not shown`() async throws {
        let files = [
            "": "is empty", " \n": "is empty", "geheim\ngeheim2": "holds more than one line", "geheim\u{0}": "a control character",
            "geheim" + String(repeating: "x", count: 16_384): "larger than",
        ]
        try await withReplay { replay, http in
            for (content, expected) in files {
                try await withFile(content) { file in
                    let text = await MesosClient(masters: [replay.url], credentials: .bearer(tokenFile: file.path()), http: http).failure()
                    #expect(text.contains(file.path()) && text.contains(expected) && !text.contains("geheim"), "\(text)")
                }
            }
            let text = await MesosClient(masters: [replay.url], credentials: .bearer(tokenFile: "/does/not/exist"), http: http).failure()
            #expect(text.contains("/does/not/exist cannot be opened"), "\(text)")
            #expect(replay.seen.isEmpty)
        }
    }

    @Test func `without a permission cost only what they cannot see`() async throws {
        try await withReplay { replay, http in
            let refused: [RawServer.Step] = [.answer(403)]
            let client = MesosClient(masters: [replay.url], http: http)
            for call in ["GET_FLAGS", "GET_TASKS", "GET_MAINTENANCE_STATUS", "GET_METRICS"] { replay.set(call, refused) }
            let sighting = try await client.look()
            #expect(sighting.timeouts == MesosSighting.Timeouts(reregister: .seconds(600), unreachable: nil))
            #expect(sighting.tasks.failureText?.contains("GET_TASKS: 403: the credentials lack the permission for this call (view_tasks") == true)
            #expect(sighting.maintenance.failureText?.contains("get_maintenance_statuses") == true)
            #expect(sighting.counts.failureText?.contains(replay.url + "/api/v1: GET_METRICS: 403") == true)
            replay.set("GET_AGENTS", refused)
            #expect(await client.failure().contains("GET_AGENTS: 403"))
        }
    }
}
