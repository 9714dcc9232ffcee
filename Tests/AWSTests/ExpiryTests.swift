import AWS
import Fleet
import Synchronization
import Testing

/// The ways to credentials that can bring new ones.
private enum Way: String, CaseIterable {
    case role, webIdentity, container, process, profile, instance
}

/// One server that is EC2 and gives credentials: `OLD` at the first asking, `NEW` from then on; EC2 calls the old ones expired.
private struct Place {
    let home: Home
    let server: ScriptedServer
    let settings: AWSSettings

    init(_ way: Way, keys: [String] = ["OLD", "NEW"], end: String = Answers.end) throws {
        let home = try Home()
        let asked = Mutex(0)
        let next = { @Sendable in
            asked.withLock { asked in
                asked += 1
                return keys[min(asked, keys.count) - 1]
            }
        }
        server = try ScriptedServer { request, _ in
            switch request.path {
            case "/latest/api/token": return .text("token")
            case "/latest/meta-data/iam/security-credentials/": return .text("role")
            case "/latest/meta-data/iam/security-credentials/role", "/task": return .text(Answers.container(next(), end: end))
            default: break
            }
            for action in ["AssumeRole", "AssumeRoleWithWebIdentity"] where request.body.contains("Action=\(action)&") {
                return .text(Answers.role(next(), action: action, end: end))
            }
            let isOld = request.headers["authorization"]?.contains("Credential=OLD/") == true
            if isOld, way == .profile { try? home.write(".aws/credentials", Self.profile("NEW")) }
            return isOld ? .text(Answers.refusal("ExpiredToken", "hidden-token"), status: 400) : .text(Answers.noInstances)
        }
        self.home = home
        var variables = ["AWS_ENDPOINT_URL": server.url, "AWS_REGION": "us-east-1"]
        let role = "arn:aws:iam::123456789012:role/x"
        switch way {
        case .role:
            try home.write(".aws/config", "[default]\nrole_arn = \(role)\nsource_profile = default\naws_access_key_id = A\naws_secret_access_key = s\n")
        case .webIdentity:
            try home.write("token", "jwt")
            variables.merge(["AWS_WEB_IDENTITY_TOKEN_FILE": home.path("token"), "AWS_ROLE_ARN": role]) { $1 }
        case .container: variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = server.url + "/task"
        case .process:
            let json = #"{"Version":1,"AccessKeyId":"'$id'","SecretAccessKey":"hidden-secret","SessionToken":"hidden-token","Expiration":"\#(end)"}"#
            try home.write("keys.sh", "id=\(keys[keys.count - 1]); [ -e \(home.path("asked")) ] || id=\(keys[0]); : > \(home.path("asked")); echo '\(json)'\n")
            try home.write(".aws/config", "[default]\ncredential_process = /bin/sh \(home.path("keys.sh"))\n")
        case .profile: try home.write(".aws/credentials", Self.profile(keys[0]))
        case .instance: variables.merge(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url, "AWS_METADATA_SERVICE_TIMEOUT": "60"]) { $1 }
        }
        settings = home.settings(variables)
    }

    private static func profile(_ id: String) -> String {
        "[default]\naws_access_key_id = \(id)\naws_secret_access_key = s\naws_session_token = hidden-token\n"
    }

    var calls: [String] {
        server.requests.filter { $0.body.contains("Action=DescribeInstances&") }.map { $0.headers["authorization"]?.contains("=OLD/") == true ? "OLD" : "NEW" }
    }
}

@Suite struct `Credentials that end` {
    @Test(arguments: Way.allCases) private func `in mid-flight are asked for once more, and the call is made once more`(way: Way) async throws {
        let place = try Place(way)
        try await withCaller { http in
            _ = try await AWSClient(settings: place.settings, http: http, clock: TestClock().clock).instances(filters: [])
        }
        #expect(place.calls == ["OLD", "NEW"])
    }

    @Test(arguments: Way.allCases.filter { $0 != .profile }) private func `and are no better when asked for again are an error that says whose they are`(
        way: Way
    ) async throws {
        let place = try Place(way, keys: ["OLD"])
        try await withCaller { http in
            let client = try AWSClient(settings: place.settings, http: http, clock: TestClock().clock)
            let error = await #expect(throws: AWSError.self) { _ = try await client.instances(filters: []) }
            let text = error?.description ?? ""
            #expect(text.contains("ExpiredToken") && text.contains("The credentials of \(client.credentialsPlace) have ended: renew them"), "\(text)")
            #expect(!text.contains("hidden"))
        }
        #expect(place.calls == ["OLD", "OLD"])
    }

