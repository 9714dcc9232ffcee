@testable import AWS
import Fleet
import Testing
import Wire

@Suite struct `The metadata service` {
    /// The recorded conversation: token, role, credentials.
    private func recorded(_ number: Int) throws -> [UInt8] { try Fixture.message("creds.imdsv2.\(number).response.http").body }

    private func server(_ change: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Answer? = { _ in nil }) throws -> ScriptedServer {
        let (token, role, keys) = (try recorded(1), try recorded(2), try recorded(3))
        return try ScriptedServer { request, _ in
            if let changed = change(request) { return changed }
            if request.method == "PUT", request.path == "/latest/api/token", request.headers["x-aws-ec2-metadata-token-ttl-seconds"] == "21600" {
                return ScriptedServer.Answer(body: token)
            }
            guard request.method == "GET", request.headers["x-aws-ec2-metadata-token"] == String(decoding: token, as: UTF8.self) else {
                return .text("", status: 401)
            }
            switch request.path {
            case "/latest/meta-data/iam/security-credentials/": return ScriptedServer.Answer(body: role)
            case "/latest/meta-data/iam/security-credentials/agentd-role": return ScriptedServer.Answer(body: keys)
            case "/latest/meta-data/placement/region": return .text("eu-west-1")
            default: return .text("", status: 404)
            }
        }
    }

    private func failure(_ server: ScriptedServer, timeout: String = "60", _ body: (InstanceMetadata) async throws -> Void) async throws -> String {
        try await withCaller { http in
            let metadata = try #require(
                try InstanceMetadata(Environment(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url, "AWS_METADATA_SERVICE_TIMEOUT": timeout]), http: http))
            do { try await body(metadata) } catch { return "\(error)" }
            return "it worked"
        }
    }

    @Test func `gives the role's credentials and the region`() async throws {
        let server = try server()
        let expected = Credentials(
            accessKeyID: "ASIAIMDS", secret: "sek", sessionToken: "tok", expiration: Timestamp(iso8601: "2026-11-23T15:31:45Z"))
        try await withCaller { http in
            let metadata = try #require(
                try InstanceMetadata(Environment(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url + "/", "AWS_METADATA_SERVICE_TIMEOUT": "60"]), http: http))
            #expect(try await metadata.credentials() == expected)
            #expect(try await metadata.region() == "eu-west-1")
        }
    }

    @Test func `that does not answer the PUT is explained by the hop limit`() async throws {
        let server = try server { _ in ScriptedServer.Answer(isSilent: true) }
        let text = try await failure(server, timeout: "1") { _ = try await $0.credentials() }
        #expect(text.contains("HttpPutResponseHopLimit=2"), "\(text)")
    }

    @Test func `that is broken says what is wrong, without a secret`() async throws {
        let cases: [(String, ScriptedServer.Answer, String)] = [
            ("token", .text("", status: 403), "gave no session token: HTTP status 403"),
            ("security-credentials/", .text("", status: 404), "knows no IAM role"),
            ("security-credentials/", .text("a/../b"), "cannot be one"),
            ("agentd-role", .text("<html>"), "can be read"),
            ("agentd-role", .text(#"{"Code": "Failed"}"#), "code Failed"),
            (
                "agentd-role", .text(#"{"Code":"Success","AccessKeyId":"A","SecretAccessKey":"hidden","Token":"t","Expiration":"soon"}"#),
                "without a valid Expiration"
            ),
            ("agentd-role", .text("", status: 500), "HTTP status 500"),
        ]
        for (path, answer, words) in cases {
            let server = try server { $0.path.hasSuffix(path) ? answer : nil }
            let text = try await failure(server) { _ = try await $0.credentials() }
            #expect(text.contains(words), "\(text)")
            #expect(text.contains(server.url) && !text.contains("hidden"))
        }
    }

    @Test(arguments: [401, 403, 404, 405, 501]) func `without its version 2 is asked for nothing more`(status: Int) async throws {
        let (role, keys) = (try recorded(2), try recorded(3))
        let server = try ScriptedServer { request, _ in
            if request.method == "PUT" { return .text("", status: status) }
            return ScriptedServer.Answer(body: request.path.hasSuffix("/") ? role : keys)
        }
        for call in [{ _ = try await $0.credentials() }, { _ = try await $0.region() }] as [(InstanceMetadata) async throws -> Void] {
            let text = try await failure(server, call)
            #expect(text.contains("HTTP status \(status). Only version 2 of the service is supported"), "\(text)")
        }
        #expect(server.requests.map(\.method) == ["PUT", "PUT"])
    }

    @Test func `can be switched off, and be nowhere`() async throws {
        try await withCaller { http in
            let disabled = try InstanceMetadata(Environment(["AWS_EC2_METADATA_DISABLED": "TRUE"]), http: http)
            #expect(disabled == nil)
            let nowhere = try #require(
                try InstanceMetadata(
                    Environment(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1", "AWS_METADATA_SERVICE_TIMEOUT": "60"]), http: http))
            let error = await #expect(throws: CredentialsError.self) { _ = try await nowhere.credentials() }
            #expect(error?.message.contains("cannot be reached") == true)
        }
    }
}
