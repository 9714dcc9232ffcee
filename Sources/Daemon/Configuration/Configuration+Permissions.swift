import Fleet

extension Configuration {
    /// The IAM actions that what is configured needs, in the order of the calls; the README has them as a policy.
    package var awsActions: [String] {
        var actions = ["ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "ec2:DescribeImages"]
        let images = pools.compactMap(\.image)
        let readsTemplates = images.contains { if case .launchTemplate = $0 { true } else if case .group = $0 { true } else { false } }
        if !pools.groups.isEmpty { actions.append("autoscaling:DescribeAutoScalingGroups") }
        if readsTemplates { actions.append("ec2:DescribeLaunchTemplateVersions") }
        if images.contains(where: { if case .parameter = $0 { true } else { false } }) { actions.append("ssm:GetParameter") }
        if aws.readsPings { actions.append("ssm:DescribeInstanceInformation") }
        return actions
    }
}