    /// From 15 minutes before the end; the clock stands 20 minutes before it, and then 14.
    @Test(arguments: Way.allCases.filter { $0 != .profile }) private func `soon are asked for before that`(way: Way) async throws {
        let clock = TestClock()
        let place = try Place(way, keys: ["FIRST", "NEW"], end: (clock.clock.now() + .seconds(1200)).description)
        try await withCaller { http in
            let client = try AWSClient(settings: place.settings, http: http, clock: clock.clock)
            for _ in 0..<2 { _ = try await client.instances(filters: []) }
            clock.advance(.seconds(360))
            _ = try await client.instances(filters: [])
        }
        let signers = place.server.requests.filter { $0.body.contains("Action=DescribeInstances&") }.map {
            $0.headers["authorization"]?.contains("Credential=FIRST/") == true ? "FIRST" : "NEW"
        }
        #expect(signers == ["FIRST", "FIRST", "NEW"])
    }

    @Test func `while a role is taken with them are asked for once more`() async throws {
        let asked = Mutex(0)
        let server = try ScriptedServer { request, _ in
            if request.path == "/task" {
                let count = asked.withLock { asked in
                    asked += 1
                    return asked
                }
                return .text(Answers.container(count == 1 ? "OLD" : "NEW"))
            }
            let isOld = request.headers["authorization"]?.contains("Credential=OLD/") == true
            return isOld ? .text(Answers.refusal("ExpiredToken"), status: 403) : .text(Answers.role("ASIA"))
        }
        let home = try Home(config: "[default]\nrole_arn = arn:aws:iam::123456789012:role/x\ncredential_source = EcsContainer\n")
        let variables = ["AWS_ENDPOINT_URL_STS": server.url, "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/task"]
        #expect(try await chosen(home.settings(variables, region: "us-east-1")).accessKeyID == "ASIA")
        #expect(server.requests.map(\.path) == ["/task", "/", "/task", "/"])
    }
}

@Suite struct `A wrong clock` {
    private let date = "Mon, 23 Nov 2026 09:25:24 GMT"
    private let home: Home

    init() throws {
        home = try Home(
            config: "[default]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = default\naws_access_key_id = A\naws_secret_access_key = s\n")
    }

    @Test func `is found out by STS, and then known to all calls`() async throws {
        let date = date
        let server = try ScriptedServer { request, _ in
            guard request.headers["x-amz-date"] == "20261123T092524Z" else {
                return .text(Answers.refusal("SignatureDoesNotMatch", "Signature expired"), status: 403, headers: ["Date": date])
            }
            return .text(request.body.contains("Action=AssumeRole&") ? Answers.role("ASIA") : Answers.noInstances, headers: ["Date": date])
        }
        let noticed = Mutex<[String]>([])
        let slow = TestClock(now: Timestamp(milliseconds: 1_795_425_924_000) - .seconds(720))
        try await withCaller { http in
            let client = try AWSClient(
                settings: home.settings(region: "us-east-1", endpointURL: server.url), http: http, clock: slow.clock,
                notice: { text in noticed.withLock { $0.append(text) } })
            _ = try await client.instances(filters: [])
            #expect(client.skew.offset == .seconds(720))
        }
        #expect(noticed.withLock { $0.count } == 1 && server.requests.count == 3)
        #expect(noticed.withLock { $0.first?.hasPrefix("this machine's clock is 12 min behind AWS'") } == true)
    }

    @Test func `is named in the error where correcting does not help, for a call and for a role`() async throws {
        let date = date
        let server = try ScriptedServer { request, _ in .text(Answers.refusal("SignatureDoesNotMatch"), status: 403, headers: ["Date": date]) }
        let fast = TestClock(now: Timestamp(milliseconds: 1_795_425_924_000) + .seconds(3600))
        let text = await failure(of: home.settings(["AWS_ENDPOINT_URL_STS": server.url], region: "us-east-1"), clock: fast)
        #expect(text.contains("STS AssumeRole") && text.contains("this machine's clock is 60 min ahead of AWS'"), "\(text)")
        #expect(server.requests.count == 2)
        try await withCaller { http in
            let keys = ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"]
            let client = try AWSClient(settings: home.settings(keys, region: "us-east-1", endpointURL: server.url), http: http, clock: fast.clock)
            let error = await #expect(throws: AWSError.self) { _ = try await client.instances(filters: []) }
            #expect(error?.description.contains("EC2 DescribeInstances") == true)
            #expect(error?.description.contains("this machine's clock is 60 min ahead of AWS'") == true)
        }
    }
}
