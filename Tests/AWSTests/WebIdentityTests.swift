import AWS
import Fleet
import Testing

private let role = "arn:aws:iam::123456789012:role/pod"

@Suite struct `A web identity` {
    private let action = "AssumeRoleWithWebIdentity"

    private func sts() throws -> ScriptedServer {
        try ScriptedServer { _, number in .text(Answers.role("ASIA\(number)", action: "AssumeRoleWithWebIdentity")) }
    }

    @Test func `is handed to STS without a signature, and read anew each time`() async throws {
        let server = try sts()
        let home = try Home(config: "[default]\naws_access_key_id = AKIA\naws_secret_access_key = s\n")
        try home.write("token", "hidden.jwt+1\n")
        let variables = [
            "AWS_ENDPOINT_URL_STS": server.url, "AWS_WEB_IDENTITY_TOKEN_FILE": "~/token", "AWS_ROLE_ARN": role, "AWS_ROLE_SESSION_NAME": "pod-1",
        ]
        // It comes before the keys of a profile.
        #expect(try await chosen(home.settings(variables, region: "us-east-1")).accessKeyID == "ASIA1")
        let request = try #require(server.requests.first)
        #expect(request.headers["authorization"] == nil && request.headers["x-amz-date"] == nil)
        let arn = "arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpod"
        #expect(request.body == "Action=\(action)&Version=2011-06-15&RoleArn=\(arn)&RoleSessionName=pod-1&WebIdentityToken=hidden.jwt%2B1")
        try home.write("token", "hidden.jwt2")
        _ = try await chosen(home.settings(variables, region: "us-east-1"))
        #expect(server.requests.last?.body.hasSuffix("&WebIdentityToken=hidden.jwt2") == true)
    }

    @Test func `may stand in a profile, which keys in the environment come before and a named profile's environment does not reach`() async throws {
        let server = try sts()
        let home = try Home()
        try home.write("token", "hidden.jwt")
        try home.write(".aws/config", "[profile pod]\nrole_arn = \(role)\nweb_identity_token_file = \(home.path("token"))\nsource_profile = pod\n")
        let variables = ["AWS_ENDPOINT_URL_STS": server.url, "AWS_ROLE_ARN": role + "-other"]
        _ = try await chosen(home.settings(variables, profile: "pod", region: "us-east-1"))
        #expect(server.requests.last?.body.contains("role%2Fpod&RoleSessionName=mayfly&") == true)
        _ = try await chosen(home.settings(variables.merging(["AWS_PROFILE": "pod"]) { $1 }, region: "us-east-1"))
        #expect(server.requests.last?.body.contains("role%2Fpod-other&") == true)
        let keys = ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_PROFILE": "pod"]
        #expect(try await chosen(home.settings(keys)).accessKeyID == "AKIAENV")
    }

    @Test func `without a token, or with another thing in its place, says so and shows nothing of it`() async throws {
        let home = try Home()
        let settings = home.settings(["AWS_WEB_IDENTITY_TOKEN_FILE": home.path("token"), "AWS_ROLE_ARN": role], region: "us-east-1")
        let missing = await failure(of: settings)
        #expect(missing.hasPrefix("role \(role) by the web identity token in \(home.path("token")) (AWS_WEB_IDENTITY_TOKEN_FILE): the token file"))
        #expect(missing.contains("cannot be opened: No such file"))
        for (text, words) in [
            ("", "is empty"), ("\n", "is empty"), ("hidden\ntwo", "more than one line"), (String(repeating: "h", count: 20_001), "larger than"),
        ] {
            try home.write("token", text)
            let failure = await failure(of: settings)
            #expect(failure.contains(words) && !failure.contains("hidden") && !failure.contains("hhhh"), "\(failure)")
        }
        let profile = try Home(config: "[profile x]\nweb_identity_token_file = /t\n")
        #expect(await failure(of: profile.settings(profile: "x")).contains("names a web identity token but no role: add role_arn"))
    }

    @Test func `that STS refuses is explained by who trusts it and by its end, and not repeated`() async throws {
        let home = try Home()
        try home.write("token", "hidden.jwt")
        let cases = [
            ("AccessDenied", 403, 1, "in the role's trust policy"), ("ExpiredTokenException", 400, 1, "whoever writes that file must renew it"),
            ("InvalidIdentityToken", 400, 1, "InvalidIdentityToken (status 400): x <secret> y"), ("IDPCommunicationError", 400, 4, "tried 4 times"),
        ]
        for (code, status, count, words) in cases {
            let server = try ScriptedServer { _, _ in .text(Answers.refusal(code, "x hidden.jwt y"), status: status) }
            let variables = ["AWS_ENDPOINT_URL_STS": server.url, "AWS_WEB_IDENTITY_TOKEN_FILE": home.path("token"), "AWS_ROLE_ARN": role]
            let text = await failure(of: home.settings(variables, region: "us-east-1"))
            #expect(text.contains(words) && text.contains("STS \(action) at \(server.url)/: \(code)"), "\(text)")
            #expect(!text.contains("hidden") && server.requests.count == count)
        }
    }
}
