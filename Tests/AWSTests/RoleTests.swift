import AWS
import Fleet
import Testing

private let role = "arn:aws:iam::123456789012:role/watch"

@Suite struct `A profile's role` {
    /// STS that gives numbered keys, and refuses what is not signed.
    private func sts() throws -> ScriptedServer {
        try ScriptedServer { request, number in
            guard request.headers["authorization"]?.hasPrefix("AWS4-HMAC-SHA256 ") == true else { return .text("", status: 403) }
            return .text(Answers.role("ASIA\(number)"))
        }
    }

    private func form(_ more: String = "", role: String = "arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fwatch", session: String = "mayfly") -> String {
        "Action=AssumeRole&Version=2011-06-15&RoleArn=\(role)&RoleSessionName=\(session)\(more)"
    }

    private let keys = "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = base-secret\n"

    @Test func `is taken with the source profile's keys, by a call of STS in the region that is signed with them`() async throws {
        let server = try sts()
        let home = try Home(
            config: """
                [profile watch]
                role_arn = \(role)
                source_profile = base
                external_id = a b
                role_session_name = daemon-1
                duration_seconds = 900
                """, credentials: keys)
        let settings = home.settings(["AWS_ENDPOINT_URL_STS": server.url, "AWS_PROFILE": "watch"], region: "eu-west-1")
        let end = try #require(Timestamp(iso8601: Answers.end))
        #expect(try await chosen(settings) == Credentials(accessKeyID: "ASIA1", secret: "hidden-secret", sessionToken: "hidden-token", expiration: end))
        let request = try #require(server.requests.first)
        #expect(request.body == form("&ExternalId=a+b&DurationSeconds=900", session: "daemon-1"))
        #expect(request.headers["authorization"]?.contains("Credential=AKIABASE/20261123/eu-west-1/sts/aws4_request") == true)
        #expect(request.headers["content-type"] == "application/x-www-form-urlencoded; charset=utf-8")
    }

    @Test func `is asked for with botocore's bytes`() throws {
        var form = FormBody(sts: "AssumeRole")
        for (name, value) in [("RoleArn", "arn:aws:iam::123456789012:role/agentd"), ("RoleSessionName", "daemon-1"), ("ExternalId", "ext")] {
            form.add(name, value)
        }
        form.add("DurationSeconds", "900")
        #expect(form.bytes == (try Fixture.message("sts.AssumeRole.request.http")).body)
    }

    @Test func `may be taken with a role that is taken with another`() async throws {
        let server = try sts()
        let home = try Home(
            config: """
                [profile c]
                role_arn = \(role)3
                source_profile = b
                [profile b]
                role_arn = \(role)2
                source_profile = a
                [profile a]
                role_arn = \(role)1
                source_profile = base
                """, credentials: keys)
        let settings = home.settings(["AWS_ENDPOINT_URL_STS": server.url], profile: "c", region: "us-east-1")
        #expect(try await chosen(settings).accessKeyID == "ASIA3")
        let signers = server.requests.map { $0.headers["authorization"]?.split { "=/".contains($0) }.dropFirst().first.map(String.init) ?? "" }
        #expect(signers == ["AKIABASE", "ASIA1", "ASIA2"])
        let roles = server.requests.map { $0.body.hasPrefix(form(role: "")) ? "" : String($0.body.split(separator: "&")[2].suffix(6)) }
        #expect(roles == ["watch1", "watch2", "watch3"])
        #expect(server.requests[1].headers["x-amz-security-token"] == "hidden-token")
    }

    @Test func `of a profile that names itself is taken with its own keys`() async throws {
        let server = try sts()
        let home = try Home(config: "[profile base]\nrole_arn = \(role)\nsource_profile = base\n", credentials: keys)
        let settings = home.settings(["AWS_ENDPOINT_URL_STS": server.url], profile: "base", region: "us-east-1")
        #expect(try await chosen(settings).accessKeyID == "ASIA1")
        // As a source for others its keys come before its role.
        let other = try Home(config: "[profile x]\nrole_arn = \(role)\nsource_profile = base\n[profile base]\nrole_arn = \(role)\n", credentials: keys)
        _ = try await chosen(other.settings(["AWS_ENDPOINT_URL_STS": server.url], profile: "x", region: "us-east-1"))
        #expect(server.requests.allSatisfy { $0.headers["authorization"]?.contains("Credential=AKIABASE/") == true })
        #expect(server.requests.count == 2)
    }

    @Test func `may be taken with what the environment, the instance or the container has`() async throws {
        let server = try ScriptedServer { request, _ in
            switch request.path {
            case "/latest/api/token": return .text("token")
            case "/latest/meta-data/iam/security-credentials/": return .text("role")
            case "/latest/meta-data/iam/security-credentials/role": return .text(Answers.container("ASIAIMDS"))
            case "/task": return .text(Answers.container("ASIATASK"))
            default: return .text(Answers.role("ASIAROLE"))
            }
        }
        let variables = [
            "AWS_ENDPOINT_URL_STS": server.url, "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url, "AWS_METADATA_SERVICE_TIMEOUT": "60",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/task", "AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s",
        ]
        for (source, signer) in [("Environment", "AKIAENV"), ("Ec2InstanceMetadata", "ASIAIMDS"), ("EcsContainer", "ASIATASK")] {
            let home = try Home(config: "[profile x]\nrole_arn = \(role)\ncredential_source = \(source)\n")
            #expect(try await chosen(home.settings(variables, profile: "x", region: "us-east-1")).accessKeyID == "ASIAROLE")
            #expect(server.requests.last?.headers["authorization"]?.contains("Credential=\(signer)/") == true)
            // Keys in the environment are taken as they are where no profile is named in so many words.
            #expect(try await chosen(home.settings(variables.merging(["AWS_PROFILE": "x"]) { $1 }, region: "us-east-1")).accessKeyID == "AKIAENV")
        }
    }

