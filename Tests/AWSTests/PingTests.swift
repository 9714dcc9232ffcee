@testable import AWS
import Fleet
import Testing

@Suite struct `SSM's word on its agents` {
    private func page(_ hosts: [(String, String)], token: String? = nil) -> String {
        let list = hosts.map { #"{"InstanceId": "\#($0)", "PingStatus": "\#($1)", "LastPingDateTime": 1795425881.261, "ResourceType": "EC2Instance"}"# }
        return #"{"InstanceInformationList": [\#(list.joined(separator: ", "))]\#(token.map { #", "NextToken": "\#($0)""# } ?? "")}"#
    }

    private func client<Value>(_ server: ScriptedServer, _ body: (AWSClient) async throws -> Value) async throws -> Value {
        let environment = ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"]
        let settings = AWSSettings(region: "us-east-1", endpointURL: server.url, environment: environment, readsPings: true)
        return try await withCaller { http in try await body(try AWSClient(settings: settings, http: http, clock: TestClock().clock)) }
    }

    @Test func `is read to the last page, without machines that are no instances`() async throws {
        let (first, last) = (
            page([("i-1", "Online"), ("mi-9", "Online")], token: "a\\\"b"), page([("i-2", "ConnectionLost"), ("i-3", "Inactive")], token: "")
        )
        let server = try ScriptedServer { request, _ in .text(request.body.contains("NextToken") ? last : first) }
        let pings = try await client(server) { try await $0.pings() }
        #expect(pings == ["i-1": .online, "i-2": .connectionLost, "i-3": .inactive])
        #expect(server.requests.map(\.body) == [#"{"MaxResults": 50}"#, #"{"MaxResults": 50, "NextToken": "a\"b"}"#])
        #expect(server.requests[0].headers["x-amz-target"] == "AmazonSSM.DescribeInstanceInformation")
        #expect(server.requests[0].headers["content-type"] == "application/x-amz-json-1.1")
    }

    @Test func `does not go on for ever`() async throws {
        let circle = try ScriptedServer { [self] _, _ in .text(page([("i-1", "Online")], token: "again")) }
        let again = await #expect(throws: AWSError.self) { _ = try await client(circle) { try await $0.pings() } }
        #expect(again?.description.contains("came twice") == true)
        let endless = try ScriptedServer { [self] _, number in .text(page([("i-\(number)", "Online")], token: "\(number)")) }
        let error = await #expect(throws: AWSError.self) { _ = try await client(endless) { try await $0.pings() } }
        #expect(error?.description.contains("more than 200 pages") == true)
    }

    @Test func `that nobody understands, or that is refused, is unknown`() async throws {
        let cases: [(ScriptedServer.Answer, String)] = [
            (.text(page([("i-1", "Asleep")])), "PingStatus of i-1 is the unknown 'Asleep'"), (.text("{}"), "not the JSON of an InstanceInformationList"),
            (.text(page([("i-1", "Online")]).replacing("PingStatus", with: "Ping")), "not the JSON"), (.text("<html>", status: 500), "HTTP 500"),
            (
                ScriptedServer.Answer(status: 400, body: try Fixture.bytes("aws/handmade/ssm.AccessDeniedException.400.json")),
                "Allow the IAM action ssm:DescribeInstanceInformation"
            ),
        ]
        for (answer, words) in cases {
            let server = try ScriptedServer { _, _ in answer }
            let sighting = try await client(server) { await $0.sight(pools: []) }
            guard case .failure(let failure)? = sighting.pings else {
                Issue.record("\(words): it was read")
                continue
            }
            #expect(failure.message.hasPrefix("SSM DescribeInstanceInformation at \(server.url)/: ") && failure.message.contains(words), "\(failure)")
        }
    }
}
