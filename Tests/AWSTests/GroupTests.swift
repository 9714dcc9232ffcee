@testable import AWS
import Fleet
import Testing

@Suite struct `An Auto Scaling group` {
    private func page(_ name: String) throws -> Page<AutoScalingGroup> { try Page(groups: try Fixture.message(name + ".response.http").body) }

    private let instances = ["i-6c409af7f5a70caa1", "i-8d3899544b1943b30", "i-c4f1a4806651de607", "i-feb8ccecb1bc09e40"].map {
        AutoScalingGroup.GroupInstance(id: InstanceID($0), lifecycle: "InService", isProtected: false)
    }

    @Test func `is read with its sizes, template, instances and suspended processes`() throws {
        let page = try page("autoscaling.DescribeAutoScalingGroups.suspended")
        let template = LaunchTemplate(id: "lt-077f8a80dbb608b49", name: "agents", version: "$Latest")
        let expected = AutoScalingGroup(
            name: "agents", desired: 4, min: 0, max: 6, template: template, instances: instances, suspended: ["Launch", "ReplaceUnhealthy"])
        #expect(page.rows == [expected] && page.nextToken == nil)
        #expect(try self.page("autoscaling.DescribeAutoScalingGroups.none").rows.isEmpty)
        #expect(try self.page("autoscaling.DescribeAutoScalingGroups").rows.map(\.suspended) == [[]])
    }

    /// A group in AWS' shape with what stands between its sizes and its instances, and an instance in standby that is protected.
    private func answer(_ middle: String, token: String = "") -> [UInt8] {
        Array(
            """
            <DescribeAutoScalingGroupsResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeAutoScalingGroupsResult><AutoScalingGroups>
            <member><AutoScalingGroupName>g</AutoScalingGroupName><MinSize>1</MinSize><MaxSize>9</MaxSize><DesiredCapacity>3</DesiredCapacity>\(middle)
            <Instances><member><InstanceId>i-1</InstanceId><LifecycleState>Standby</LifecycleState><ProtectedFromScaleIn>true</ProtectedFromScaleIn></member>
            </Instances></member></AutoScalingGroups><NextToken>\(token)</NextToken></DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>
            """.utf8)
    }

    private func template(_ name: String, _ version: String? = nil, in element: String = "LaunchTemplateSpecification") -> String {
        "<\(element)><LaunchTemplateName>\(name)</LaunchTemplateName>\(version.map { "<Version>\($0)</Version>" } ?? "")</\(element)>"
    }

    private func mixed(_ inside: String) -> String { "<MixedInstancesPolicy><LaunchTemplate>\(inside)</LaunchTemplate></MixedInstancesPolicy>" }

    @Test func `may have its template in a mixed instances policy, with several images or without one`() throws {
        let types = "<member><InstanceType>m5.large</InstanceType></member>"
        let same = "<member><InstanceType>m6.large</InstanceType>\(template("a", "2"))</member>"
        let byID = "<LaunchTemplateSpecification><LaunchTemplateId>lt-1</LaunchTemplateId><Version>2</Version></LaunchTemplateSpecification>"
        let other = "<member><InstanceType>m6g.large</InstanceType>\(template("arm", "2"))</member>"
        let cases: [(String, LaunchTemplate?, Bool)] = [
            ("", nil, false), ("<LaunchConfigurationName>old</LaunchConfigurationName>", nil, false),
            (template("a", in: "LaunchTemplate"), LaunchTemplate(name: "a", version: "$Default"), false),
            (mixed(template("a", "2")), LaunchTemplate(name: "a", version: "2"), false),
            (mixed(template("a", "2") + "<Overrides>\(types)\(same)</Overrides>"), LaunchTemplate(name: "a", version: "2"), false),
            (mixed(template("a", "2") + "<Overrides>\(types)\(other)</Overrides>"), LaunchTemplate(name: "a", version: "2"), true),
            (mixed(template("a", "2") + "<Overrides><member>\(byID)</member></Overrides>"), LaunchTemplate(name: "a", version: "2"), true),
            (mixed(byID + "<Overrides><member>\(byID)</member></Overrides>"), LaunchTemplate(id: "lt-1", version: "2"), false),
            (mixed(template("a") + "<Overrides><member><ImageId>ami-1</ImageId></member></Overrides>"), LaunchTemplate(name: "a", version: "$Default"), true),
        ]
        for (middle, template, hasSeveralImages) in cases {
            let group = try #require(try Page(groups: answer(middle)).rows.first)
            #expect(group.template == template && group.hasSeveralImages == hasSeveralImages, "\(middle)")
            #expect(group.instances == [AutoScalingGroup.GroupInstance(id: "i-1", lifecycle: "Standby", isProtected: true)])
            #expect(group.desired == 3 && group.min == 1 && group.max == 9)
        }
    }

