internal import Fleet
internal import Replacing
internal import Simulation

/// One Auto Scaling call. The private agents are one group; the public ones belong to none.
struct AutoScalingAnswers {
    let world: World
    let form: Form
    let hands: DemoHands

    private static let nameSpace = "http://autoscaling.amazonaws.com/doc/2011-01-01/"
    private static let requestID = "5a1c0b3e-0000-4000-8000-00000000000b"

    func answer() -> Answer {
        if world.throttledUntil[.ec2].map({ world.now < $0 }) ?? false { return Self.refusal(400, "Throttling", "Rate exceeded") }
        switch form["Action"] {
        case "DescribeAutoScalingGroups": return describeGroups()
        case "DescribeAutoScalingInstances": return describeInstances()
        case "RecordLifecycleActionHeartbeat", "CompleteLifecycleAction": return goOnWithHook()
        case "AttachInstances": return attachInstances()
        case "TerminateInstanceInAutoScalingGroup": return terminateInstance()
        default: return Self.refusal(400, "InvalidAction", "The action \(form["Action"] ?? "") is not valid for this web service.")
        }
    }

    private func describeGroups() -> Answer {
        let names = form.list("AutoScalingGroupNames.member")
        let groups = names.isEmpty || names.contains(World.group) ? [described(world.autoScalingGroup)] : []
        return Self.answer("DescribeAutoScalingGroups", [Self.list("AutoScalingGroups", groups)])
    }

    /// Makes the group smaller by one, or lets it launch another instead.
    private func terminateInstance() -> Answer {
        let id = form["InstanceId"] ?? ""
        guard let machine = world.machines.first(where: { $0.instance.rawValue == id }), machine.group == World.group, machine.ec2State != .terminated else {
            return Self.refusal(400, "ValidationError", "Instance Id not found - No managed instance found for instance ID \(id)")
        }
        let isRetired = form["ShouldDecrementDesiredCapacity"] == "true"
        let action: Action = isRetired ? .retire(machine.instance, group: World.group) : .terminate(machine.instance, group: World.group)
        if let refusal = hands.refusal(of: action) { return Self.refusal(refusal.status, refusal.code, refusal.text) }
        let activity = Element(
            "Activity",
            [
                Element("ActivityId", "f3691dc2-83fd-4e60-84e4-" + machine.digits.prefix(12)), Element("AutoScalingGroupName", World.group),
                Element("Description", "Terminating EC2 instance: \(id)"),
                Element("Cause", "At \(world.now.inEC2), instance \(id) was taken out of service in response to a user request."),
                Element("StartTime", world.now.inEC2), Element("EndTime", world.now.inEC2), Element("StatusCode", "InProgress"), Element("Progress", "0"),
            ])
        return Self.answer("TerminateInstanceInAutoScalingGroup", [activity])
    }

    /// Of those that are asked for, the ones that the group has.
    private func describeInstances() -> Answer {
        let ids = Set(form.list("InstanceIds.member"))
        let members = world.autoScalingGroup.instances.filter { ids.isEmpty || ids.contains($0.id.rawValue) }
        let described = members.map { instance -> [Element] in
            member(instance, template: Self.template(of: world.autoScalingGroup)) + [Element("AutoScalingGroupName", World.group)]
        }
        return Self.answer("DescribeAutoScalingInstances", [Self.list("AutoScalingInstances", described)])
    }

    /// A heartbeat for an instance that the group holds up for its hook, or the end of that.
    private func goOnWithHook() -> Answer {
        let (action, hook, id) = (form["Action"] ?? "", form["LifecycleHookName"] ?? "", InstanceID(form["InstanceId"] ?? ""))
        let call: DemoHands.GroupCall = action == "CompleteLifecycleAction" ? .complete(hook, id) : .heartbeat(hook, id)
        return done(call, as: action)
    }

    /// One at a time here, as Mayfly calls it.
    private func attachInstances() -> Answer {
        let ids = form.list("InstanceIds.member")
        guard form["AutoScalingGroupName"] == World.group, ids.count == 1 else {
            return Self.refusal(400, "ValidationError", "AutoScalingGroup name not found, or \(ids.count) instances")
        }
        return done(.attach(InstanceID(ids[0])), as: "AttachInstances")
    }

    private func done(_ call: DemoHands.GroupCall, as action: String) -> Answer {
        guard let refusal = hands.refusal(of: call) else { return Self.answer(action, []) }
        return Self.refusal(refusal.status, refusal.code, refusal.text)
    }

    private static func answer(_ action: String, _ result: [Element]) -> Answer {
        let root = Element(action + "Response", [Element(action + "Result", result), Element("ResponseMetadata", [Element("RequestId", requestID)])])
        return Answer(status: 200, contentType: "text/xml", body: root.document(nameSpace: nameSpace))
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
        let template = Self.template(of: group)
        return [
            Element("AutoScalingGroupName", group.name),
            Element(
                "AutoScalingGroupARN",
                "arn:aws:autoscaling:us-east-1:\(World.account):autoScalingGroup:0348afd1-f760-4577-b933-bf31c6163c10:autoScalingGroupName/\(group.name)"),
            template, Element("MinSize", String(group.min)), Element("MaxSize", String(group.max)), Element("DesiredCapacity", String(group.desired)),
            Element("DefaultCooldown", "300"), Element("AvailabilityZones", ["a", "b", "c"].map { Element("member", "us-east-1" + $0) }),
            Element("LoadBalancerNames"), Element("TargetGroupARNs"), Element("HealthCheckType", "EC2"), Element("HealthCheckGracePeriod", "300"),
            Self.list("Instances", group.instances.map { member($0, template: template) }), Element("CreatedTime", "2026-02-03T09:22:16.868057Z"),
            Self.list(
                "SuspendedProcesses",
                group.suspended.map { [Element("ProcessName", $0), Element("SuspensionReason", "User suspended at 2026-02-03T09:22:16Z")] }),
            Element("VPCZoneIdentifier", ["a", "b", "c"].map { "subnet-0000000000000000" + $0 }.joined(separator: ",")), Element("EnabledMetrics"),
            Self.list("Tags", [tag]), Element("TerminationPolicies", [Element("member", "Default")]), Element("NewInstancesProtectedFromScaleIn", "false"),
            Element(
                "ServiceLinkedRoleARN", "arn:aws:iam::\(World.account):role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"),
            Element("CapacityRebalance", "false"),
        ]
    }

    private static func template(of group: AutoScalingGroup) -> Element {
        Element(
            "LaunchTemplate",
            [
                Element("LaunchTemplateId", group.template?.id ?? ""), Element("LaunchTemplateName", group.template?.name ?? ""),
                Element("Version", group.template?.version ?? ""),
            ])
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
