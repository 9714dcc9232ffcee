@testable import AWS
import Fleet
import Synchronization
import Testing
import Wire

private let emptyList = "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>"

private func refusal(_ code: String, message: String = "No.") -> String {
    "<Response><Errors><Error><Code>\(code)</Code><Message>\(message)</Message></Error></Errors><RequestID>r-1</RequestID></Response>"
}

@Suite struct `A call` {
    private static let environment = ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "hidden-secret", "AWS_SESSION_TOKEN": "hidden-token"]

    /// A client of the server, what it noticed, and its clock; the body runs with them.
    private func with<Value>(
        _ server: ScriptedServer, clock: TestClock = TestClock(), environment: [String: String] = environment, pageSize: Int = 500,
        _ body: (AWSClient) async throws -> Value
    ) async throws -> Value {
        let settings = AWSSettings(region: "us-east-1", endpointURL: server.url, environment: environment, pageSize: pageSize)
        return try await withCaller { http in try await body(try AWSClient(settings: settings, http: http, clock: clock.clock)) }
    }

    private func failure(_ server: ScriptedServer, clock: TestClock = TestClock(), environment: [String: String] = environment) async throws -> AWSError {
        try await with(server, clock: clock, environment: environment) { client in
            await #expect(throws: AWSError.self) { _ = try await client.instances(filters: []) }
        }.map { $0 } ?? AWSError(service: .ec2, action: "", url: "", problem: .cancelled, requestID: nil)
    }

    @Test func `that is throttled twice is answered at the third try, after two growing waits`() async throws {
        let server = try ScriptedServer { _, number in
            number <= 2 ? .text(refusal("RequestLimitExceeded"), status: 503) : .text(emptyList)
        }
        let clock = TestClock()
        #expect(try await with(server, clock: clock) { try await $0.instances(filters: []) }.isEmpty)
        #expect(clock.sleeps == [.seconds(1), .seconds(2)])
        let request = try #require(server.requests.first)
        #expect(request.body == "Action=DescribeInstances&Version=2016-11-15&MaxResults=500")
        #expect(request.headers["content-type"] == "application/x-www-form-urlencoded; charset=utf-8")
        #expect(request.headers["host"].map { "http://" + $0 } == server.url)
        #expect(request.headers["x-amz-security-token"] == "hidden-token")
        #expect(
            request.headers["authorization"]?.contains("/us-east-1/ec2/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token") == true)
    }

    @Test func `is tried four times, and its error names everything but the secrets`() async throws {
        let server = try ScriptedServer { _, _ in .text("<!doctype html><title>Bad gateway</title>", status: 502) }
        let error = try await failure(server)
        #expect(server.requests.count == 4)
        #expect(error.description.hasPrefix("EC2 DescribeInstances at \(server.url)/: HTTP 502 (status 502): "))
        #expect(error.description.contains("tried 4 times"))
        #expect(!error.description.contains("hidden"))
    }

    @Test func `to nobody, to silence and to half an answer is tried again`() async throws {
        let server = try ScriptedServer { _, number in
            number == 1 ? ScriptedServer.Answer(body: Array(emptyList.utf8), cutAfter: 20) : .text(emptyList)
        }
        _ = try await with(server) { try await $0.instances(filters: []) }
        #expect(server.requests.count == 2)
        try await withCaller { http in
            let settings = AWSSettings(region: "us-east-1", endpointURL: "http://127.0.0.1:1", environment: Self.environment)
            let client = try AWSClient(settings: settings, http: http, clock: TestClock().clock)
            let error = await #expect(throws: AWSError.self) { _ = try await client.instances(filters: []) }
            #expect(error?.attempts == 4)
            #expect(error?.description.contains("http://127.0.0.1:1/") == true)
        }
    }

    @Test func `that is refused for good is made once and names the missing permission`() async throws {
        for code in ["UnauthorizedOperation", "AccessDenied"] {
            let server = try ScriptedServer { _, _ in .text(refusal(code), status: 403) }
            let error = try await failure(server)
            #expect(server.requests.count == 1)
            #expect(error.description.contains("Allow the IAM action ec2:DescribeInstances to these credentials (environment variables)"))
            #expect(error.requestID == "r-1")
        }
    }

    @Test func `whose secrets a server echoes keeps them to itself`() async throws {
        let server = try ScriptedServer { _, _ in .text(refusal("SignatureDoesNotMatch", message: "x hidden-token y hidden-secret z"), status: 403) }
        let error = try await failure(server)
        #expect(!error.description.contains("hidden"))
        #expect(error.description.contains("x <secret> y <secret> z"))
    }

    @Test func `stops trying again when the quota is used up`() async throws {
        let server = try ScriptedServer { _, _ in .text("", status: 500) }
        let clock = TestClock()
        try await with(server, clock: clock) { client in
            for _ in 0..<40 {
                clock.advance(.seconds(600))
                _ = try? await client.instances(filters: [])
            }
        }
        // 500 tokens pay for 100 retries, beside 40 first tries.
        #expect(server.requests.count == 140)
    }

    @Test func `waits for its turn when there are too many`() async throws {
        let server = try ScriptedServer { _, _ in .text(emptyList) }
        let clock = TestClock()
        try await with(server, clock: clock) { client in
            for _ in 0..<30 { _ = try await client.instances(filters: []) }
        }
        #expect(clock.sleeps == Array(repeating: .milliseconds(200), count: 5))
    }

    @Test func `with expired credentials is made once more with new ones`() async throws {
        let keys = { @Sendable (id: String) in
            #"{"Code":"Success","AccessKeyId":"\#(id)","SecretAccessKey":"s","Token":"t","Expiration":"2036-01-01T00:00:00Z"}"#
        }
        let asked = Mutex(0)
        let server = try ScriptedServer { request, _ in
            switch request.path {
            case "/latest/api/token": return .text("token")
            case "/latest/meta-data/iam/security-credentials/": return .text("role")
            case "/latest/meta-data/iam/security-credentials/role":
                let count = asked.withLock { asked in
                    asked += 1
                    return asked
                }
                return .text(keys(count == 1 ? "OLD" : "NEW"))
            default:
                let isOld = request.headers["authorization"]?.contains("Credential=OLD/") == true
                return isOld ? .text(refusal("ExpiredToken"), status: 400) : .text(emptyList)
            }
        }
        let environment = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url, "AWS_METADATA_SERVICE_TIMEOUT": "60"]
        _ = try await with(server, environment: environment) { try await $0.instances(filters: []) }
        #expect(asked.withLock { $0 } == 2)
        let always = try ScriptedServer { _, _ in .text(refusal("ExpiredToken"), status: 400) }
        let error = try await failure(always)
        #expect(always.requests.count == 1)
        #expect(error.description.contains("renew them"))
    }

    @Test func `by a wrong clock is signed once more with AWS' time, and the skew is named`() async throws {
        let date = "Mon, 23 Nov 2026 09:25:24 GMT"
        for code in ["RequestExpired", "AuthFailure", "SignatureDoesNotMatch"] {
            let server = try ScriptedServer { request, _ in
                request.headers["x-amz-date"] == "20261123T092524Z"
                    ? .text(emptyList, headers: ["Date": date]) : .text(refusal(code), status: 400, headers: ["Date": date])
            }
            let noticed = Mutex<[String]>([])
            let late = TestClock(now: Timestamp(milliseconds: 1_795_425_924_000) - .seconds(720))
            try await withCaller { http in
                let client = try AWSClient(
                    settings: AWSSettings(region: "us-east-1", endpointURL: server.url, environment: Self.environment), http: http, clock: late.clock,
                    notice: { text in noticed.withLock { $0.append(text) } })
                _ = try await client.instances(filters: [])
                #expect(server.requests.count == 2)
                #expect(noticed.withLock { $0.count } == 1)
                #expect(noticed.withLock { $0.first?.hasPrefix("this machine's clock is 12 min behind AWS'") } == true)
                #expect(client.skew.offset == .seconds(720))
                _ = try await client.instances(filters: [])
                #expect(server.requests.count == 3)
            }
        }
        let never = try ScriptedServer { _, _ in .text(refusal("RequestExpired"), status: 400, headers: ["Date": date]) }
        let error = try await failure(never, clock: TestClock(now: Timestamp(milliseconds: 1_795_425_924_000) + .seconds(3600)))
        #expect(never.requests.count == 2)
        #expect(error.description.contains("this machine's clock is 60 min ahead of AWS'"))
    }

    @Test func `answered by another service is malformed`() async throws {
        let server = try ScriptedServer { _, _ in .text("<ListAllMyBucketsResult/>") }
        let error = try await failure(server)
        #expect(server.requests.count == 1)
        #expect(error.description.contains("\(server.url)/: malformed answer: the answer is a <ListAllMyBucketsResult>"))
    }

    @Test func `whose answer is cut off anywhere fails and names the endpoint`() async throws {
        let files = ["ec2.DescribeInstances.terminated", "plus.DescribeInstanceStatus.impaired", "ec2.DescribeImages.self", "ssm.GetParameter"]
        for file in files {
            let whole = try Fixture.message(file + ".response.http").body
            let server = try ScriptedServer { _, number in ScriptedServer.Answer(body: Array(whole[..<(whole.count * (number - 1) / 200)])) }
            try await with(server) { client in
                for step in 0..<200 {
                    let error = await #expect(throws: AWSError.self, "\(file), \(step) of 200") {
                        switch file {
                        case "ec2.DescribeInstances.terminated": _ = try await client.instances(filters: [])
                        case "plus.DescribeInstanceStatus.impaired": _ = try await client.statuses()
                        case "ec2.DescribeImages.self": _ = try await client.images(["ami-1"])
                        default: _ = try await client.parameter("/x")
                        }
                    }
                    #expect(error?.description.contains(server.url + "/: malformed answer") == true)
                }
            }
        }
    }

    @Test func `with an answer above ten million bytes is refused in words`() async throws {
        let padding = [UInt8](repeating: 0x20, count: 10_000_001)
        let server = try ScriptedServer { _, _ in ScriptedServer.Answer(body: padding) }
        let error = try await failure(server)
        #expect(error.description.contains("larger than 10000000 bytes: lower the number of instances in a page"), "\(error)")
    }

    @Test func `follows pages to their end, and no further`() async throws {
        let page = { @Sendable (id: String, token: String?) in
            """
            <DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>\(id)</instanceId><imageId>ami-1</imageId><instanceState><name>running</name>
            </instanceState><instanceType>m5.large</instanceType><launchTime>2026-01-01T00:00:00Z</launchTime><placement><availabilityZone>a</availabilityZone>
            </placement></item></instancesSet></item></reservationSet><nextToken>\(token ?? "")</nextToken></DescribeInstancesResponse>
            """
        }
        let server = try ScriptedServer { request, _ in
            if request.body.hasSuffix("&NextToken=a+b") { return .text(page("i-1", "c")) }
            return request.body.hasSuffix("&NextToken=c") ? .text(page("i-2", nil)) : .text(page("i-3", "a b"))
        }
        #expect(try await with(server, pageSize: 5) { try await $0.instances(filters: []) }.map(\.id) == ["i-1", "i-2", "i-3"])
        #expect(server.requests.first?.body.hasSuffix("&MaxResults=5") == true)
        let circle = try ScriptedServer { _, _ in .text(page("i-1", "again")) }
        #expect(try await failure(circle).description.contains("came twice"))
        #expect(circle.requests.count == 2)
        let endless = try ScriptedServer { _, number in .text(page("i-\(number)", "\(number)")) }
        #expect(try await failure(endless).description.contains("more than 200 pages"))
        #expect(endless.requests.count == 200)
    }

    @Test func `without a region says how to give one`() async throws {
        let environment = Self.environment.merging(["AWS_EC2_METADATA_DISABLED": "true"]) { $1 }
        let error = try await withCaller { http in
            let client = try AWSClient(settings: AWSSettings(environment: environment), http: http)
            return await #expect(throws: AWSError.self) { _ = try await client.statuses() }
        }
        let remedy = "set region in the configuration, AWS_REGION, or region in the profile"
        #expect(error?.description == "EC2 DescribeInstanceStatus: no AWS region is configured: " + remedy)
    }
}
