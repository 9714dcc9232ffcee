@testable import AWS
import Fleet
import Foundation
import Moto
import Testing

@Suite struct `Against moto, with a role of its own, the client` {
    private static let reading = [
        "ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "ec2:DescribeImages", "ec2:DescribeLaunchTemplateVersions",
        "autoscaling:DescribeAutoScalingGroups", "ssm:GetParameter",
    ]

    /// One test, for one moto: it starts within seconds, not within milliseconds.
    @Test func `sees what the role may, however the role was taken`() async throws {
        try await withCaller { http in try await tour(try await Cloud(http: http, actions: ["sts:AssumeRole"])) }
    }

    private func tour(_ cloud: Cloud) async throws {
        // As in AWS, a role is taken by whom its trust policy names, and here only with the right external id.
        let trusted =
            #"\"Principal\": {\"AWS\": \"arn:aws:iam::123456789012:user/mayfly\"}, "#
            + #"\"Condition\": {\"StringEquals\": {\"sts:ExternalId\": \"ext\"}}"#
        let trust = #"{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \#(trusted)}]}"#
        _ = try await cloud.boto("iam", "create_role", #"{"RoleName": "watch", "AssumeRolePolicyDocument": "\#(trust)"}"#)
        let policy = Cloud.policy(Self.reading)
        _ = try await cloud.boto("iam", "put_role_policy", #"{"RoleName": "watch", "PolicyName": "p", "PolicyDocument": "\#(policy)"}"#)
        let (old, new) = (try await register(cloud, "agent-1"), try await register(cloud, "agent-2"))
        try await makeGroup(cloud, old: old, new: new)
        let role = "arn:aws:iam::123456789012:role/watch"
        let id = cloud.keys["AWS_ACCESS_KEY_ID"] ?? ""
        let base = "[base]\naws_access_key_id = \(id)\naws_secret_access_key = \(cloud.keys["AWS_SECRET_ACCESS_KEY"] ?? "")\n"
        let home = try Home(
            config: "[profile watch]\nrole_arn = \(role)\nsource_profile = base\nexternal_id = ext\nduration_seconds = 900\n",
            credentials: base)
        try home.write("token", "a.web.token")
        let place = ["AWS_ENDPOINT_URL": cloud.moto.url, "AWS_REGION": "us-east-1"]
        // A call without a signature is more than moto can bear while it checks them; what it then gave is good.
        let pod = try await chosen(home.settings(place.merging(["AWS_WEB_IDENTITY_TOKEN_FILE": home.path("token"), "AWS_ROLE_ARN": role]) { $1 }))
        try await cloud.moto.control("verify")
        try await sees(try cloud.client(home.settings(place, profile: "watch")), old: old, new: new)
        let session = [
            "AWS_ACCESS_KEY_ID": pod.accessKeyID, "AWS_SECRET_ACCESS_KEY": pod.secret.revealed, "AWS_SESSION_TOKEN": pod.sessionToken?.revealed ?? "",
        ]
        #expect(try await cloud.client(home.settings(place.merging(session) { $1 })).instances(filters: []).count == 3)

        // The user itself may do nothing but take the role.
        let denied = await #expect(throws: AWSError.self) { _ = try await cloud.client(home.settings(place, profile: "base")).groups(["agents"]) }
        #expect(denied?.description.contains("Allow the IAM action autoscaling:DescribeAutoScalingGroups") == true)
        let wrong = try Home(
            config: "[profile watch]\nrole_arn = \(role)\nsource_profile = base\n",
            credentials: "[base]\naws_access_key_id = \(id)\naws_secret_access_key = hidden-wrong\n")
        let refused = await #expect(throws: AWSError.self) { _ = try await cloud.client(wrong.settings(place, profile: "watch")).instances(filters: []) }
        let text = refused?.description ?? ""
        #expect(text.contains("role \(role) of profile watch") && text.contains("STS AssumeRole at \(cloud.moto.url)/: SignatureDoesNotMatch"), "\(text)")
        #expect(!text.contains("hidden-wrong"))

        let stranger = try Home(
            config: "[profile watch]\nrole_arn = \(role)\nsource_profile = base\nexternal_id = other\n", credentials: base)
        let distrusted = await #expect(throws: AWSError.self) { _ = try await cloud.client(stranger.settings(place, profile: "watch")).instances(filters: []) }
        #expect(distrusted?.description.contains("and name who they belong to in the role's trust policy") == true)

        let metadata = try #require(
            try InstanceMetadata(
                Environment(["AWS_EC2_METADATA_SERVICE_ENDPOINT": cloud.moto.url, "AWS_METADATA_SERVICE_TIMEOUT": "60"]), http: cloud.http))
        #expect(try await metadata.region() == "us-east-1")
        #expect(try await !metadata.credentials().accessKeyID.isEmpty)
    }

    private func register(_ cloud: Cloud, _ name: String) async throws -> ImageID {
        ImageID(try #require(texts("ImageId", in: try await cloud.boto("ec2", "register_image", #"{"Name": "\#(name)"}"#)).first))
    }

    /// A template with three versions, the first of which is the default and the last of which names a parameter; and a group of three by the latest.
    private func makeGroup(_ cloud: Cloud, old: ImageID, new: ImageID) async throws {
        _ = try await cloud.boto("ssm", "put_parameter", #"{"Name": "/ami/agent", "Value": "\#(new)", "Type": "String"}"#)
        _ = try await cloud.boto(
            "ec2", "create_launch_template", #"{"LaunchTemplateName": "agents", "LaunchTemplateData": {"ImageId": "\#(old)", "InstanceType": "m5.large"}}"#)
        for image in ["resolve:ssm:/ami/agent", new.rawValue] {
            _ = try await cloud.boto(
                "ec2", "create_launch_template_version",
                #"{"LaunchTemplateName": "agents", "LaunchTemplateData": {"ImageId": "\#(image)", "InstanceType": "m5.large"}}"#)
        }
        let sizes = #""MinSize": 1, "MaxSize": 5, "DesiredCapacity": 3"#
        _ = try await cloud.boto(
            "autoscaling", "create_auto_scaling_group",
            #"{"AutoScalingGroupName": "agents", \#(sizes), "LaunchTemplate": {"LaunchTemplateName": "agents", "Version": "$Latest"}, "#
                + #""AvailabilityZones": ["us-east-1a"]}"#)
        _ = try await cloud.boto("autoscaling", "suspend_processes", #"{"AutoScalingGroupName": "agents", "ScalingProcesses": ["AZRebalance"]}"#)
    }

    private func sees(_ client: AWSClient, old: ImageID, new: ImageID) async throws {
        let version = { (text: String) in Pool.ImageSource.launchTemplate(LaunchTemplate(name: "agents", version: text)) }
        let sources: [(PoolName, Pool.ImageSource)] = [
            ("group", .group("agents")), ("default", version("$Default")), ("latest", version("$Latest")), ("parameter", version("2")), ("none", version("9")),
        ]
        let pools = sources.map { Pool(name: $0.0, selector: Pool.Selector(groups: ["agents", "nowhere"]), image: $0.1) }
        let sighting = await client.sight(pools: pools)
        let instances = try sighting.instances.get()
        #expect(instances.count == 3 && instances.allSatisfy { $0.group == "agents" && $0.image == new })
        let group = try #require(try sighting.groups?.get().first)
        #expect(group.name == "agents" && group.desired == 3 && group.min == 1 && group.max == 5 && group.suspended == ["AZRebalance"])
        #expect(group.instances.map(\.id) == instances.map(\.id) && group.instances.allSatisfy { $0.lifecycle == "InService" && !$0.isProtected })
        #expect(group.template?.name == "agents" && group.template?.version == "$Latest")
        #expect(try sighting.targets["default"]?.get().image.id == old)
        for name in ["group", "latest", "parameter"] as [PoolName] { #expect(try sighting.targets[name]?.get().image.id == new, "\(name)") }
        guard case .failure(let failure)? = sighting.targets["none"] else {
            Issue.record("a version that does not exist has an image")
            return
        }
        #expect(failure.message.contains("VersionNotFound"), "\(failure)")
    }
}
