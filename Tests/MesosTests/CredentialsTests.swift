import Captures
import Fleet
import Foundation
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

    @Test func `are a token from a closure`() async throws {
        struct Locked: Error {}
        try await withReplay(authorization: "token=xyz") { replay, http in
            let sighting = try await MesosClient(masters: [replay.url], credentials: .token { "xyz" }, http: http).look()
            #expect(sighting.agents.count == 5)
            #expect(await MesosClient(masters: [replay.url], credentials: .token { throw Locked() }, http: http).failure() == "Mesos: no token: Locked()")
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
