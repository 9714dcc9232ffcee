import Fleet

extension Configuration {
    /// The IAM actions that what is configured needs, in the order of the calls, and where something is done those of doing it. `docs/permissions.md` has them as policies.
    package var awsActions: [String] { watchingActions + (mode == .alert ? [] : actingActions.filter { !watchingActions.contains($0) }) }

    /// Those of looking.
    package var watchingActions: [String] {
        var actions = ["ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "ec2:DescribeImages"]
        let images = pools.compactMap(\.image)
        let readsTemplates = images.contains { if case .launchTemplate = $0 { true } else if case .group = $0 { true } else { false } }
        if !pools.groups.isEmpty { actions.append("autoscaling:DescribeAutoScalingGroups") }
        if readsTemplates || pools.contains(where: { $0.launchSource != nil }) { actions.append("ec2:DescribeLaunchTemplateVersions") }
        if images.contains(where: { if case .parameter = $0 { true } else { false } }) { actions.append("ssm:GetParameter") }
        if aws.readsPings { actions.append("ssm:DescribeInstanceInformation") }
        if aws.eventQueue != nil { actions += ["sqs:ReceiveMessage", "sqs:DeleteMessage"] }
        if pools.contains(where: \.looksAfterEntrances) {
            actions += ["DescribeTargetGroups", "DescribeTargetHealth", "DescribeLoadBalancers", "DescribeInstanceHealth"].map { "elasticloadbalancing:" + $0 }
            actions.append("ec2:DescribeAddresses")
        }
        return actions
    }

    /// Those of doing what is decided, whatever the mode is.
    package var actingActions: [String] {
        var actions: [String] = []
        if case .parameter? = claim { actions += ["ssm:GetParametersByPath", "ssm:PutParameter", "ssm:DeleteParameters"] }
        let provisioned = pools.filter { $0.provision != nil }
        if provisioned.isEmpty { return actions }
        if commands.values.contains(where: { $0.way == .ssm }) { actions += ["ssm:SendCommand", "ssm:GetCommandInvocation"] }
        if provisioned.contains(where: \.looksAfterEntrances) {
            actions += ["RegisterTargets", "DeregisterTargets", "RegisterInstancesWithLoadBalancer", "DeregisterInstancesFromLoadBalancer"].map {
                "elasticloadbalancing:" + $0
            }
            actions.append("ec2:AssociateAddress")
        }
        // What ends by Terraform's plan is asked about by Terraform.
        if !provisioned.allSatisfy(\.isByTerraform) { actions.append("ec2:DescribeInstanceAttribute") }
        actions.append("ec2:GetConsoleOutput")
        if provisioned.contains(where: { if case .group? = $0.provision { true } else { false } }) {
            actions.append("autoscaling:TerminateInstanceInAutoScalingGroup")
        }
        if !lifecycleHooks.isEmpty {
            actions += ["CompleteLifecycleAction", "RecordLifecycleActionHeartbeat"].map { "autoscaling:" + $0 }
        }
        let launching = provisioned.filter { if case .launchTemplate? = $0.provision { true } else { false } }
        if !launching.isEmpty { actions.append("ec2:TerminateInstances") }
        let onTop = provisioned.filter { if case .group? = $0.provision { $0.isLaunchFirst } else { false } }
        if !onTop.isEmpty { actions.append("autoscaling:AttachInstances") }
        if !onTop.isEmpty || !lifecycleHooks.isEmpty { actions.append("autoscaling:DescribeAutoScalingInstances") }
        if !launching.isEmpty || !onTop.isEmpty { actions += ["ec2:RunInstances", "ec2:CreateTags"] }
        return actions
    }
}