    @Test func `that is not whole is malformed`() async throws {
        let whole = try Fixture.message("autoscaling.DescribeAutoScalingGroups.suspended.response.http").body
        for step in 0..<200 {
            await Task.yield()
            #expect(throws: MalformedAnswer.self, "\(step)") { _ = try Page(groups: Array(whole[..<(whole.count * step / 200)])) }
        }
        let text = String(decoding: whole, as: UTF8.self)
        for name in [
            "AutoScalingGroups", "AutoScalingGroupName", "MinSize", "MaxSize", "DesiredCapacity", "InstanceId", "LifecycleState", "ProtectedFromScaleIn",
            "ProcessName",
        ] {
            let renamed = text.replacing("<\(name)>", with: "<gone>").replacing("</\(name)>", with: "</gone>")
            #expect(renamed != text && (try? Page(groups: Array(renamed.utf8))) == nil, "\(name)")
        }
        for size in ["-1", "many", "1000001"] {
            let error = #expect(throws: MalformedAnswer.self) {
                _ = try Page(groups: Array(text.replacing("<DesiredCapacity>4", with: "<DesiredCapacity>\(size)").utf8))
            }
            #expect(error?.description.contains("DesiredCapacity of group agents is '\(size)', which is no size") == true)
        }
    }

    @Test func `is asked for by name, fifty at a time, to the last page`() async throws {
        let first = answer("", token: "more &amp; more")
        let last = answer("<LaunchConfigurationName>x</LaunchConfigurationName>")
        let server = try ScriptedServer { request, _ in ScriptedServer.Answer(body: request.body.contains("&NextToken=more+%26+more") ? last : first) }
        let settings = AWSSettings(region: "us-east-1", endpointURL: server.url, environment: ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"])
        try await withCaller { http in
            let client = try AWSClient(settings: settings, http: http, clock: TestClock().clock)
            // What was not asked for is no answer.
            #expect(try await client.groups(["h", "g", "g"]).map(\.name) == ["g"])
            #expect(try await client.groups(["h"]).isEmpty)
            let names = (10..<70).map { "x\($0)" }
            _ = try await client.groups(names)
            #expect(try await client.groups([]).isEmpty)
        }
        let bodies = server.requests.map(\.body)
        let start = "Action=DescribeAutoScalingGroups&Version=2011-01-01&AutoScalingGroupNames.member.1="
        #expect(bodies[0] == start + "g&AutoScalingGroupNames.member.2=h&MaxRecords=100")
        #expect(bodies[1] == bodies[0] + "&NextToken=more+%26+more")
        #expect(bodies[4].contains("&AutoScalingGroupNames.member.50=x59&MaxRecords=100") && bodies[6].hasPrefix(start + "x60&"))
        #expect(bodies.count == 8)
        let recorded = try Fixture.message("autoscaling.DescribeAutoScalingGroups.request.http").body
        #expect(start + "agents" == String(decoding: recorded, as: UTF8.self))
        #expect(server.requests[0].headers["authorization"]?.contains("/us-east-1/autoscaling/aws4_request") == true)
    }

    @Test func `that may not be read is told apart from one that is not there`() async throws {
        let denied = try Fixture.message("auth.autoscaling.AccessDenied.response.http").body
        let server = try ScriptedServer { _, _ in ScriptedServer.Answer(status: 403, body: denied) }
        let settings = AWSSettings(region: "us-east-1", endpointURL: server.url, environment: ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"])
        try await withCaller { http in
            let client = try AWSClient(settings: settings, http: http, clock: TestClock().clock)
            let error = await #expect(throws: AWSError.self) { _ = try await client.groups(["g"]) }
            #expect(error?.description.hasPrefix("Auto Scaling DescribeAutoScalingGroups at \(server.url)/: AccessDenied (status 403)") == true)
            #expect(error?.description.contains("Allow the IAM action autoscaling:DescribeAutoScalingGroups to these credentials") == true)
        }
    }
}
