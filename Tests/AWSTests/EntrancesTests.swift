import Fleet
import Foundation
import Moto
import Testing
import Wire

@testable import AWS

@Suite struct `Load balancers and addresses` {
    private static let actions = [
        "ec2:DescribeInstances", "ec2:DescribeAddresses", "ec2:AssociateAddress", "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth", "elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeInstanceHealth",
        "elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
        "elasticloadbalancing:DeregisterInstancesFromLoadBalancer",
    ]

    /// What was made at moto: a group that knows its targets by instance, one by address, a classic load balancer and an address, all of which lead to `old`.
    private struct Site {
        let cloud: Cloud
        let client: AWSClient
        let old: Instance
        let fresh: Instance
        let third: InstanceID
        let entrances: [Entrance]
        let allocation: String
    }

    /// One test, for one moto.
    @Test func `that lead to an instance are let go of, and lead to its successor, once however often it is asked`() async throws {
        try await withCaller { http in
            let site = try await make(try await Cloud(http: http, actions: Self.actions))
            try await letGo(site)
            try await handOver(site)
            try await sparesOthers(site)
            try await passesOverWhatIsDeleted(site)
            try await saysWhatIsNotAllowed(site)
        }
    }

    private func make(_ cloud: Cloud) async throws -> Site {
        let vpc = try #require(texts("VpcId", in: try await cloud.boto("ec2", "create_vpc", #"{"CidrBlock": "10.0.0.0/16"}"#)).first)
        let subnet = try #require(
            texts("SubnetId", in: try await cloud.boto("ec2", "create_subnet", #"{"VpcId": "\#(vpc)", "CidrBlock": "10.0.0.0/24"}"#)).first)
        let image = try #require(texts("ImageId", in: try await cloud.boto("ec2", "register_image", #"{"Name": "agent-1"}"#)).first)
        _ = try await cloud.boto("ec2", "run_instances", #"{"ImageId": "\#(image)", "MinCount": 3, "MaxCount": 3, "SubnetId": "\#(subnet)"}"#)
        func group(_ name: String, _ type: String) async throws -> String {
            let made = try await cloud.boto(
                "elbv2", "create_target_group",
                #"{"Name": "\#(name)", "Protocol": "HTTP", "Port": 80, "VpcId": "\#(vpc)", "TargetType": "\#(type)"}"#)
            return try #require(texts("TargetGroupArn", in: made).first)
        }
        let (byInstance, byAddress) = (try await group("web", "instance"), try await group("web-ip", "ip"))
        _ = try await group("empty", "instance")
        _ = try await cloud.boto(
            "elb", "create_load_balancer",
            #"{"LoadBalancerName": "old-web", "AvailabilityZones": ["us-east-1a"], "#
                + #""Listeners": [{"Protocol": "tcp", "LoadBalancerPort": 80, "InstanceProtocol": "tcp", "InstancePort": 80}]}"#)
        let allocation = try #require(texts("AllocationId", in: try await cloud.boto("ec2", "allocate_address", #"{"Domain": "vpc"}"#)).first)
        try await cloud.moto.control("verify")
        let client = try cloud.client()
        let instances = try await client.instances(filters: [])
        try #require(instances.count == 3)
        let (old, fresh) = (instances[0], instances[1])
        let entrances: [Entrance] = [
            .targetGroup(byInstance, port: 8080, isByAddress: false),
            .targetGroup(byAddress, port: 80, isByAddress: true), .classic("old-web"), .address(allocation),
        ]
        #expect(await client.attach(old.id, at: old.privateIP, to: entrances, from: old.id) == .accepted)
        return Site(
            cloud: cloud, client: client, old: old, fresh: fresh, third: instances[2].id, entrances: entrances.sorted(), allocation: allocation)
    }

    private func leading(to instance: Instance, _ client: AWSClient) async throws -> [Entrance] {
        // Moto lists an instance twice that was put into a classic load balancer twice.
        Set(try await client.entrances().leading(to: instance.id, at: instance.privateIP).filter { $0.standing != .leaves }.map(\.entrance)).sorted()
    }

    private func letGo(_ site: Site) async throws {
        #expect(try await leading(to: site.old, site.client) == site.entrances)
        let seen = try await site.client.entrances()
        #expect(seen.balancers.count == 4 && seen.addresses == [site.allocation: site.old.id])
        #expect(seen.leading(to: site.old.id, at: nil).count == 3, "its address is not known")
        for _ in 1...2 { #expect(await site.client.detach(site.old.id, at: site.old.privateIP, from: site.entrances) == .accepted) }
        #expect(try await leading(to: site.old, site.client) == [.address(site.allocation)], "an address stays until the machine ends")
    }

    private func handOver(_ site: Site) async throws {
        for _ in 1...2 { #expect(await site.client.attach(site.fresh.id, at: site.fresh.privateIP, to: site.entrances, from: site.old.id) == .accepted) }
        #expect(try await leading(to: site.fresh, site.client) == site.entrances)
        #expect(try await leading(to: site.old, site.client).isEmpty)
        let seen = try await site.client.entrances()
        #expect(site.entrances.allSatisfy { seen.isTaken($0, by: site.fresh.id, at: site.fresh.privateIP, from: site.old.id) })
    }

    private func sparesOthers(_ site: Site) async throws {
        let address = [Entrance.address(site.allocation)]
        #expect(await site.client.attach(site.third, at: nil, to: address, from: site.old.id) == .accepted)
        let seen = try await site.client.entrances()
        #expect(seen.addresses == [site.allocation: site.fresh.id], "whoever has it by now keeps it")
        #expect(seen.isTaken(address[0], by: site.third, at: nil, from: site.old.id), "and nobody waits for it")
    }

    private func passesOverWhatIsDeleted(_ site: Site) async throws {
        let gone: [Entrance] = [
            .targetGroup("arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/gone/50dc6c495c0c9188", port: 80, isByAddress: false),
            .address("eipalloc-0000000000000000"),
        ]
        #expect(await site.client.detach(site.old.id, at: nil, from: gone) == .accepted)
        #expect(await site.client.attach(site.fresh.id, at: nil, to: gone, from: site.old.id) == .accepted)
        let seen = try await site.client.entrances()
        #expect(gone.allSatisfy { seen.isTaken($0, by: site.fresh.id, at: nil, from: site.old.id) })
        let byAddress = site.entrances.filter { if case .targetGroup(_, _, isByAddress: true) = $0 { true } else { false } }
        guard case .refused(let why) = await site.client.attach(site.fresh.id, at: nil, to: byAddress, from: site.old.id) else {
            return #expect(Bool(false), "its address is not known")
        }
        #expect(why.contains("nothing was asked"), "\(why)")
    }

    private func saysWhatIsNotAllowed(_ site: Site) async throws {
        try await site.cloud.moto.control("forbid", #"{"user": "mayfly", "policy": "p"}"#)
        let client = try site.cloud.client()
        guard case .refused(let text) = await client.detach(site.fresh.id, at: site.fresh.privateIP, from: site.entrances) else {
            return #expect(Bool(false), "it may")
        }
        #expect(text.contains("AccessDenied"), "\(text)")
        let denied = await #expect(throws: AWSError.self) { _ = try await client.entrances() }
        #expect(denied?.description.contains("elasticloadbalancing:DescribeTargetGroups") == true, "\(String(describing: denied))")
    }

    /// The states and reasons of the API reference of 2015-12-01.
    @Test(arguments: [
        ("healthy", nil, EntrancesSighting.Standing.serves), ("unavailable", "Target.HealthCheckDisabled", .serves), ("unused", "Target.NotInUse", .serves),
        ("initial", "Elb.RegistrationInProgress", .comes), ("draining", "Target.DeregistrationInProgress", .leaves),
        ("unhealthy", "Target.FailedHealthChecks", .unfit("Target.FailedHealthChecks")), ("unused", "Target.InvalidState", .unfit("Target.InvalidState")),
        ("unhealthy.draining", nil, .unfit("unhealthy.draining")),
    ]) func `tell how a target stands`(state: String, reason: String?, standing: EntrancesSighting.Standing) throws {
        let body = """
            <DescribeTargetHealthResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeTargetHealthResult>
            <TargetHealthDescriptions><member><HealthCheckPort>80</HealthCheckPort><TargetHealth><State>\(state)</State>\
            \(reason.map { "<Reason>\($0)</Reason><Description>d</Description>" } ?? "")</TargetHealth>\
            <Target><Port>80</Port><Id>i-1</Id></Target></member></TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>
            """
        let group = TargetGroup(arn: "arn:g/web/1", type: "instance")
        let places = try TargetHealthAnswer.places(Array(body.utf8), in: group)
        #expect(places == [.init(.targetGroup("arn:g/web/1", port: 80, isByAddress: false), target: "i-1", standing: standing)])
    }

    /// The descriptions of the API reference of 2012-06-01.
    @Test(arguments: [
        ("InService", "N/A", EntrancesSighting.Standing.serves), ("OutOfService", "Instance registration is still in progress.", .comes),
        ("OutOfService", "Instance deregistration currently in progress.", .leaves),
        ("OutOfService", "Instance is in stopped state.", .unfit("instance is in stopped state.")),
    ]) func `tell how an instance of a classic one stands`(state: String, words: String, standing: EntrancesSighting.Standing) throws {
        let body = """
            <DescribeInstanceHealthResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/"><DescribeInstanceHealthResult><InstanceStates><member>
            <Description>\(words)</Description><InstanceId>i-1</InstanceId><State>\(state)</State><ReasonCode>N/A</ReasonCode></member></InstanceStates>
            </DescribeInstanceHealthResult></DescribeInstanceHealthResponse>
            """
        #expect(try InstanceHealthAnswer.places(Array(body.utf8), in: "web") == [.init(.classic("web"), target: "i-1", standing: standing)])
    }

    @Test func `leave out an address that a gateway has`() throws {
        let body = """
            <DescribeAddressesResponse><requestId>r</requestId><addressesSet>
            <item><publicIp>1.2.3.4</publicIp><allocationId>eipalloc-1</allocationId><domain>vpc</domain><instanceId>i-1</instanceId><associationId>eipassoc-1</associationId></item>
            <item><publicIp>1.2.3.5</publicIp><allocationId>eipalloc-2</allocationId><domain>vpc</domain><instanceId/></item>
            <item><publicIp>1.2.3.6</publicIp><allocationId>eipalloc-3</allocationId><domain>vpc</domain><associationId>eipassoc-3</associationId></item>
            </addressesSet></DescribeAddressesResponse>
            """
        #expect(
            try AddressesAnswer.addresses(Array(body.utf8)) == [
                ElasticAddress(allocation: "eipalloc-1", instance: "i-1"), ElasticAddress(allocation: "eipalloc-2", instance: nil),
            ])
    }

    @Test func `are never known in part`() async throws {
        let list = "<DescribeTargetGroupsResponse><DescribeTargetGroupsResult><TargetGroups>"
        let member = "<member><TargetGroupArn>arn:g/NUMBER</TargetGroupArn><TargetType>instance</TargetType></member>"
        let many =
            list + (1...201).map { member.replacing("NUMBER", with: "\($0)") }.joined()
            + "</TargetGroups></DescribeTargetGroupsResult></DescribeTargetGroupsResponse>"
        let server = try ScriptedServer { _, _ in .text(many) }
        try await withCaller { http in
            let client = try AWSClient(
                settings: AWSSettings(
                    region: "us-east-1", endpointURL: server.url, environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"]), http: http)
            let error = await #expect(throws: AWSError.self) { _ = try await client.entrances() }
            #expect(error?.description.contains("201 target groups, and at most 200 are looked into") == true, "\(String(describing: error))")
        }
    }
}
