import CryptoExtras
import Fleet
import Foundation
import NIOHTTP1
import Simulation
import Testing
import Wire

@testable import Demo

@Suite struct `The demo's Admin Router` {
    @Test func `asks for a token wherever DC/OS does, and nowhere else`() async throws {
        try await Stage.with { stage in
            for path in ["/mesos/health", "/marathon/v2/apps", "/service/prod/kafka/v1/pod", "/system/health/v1/nodes", "/nothing"] {
                let reply = try await stage.send(.GET, stage.endpoints.dcos + path)
                #expect(reply.status == 401 && reply.headers["WWW-Authenticate"] == ["acsjwt"], "\(path)")
                let forged = try await stage.send(.GET, stage.endpoints.dcos + path, headers: [("Authorization", "token=eyJhbGciOiJSUzI1NiJ9.e30.AAAA")])
                #expect(forged.status == 401, "\(path)")
            }
            let version = try await stage.send(.GET, stage.endpoints.dcos + "/dcos-metadata/dcos-version.json")
            #expect(version.status == 200)
            try expectSame(version.body, as: ["dcos/auth/dcos-version.json"])
            let authority = try await stage.send(.GET, stage.endpoints.dcos + "/ca/dcos-ca.crt")
            #expect(authority.text == stage.cluster.secrets(endpoints: stage.endpoints).authority)
        }
    }

    @Test func `gives a token to who signs with the account's key, and takes it until it ends`() async throws {
        try await Stage.with { stage in
            let reply = try await stage.logIn()
            #expect(reply.status == 200)
            #expect(reply.text.hasPrefix("{\"token\":\"eyJ") && reply.text.hasSuffix("\"}"))
            let authorization = try await stage.authorization()
            let health = stage.endpoints.dcos + "/system/health/v1/nodes"
            #expect(try await stage.send(.GET, health, headers: [("Authorization", authorization)]).status == 200)
            #expect(try await stage.send(.GET, health, headers: [("Authorization", "Bearer " + authorization.dropFirst(6))]).status == 401)
            stage.set(119)
            #expect(try await stage.send(.GET, health, headers: [("Authorization", authorization)]).status == 200)
            stage.set(121)
            #expect(try await stage.send(.GET, health, headers: [("Authorization", authorization)]).status == 401)
            let renewed = try await stage.authorization()
            #expect(try await stage.send(.GET, health, headers: [("Authorization", renewed)]).status == 200)
            stage.cluster.desk.revokeAll()
            #expect(try await stage.send(.GET, health, headers: [("Authorization", renewed)]).status == 401)
        }
    }

    @Test func `refuses a login with another key, another name, or a token that has ended or is good for too long`() async throws {
        try await Stage.with { stage in
            let other = try _RSA.Signing.PrivateKey(keySize: .bits2048)
            #expect(try await stage.logIn(key: other).status == 401)
            #expect(try await stage.logIn(user: "somebody").status == 401)
            #expect(try await stage.logIn(for: -60).status == 401)
            #expect(try await stage.logIn(for: 3600).status == 401)
            let url = stage.endpoints.dcos + "/acs/api/v1/auth/login"
            #expect(try await stage.send(.POST, url, body: "{}").status == 400)
            #expect(try await stage.send(.GET, url).status == 405)
        }
    }

    @Test func `is trusted by its own authority, and by nobody else`() async throws {
        try await Stage.with { stage in
            let file = FileManager.default.temporaryDirectory.appendingPathComponent("demo-ca-\(UUID().uuidString).crt")
            try Data(stage.cluster.secrets(endpoints: stage.endpoints).authority.utf8).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            let call = HTTPCall(url: stage.endpoints.dcos + "/dcos-metadata/dcos-version.json")
            let own = try HTTPCaller(tls: .authorities(file: file.path))
            #expect(try await own.send(call).body.starts(with: "{".utf8))
            await own.shutdown()
            let other = try HTTPCaller()
            await #expect(throws: HTTPFailure.self) { try await other.send(call) }
            await other.shutdown()
        }
    }

    @Test func `finds a service in a folder, segment by segment`() async throws {
        try await Stage.with { stage in
            #expect(try await stage.dcos("/service/prod/kafka/v1/pod").text == "[\"kafka-0\",\"kafka-1\",\"kafka-2\",\"kafka-3\",\"kafka-4\"]")
            #expect(try await stage.dcos("/service/prod/kafka-logs/v1/pods").text == "[\"kafka-0\",\"kafka-1\",\"kafka-2\"]")
            for path in ["/mesos", "/marathon", "/service/prod/kafka"] {
                let reply = try await stage.dcos(path)
                #expect(reply.status == 301 && reply.headers["Location"] == [path + "/"], "\(path)")
            }
            for path in ["/service/kafka/v1/pod", "/service/prod/", "/service/prod__kafka/v1/pod", "/service/a/b/c/d/e/f/g/h/i/j/k/l"] {
                let reply = try await stage.dcos(path)
                #expect(reply.status == 404 && reply.text == "404 Not Found: service not found.\n", "\(path)")
            }
        }
    }

    @Test func `hands on to the leading master, whichever it is`() async throws {
        try await Stage.with { stage in
            let headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
            func agents() async throws -> Stage.Reply {
                try await stage.dcos("/mesos/api/v1", method: .POST, headers: headers, body: "{\"type\": \"GET_AGENTS\"}")
            }
            let leader = try await stage.call("GET_AGENTS")
            #expect(try await agents().body == leader.body)
            stage.set(90 * 60 + 2)
            #expect(try await agents().status == 502)
            stage.set(90 * 60 + 20)
            let recovering = try await agents()
            #expect(recovering.status == 503 && recovering.text == "Master has not finished recovery")
            stage.set(95 * 60)
            #expect(try await agents().status == 200)
        }
    }
}

/// Compares a JSON body's fields and types with recordings.
func expectSame(_ body: [UInt8], as captures: [String], but allowed: [String] = []) throws {
    var (ours, captured) = (Shape(), Shape())
    try ours.add(json: body)
    for capture in captures { try captured.add(json: try Recorded.bytes(capture)) }
    let differences = ours.differences(from: captured).filter { difference in !allowed.contains { difference.hasPrefix($0) } }
    #expect(differences == [], "\(captures)")
}
