internal import Fleet
internal import Simulation

/// One Auto Scaling call: `DescribeAutoScalingGroups`. The private agents are one group; the public ones belong to none.
struct AutoScalingAnswers {
    let world: World
    let form: Form

    private static let nameSpace = "http://autoscaling.amazonaws.com/doc/2011-01-01/"
    private static let requestID = "5a1c0b3e-0000-4000-8000-00000000000b"

    func answer() -> Answer {
        if world.throttledUntil[.ec2].map({ world.now < $0 }) ?? false { return Self.refusal(400, "Throttling", "Rate exceeded") }
        guard form["Action"] == "DescribeAutoScalingGroups" else {
            return Self.refusal(400, "InvalidAction", "The action \(form["Action"] ?? "") is not valid for this web service.")
        }
        let names = form.list("AutoScalingGroupNames.member")
        let groups = names.isEmpty || names.contains(World.group) ? [described(world.autoScalingGroup)] : []
        let result = Element("DescribeAutoScalingGroupsResult", [Self.list("AutoScalingGroups", groups)])
        let root = Element("DescribeAutoScalingGroupsResponse", [result, Element("ResponseMetadata", [Element("RequestId", Self.requestID)])])
        return Answer(status: 200, contentType: "text/xml", body: root.document(nameSpace: Self.nameSpace))
    }

    static func refusal(_ status: Int, _ code: String, _ message: String) -> Answer {
        let error = Element("Error", [Element("Type", "Sender"), Element("Code", code), Element("Message", message)])
        let root = Element("ErrorResponse", [error, Element("RequestId", requestID)])
        return Answer(status: status, contentType: "text/xml", body: root.document(nameSpace: nameSpace))
    }

    private static func list(_ name: String, _ items: [[Element]]) -> Element { Element(name, items.map { Element("member", $0) }) }

    private func described(_ group: AutoScalingGroup) -> [Element] {
        let tag = [
            Element("ResourceId", group.name), Element("ResourceType", "auto-scaling-group"), Element("Key", "cluster"), Element("Value", "prod"),
            Element("PropagateAtLaunch", "true"),
        ]
        let template = Element(
            "LaunchTemplate",
            [
                Element("LaunchTemplateId", group.template?.id ?? ""), Element("LaunchTemplateName", group.template?.name ?? ""),
                Element("Version", group.template?.version ?? ""),
            ])
        return [
            Element("AutoScalingGroupName", group.name),
            Element(
                "AutoScalingGroupARN",
                "arn:aws:autoscaling:us-east-1:\(World.account):autoScalingGroup:0348afd1-f760-4577-b933-bf31c6163c10:autoScalingGroupName/\(group.name)"),
            template, Element("MinSize", String(group.min)), Element("MaxSize", String(group.max)), Element("DesiredCapacity", String(group.desired)),
            Element("DefaultCooldown", "300"), Element("AvailabilityZones", ["a", "b", "c"].map { Element("member", "us-east-1" + $0) }),
            Element("LoadBalancerNames"), Element("TargetGroupARNs"), Element("HealthCheckType", "EC2"), Element("HealthCheckGracePeriod", "300"),
            Self.list("Instances", group.instances.map { member($0, template: template) }), Element("CreatedTime", "2026-02-03T09:22:16.868057Z"),
            Element("SuspendedProcesses"),
            Element("VPCZoneIdentifier", ["a", "b", "c"].map { "subnet-0000000000000000" + $0 }.joined(separator: ",")), Element("EnabledMetrics"),
            Self.list("Tags", [tag]), Element("TerminationPolicies", [Element("member", "Default")]), Element("NewInstancesProtectedFromScaleIn", "false"),
            Element(
                "ServiceLinkedRoleARN", "arn:aws:iam::\(World.account):role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"),
            Element("CapacityRebalance", "false"),
        ]
    }

    private func member(_ instance: AutoScalingGroup.GroupInstance, template: Element) -> [Element] {
        let machine = world.machines.first { $0.instance == instance.id }
        return [
            Element("InstanceId", instance.id.rawValue), Element("InstanceType", machine?.type ?? ""), Element("AvailabilityZone", machine?.zone ?? ""),
            Element("LifecycleState", instance.lifecycle), Element("HealthStatus", machine?.ec2State == .running ? "Healthy" : "Unhealthy"), template,
            Element("ProtectedFromScaleIn", instance.isProtected ? "true" : "false"),
        ]
    }
}
