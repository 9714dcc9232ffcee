@testable import AWS
import Fleet
import Testing
import Wire

@Suite struct `A container's credentials` {
    private func settings(_ home: Home, _ variables: [String: String]) -> AWSSettings { home.settings(variables, region: "us-east-1") }

    @Test func `are had with the token of the file, which comes before the variable's and may end its line`() async throws {
        let recorded = try Fixture.message("creds.container.1.response.http").body
        let server = try ScriptedServer { _, _ in ScriptedServer.Answer(body: recorded) }
        let home = try Home()
        try home.write("token", "Basic from-file\r\n")
        let variables = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/creds?id=1", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "from-variable"]
        let end = try #require(Timestamp(iso8601: "2026-11-23T15:31:45Z"))
        let expected = Credentials(accessKeyID: "ASIACONT", secret: "sek", sessionToken: "tok", expiration: end)
        #expect(try await chosen(settings(home, variables)) == expected)
        #expect(server.requests.last?.headers["authorization"] == "from-variable" && server.requests.last?.path == "/creds?id=1")
        _ = try await chosen(settings(home, variables.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": home.path("token")]) { $1 }))
        #expect(server.requests.last?.headers["authorization"] == "Basic from-file")
        #expect(server.requests.last?.method == "GET" && server.requests.last?.headers["accept"] == "application/json")
        _ = try await chosen(settings(home, ["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url]))
        #expect(server.requests.last?.headers["authorization"] == nil)
    }

    @Test(arguments: [
        ("http://127.0.0.1/x", true), ("http://127.9.8.7:80/x", true), ("http://localhost:1", true), ("http://[::1]:1/x", true), ("http://169.254.170.2", true),
        ("http://169.254.170.23/v1", true), ("http://[fd00:ec2::23]/v1", true), ("https://example.com", true), ("http://example.com", false),
        ("http://169.254.169.254/latest", false), ("http://127.0.0.1.example.com", false), ("http://1270.0.0.1", false), ("http://[::2]", false),
        ("http://127.0.0", false), ("http://localhost.example.com", false),
    ]) func `are asked for in clear only where nobody else can answer`(url: String, isAllowed: Bool) throws {
        #expect(ContainerCredentials.isAllowed(try #require(HTTPAddress(url))) == isAllowed)
    }

    @Test func `stand at ECS' address where a path is given, which comes first`() async throws {
        try await withCaller { http in
            let both = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/creds?id=1", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://evil.example.com"]
            let found = try #require(try ContainerCredentials(Environment(both), http: http, clock: TestClock().clock, timeout: .seconds(2)))
            #expect(found.url == "http://169.254.170.2/v2/creds?id=1")
            #expect(found.place == "the container's credentials at http://169.254.170.2/v2/creds")
            for (name, value) in [
                ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "creds"), ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@evil.example.com/"),
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "ftp://x"), ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://user:hidden@127.0.0.1/"),
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.169.254/?hidden"),
            ] {
                let error = #expect(throws: CredentialsError.self, "\(value)") {
                    _ = try ContainerCredentials(Environment([name: value]), http: http, clock: TestClock().clock, timeout: .seconds(2))
                }
                #expect(error?.message.hasPrefix(name + ": '") == true && error?.message.contains("hidden") == false, "\(error?.message ?? "")")
            }
        }
    }

    @Test func `are asked for three times, a second apart`() async throws {
        let home = try Home()
        let recovering = try ScriptedServer { _, number in number < 3 ? .text("", status: 500) : .text(Answers.container("ASIA")) }
        let clock = TestClock()
        #expect(try await chosen(settings(home, ["AWS_CONTAINER_CREDENTIALS_FULL_URI": recovering.url]), clock: clock).accessKeyID == "ASIA")
        #expect(clock.sleeps == [.seconds(1), .seconds(1)] && recovering.requests.count == 3)
    }

    @Test func `that cannot be had are an error that says where and why, without a secret`() async throws {
        let home = try Home()
        let cases: [(ScriptedServer.Answer, String)] = [
            (.text("hidden-secret", status: 500), "HTTP status 500 (tried 3 times)"), (.text("", status: 401), "is the token of AWS_CONTAINER_AUTHORIZATION"),
            (.text("hidden-secret"), "the answer is not JSON"), (.text(#"{"SecretAccessKey": "hidden-secret"}"#), "gave no AccessKeyId"),
            (.text(Answers.container("A", end: "soon")), "without a valid Expiration"), (.text(#"{"AccessKeyId": 3}"#), "the answer is not JSON"),
        ]
        for (answer, words) in cases {
            let server = try ScriptedServer { _, _ in answer }
            let text = await failure(of: settings(home, ["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/creds?hidden-query"]))
            #expect(text.hasPrefix("the container's credentials at \(server.url)/creds ") && text.contains(words), "\(text)")
            #expect(!text.contains("hidden") && server.requests.count == 3)
        }
        let silent = try ScriptedServer { _, _ in ScriptedServer.Answer(isSilent: true) }
        var hasty = settings(home, ["AWS_CONTAINER_CREDENTIALS_FULL_URI": silent.url])
        hasty.containerTimeout = .milliseconds(200)
        #expect(await failure(of: hasty).contains("no answer within 0.2 seconds (tried 3 times)"))
        let nobody = await failure(of: settings(home, ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/"]))
        #expect(nobody.contains("cannot be had: no connection (tried 3 times)"), "\(nobody)")
        let odd = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "hidden\r\nX: y"]
        let header = await failure(of: settings(home, odd))
        #expect(header.contains("AWS_CONTAINER_AUTHORIZATION_TOKEN holds a line's end") && !header.contains("hidden"))
        let file = await failure(of: settings(home, odd.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": home.path("none")]) { $1 }))
        #expect(file.contains("the token file \(home.path("none")) cannot be opened"))
    }

    @Test func `come after those of a profile, and before the instance's`() async throws {
        let server = try ScriptedServer { _, _ in .text(Answers.container("ASIATASK")) }
        let variables = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url, "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1"]
        let home = try Home()
        #expect(try await chosen(settings(home, variables)).accessKeyID == "ASIATASK")
        let keys = try Home(credentials: "[default]\naws_access_key_id = AKIA\naws_secret_access_key = s\n")
        #expect(try await chosen(settings(keys, variables)).accessKeyID == "AKIA")
    }
}