    @Test(arguments: [
        ("", "neither source_profile nor credential_source"),
        ("source_profile = base\ncredential_source = Environment", "both source_profile and credential_source"),
        ("source_profile = nope", "names the source_profile 'nope', and there is no such profile"),
        ("source_profile = bare", "names the source_profile 'bare', which has no credentials"),
        ("source_profile = x", "leads back to itself: x → x"),
        ("source_profile = loop", "leads back to itself: x → loop → x"),
        ("source_profile = sso", "profile sso in"),
        ("credential_source = Moon", "credential_source 'Moon' is none of Environment, Ec2InstanceMetadata and EcsContainer"),
        ("credential_source = Environment", "AWS_ACCESS_KEY_ID is not set"),
        ("credential_source = EcsContainer", "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor"),
        ("credential_source = Ec2InstanceMetadata", "AWS_EC2_METADATA_DISABLED switches"),
        ("source_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me", "has mfa_serial (arn:aws:iam::1:mfa/me), and a daemon has nobody to ask"),
        ("source_profile = base\nduration_seconds = long", "duration_seconds 'long' is not a whole number from 900 to 43200"),
        ("source_profile = base\nrole_session_name = a/b", "the session's name 'a/b' is not 2 to 64"),
    ]) func `that cannot be taken as it is configured is an error, and nothing else is tried`(lines: String, words: String) async throws {
        let home = try Home(
            config: """
                [profile x]
                role_arn = \(role)
                \(lines)
                [profile loop]
                role_arn = \(role)
                source_profile = x
                [profile bare]
                region = us-east-1
                [profile sso]
                sso_account_id = 1
                """, credentials: keys)
        let text = await failure(of: home.settings(["AWS_EC2_METADATA_DISABLED": "true"], profile: "x", region: "us-east-1"))
        #expect(text.contains(words), "\(text)")
        #expect(text.hasPrefix("profile ") && text.contains(home.path(".aws")) && !text.contains("base-secret"))
    }

    @Test func `that is no ARN, and too long a chain, are errors`() async throws {
        let home = try Home(config: "[profile x]\nrole_arn = watch\nsource_profile = base\n", credentials: keys)
        #expect(await failure(of: home.settings(profile: "x")).contains("'watch' is no role: write its ARN"))
        let links = (0..<9).map { "[profile p\($0)]\nrole_arn = \(role)\nsource_profile = p\($0 + 1)\n" }.joined()
        let long = try Home(config: links + "[profile p9]\naws_access_key_id = A\naws_secret_access_key = s\n")
        #expect(await failure(of: long.settings(profile: "p0")).contains("more than 8 roles in a row"))
        #expect(await failure(of: long.settings(["AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1"], profile: "p1", region: "x")).contains("STS AssumeRole"))
    }

    @Test func `that STS refuses names the role, the call, the permission and the trust policy`() async throws {
        let message = "User: arn:aws:iam::1:user/base is not authorized to perform: sts:AssumeRole with base-secret"
        let server = try ScriptedServer { _, _ in .text(Answers.refusal("AccessDenied", message), status: 403) }
        let home = try Home(config: "[profile x]\nrole_arn = \(role)\nsource_profile = base\n", credentials: keys)
        let text = await failure(of: home.settings(["AWS_ENDPOINT_URL_STS": server.url], profile: "x", region: "us-east-1"))
        #expect(text.hasPrefix("role \(role) of profile x in \(home.path(".aws/config")): STS AssumeRole at \(server.url)/: AccessDenied (status 403): User: "))
        let remedy = "Allow the IAM action sts:AssumeRole to these credentials (profile base in \(home.path(".aws/credentials")))"
        #expect(text.contains(remedy + ", and name who they belong to in the role's trust policy"), "\(text)")
        #expect(!text.contains("base-secret") && server.requests.count == 1)
    }

    @Test func `is told from what is no answer of STS, without showing a secret`() async throws {
        let whole = String(decoding: try Fixture.message("sts.AssumeRole.response.http").body, as: UTF8.self)
        let broken: [(String, String)] = [
            ("", "the answer is empty"), ("<html>", "malformed answer"),
            (whole.replacing("SecretAccessKey>", with: "Gone>"), "AssumeRoleResponse/AssumeRoleResult/Credentials/SecretAccessKey is missing"),
            (whole.replacing("2026-11-23T", with: "tomorrow, "), "Expiration is no time"), (String(whole.prefix(500)), "malformed answer"),
        ]
        for (answer, words) in broken {
            let server = try ScriptedServer { _, _ in .text(answer) }
            let home = try Home(config: "[profile x]\nrole_arn = \(role)\nsource_profile = base\n", credentials: keys)
            let text = await failure(of: home.settings(["AWS_ENDPOINT_URL_STS": server.url], profile: "x", region: "us-east-1"))
            #expect(text.contains(words), "\(text)")
            #expect(!text.contains("3tuXBjOPmCWt") && !text.contains("FQoGZXIvYXdz"))
        }
        let good = try ScriptedServer { _, _ in .text(whole) }
        let home = try Home(config: "[profile x]\nrole_arn = \(role)\nsource_profile = base\n", credentials: keys)
        let found = try await chosen(home.settings(["AWS_ENDPOINT_URL_STS": good.url], profile: "x", region: "us-east-1"))
        #expect(found.accessKeyID == "ASIARZPUZDIKGZURYBAT" && found.expiration == Timestamp(iso8601: "2026-11-23T09:38:51.399Z"))
    }
}
