import AWS
import Testing

@Suite struct `The chain of credentials` {
    private let role = "arn:aws:iam::123456789012:role/x"

    /// Whoever comes last: a container's server and the metadata service, which would answer.
    private func last() throws -> ScriptedServer {
        try ScriptedServer { request, _ in
            switch request.path {
            case "/latest/api/token": .text("token")
            case "/latest/meta-data/iam/security-credentials/": .text("role")
            default: .text(Answers.container("ASIALAST"))
            }
        }
    }

    private func variables(_ server: ScriptedServer, _ more: [String: String] = [:]) -> [String: String] {
        [
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url, "AWS_METADATA_SERVICE_TIMEOUT": "60",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/task", "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1", "AWS_REGION": "us-east-1",
        ].merging(more) { $1 }
    }

    /// What is configured but broken, one way after the other, each with a good one after it.
    @Test func `ends at the first that is configured, though it is broken and others are not`() async throws {
        let keys = "aws_access_key_id = AKIA\naws_secret_access_key = s\n"
        let cases: [(config: String, variables: [String: String], words: String)] = [
            ("[default]\n" + keys, ["AWS_ACCESS_KEY_ID": "A"], "AWS_SECRET_ACCESS_KEY is not"),
            ("[default]\nrole_arn = \(role)\n" + keys, [:], "neither source_profile nor credential_source"),
            ("[default]\nrole_arn = \(role)\ncredential_source = EcsContainer\n" + keys, [:], "STS AssumeRole at http://127.0.0.1:1/"),
            ("[default]\n" + keys, ["AWS_WEB_IDENTITY_TOKEN_FILE": "/none", "AWS_ROLE_ARN": role], "the token file /none cannot be opened"),
            ("[default]\nsso_session = a\n" + keys, [:], "logs in by IAM Identity Center"),
            ("[default]\naws_access_key_id = A\n", [:], "no aws_secret_access_key"),
            ("[default]\ncredential_process = /bin/false\n" + keys, [:], "/bin/false failed with exit status 1"),
            ("", ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1"], "the container's credentials at http://127.0.0.1:1 cannot be had"),
            ("", ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "task"], "is no path"),
        ]
        for (config, changes, words) in cases {
            let server = try last()
            let home = try Home(config: config)
            let text = await failure(of: home.settings(variables(server, changes)))
            #expect(text.contains(words), "\(text)")
            #expect(server.requests.allSatisfy { $0.path == "/task" && config.contains("EcsContainer") }, "\(words): another was asked")
        }
    }

    @Test func `comes to the container's, and last to the instance's`() async throws {
        let server = try last()
        let home = try Home(config: "[default]\nregion = us-east-1\n")
        _ = try await chosen(home.settings(variables(server)))
        #expect(server.requests.map(\.path) == ["/task"])
        _ = try await chosen(home.settings(variables(server, ["AWS_CONTAINER_CREDENTIALS_FULL_URI": ""])))
        #expect(server.requests.last?.path == "/latest/meta-data/iam/security-credentials/role")
    }

    @Test func `leaves the environment's keys and identity out for a profile that the settings name`() async throws {
        let server = try last()
        let changes = ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_WEB_IDENTITY_TOKEN_FILE": "/none", "AWS_ROLE_ARN": role]
        let home = try Home(config: "[profile x]\nregion = us-east-1\n[profile y]\naws_access_key_id = AKIAY\naws_secret_access_key = s\n")
        #expect(try await chosen(home.settings(variables(server, changes), profile: "y")).accessKeyID == "AKIAY")
        #expect(try await chosen(home.settings(variables(server, changes), profile: "x")).accessKeyID == "ASIALAST")
        #expect(try await chosen(home.settings(variables(server, changes))).accessKeyID == "AKIAENV")
    }
}
