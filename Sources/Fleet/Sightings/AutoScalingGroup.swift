/// An Auto Scaling group as `DescribeAutoScalingGroups` gives it.
package struct AutoScalingGroup: Hashable, Sendable {
    package let name: String
    /// How many instances it is to have, now and within which bounds: min ≤ desired ≤ max, as AWS keeps them.
    package let desired: Int
    package let min: Int
    package let max: Int
    /// What it launches from. Nil: from a launch configuration, which is not read.
    package let template: LaunchTemplate?
    /// Whether some of its instance types are launched from another template or image than the rest: `template` then does not tell the image.
    package let hasSeveralImages: Bool
    /// Those that it counts as its own, by id. Which version of the template they were launched from is left out: that is not to be relied on.
    package let instances: [GroupInstance]
    /// The processes that somebody has suspended: `Launch`, `Terminate`, `ReplaceUnhealthy`, …. Sorted.
    package let suspended: [String]

    package struct GroupInstance: Hashable, Sendable {
        package let id: InstanceID
        /// `InService`, `Standby`, `Terminating:Wait`, …: AWS' own words, which grow in number.
        package let lifecycle: String
        /// Whether the group may not end it when it grows smaller.
        package let isProtected: Bool

        package init(id: InstanceID, lifecycle: String, isProtected: Bool) {
            self.id = id
            self.lifecycle = lifecycle
            self.isProtected = isProtected
        }
    }

    package init(
        name: String, desired: Int, min: Int, max: Int, template: LaunchTemplate? = nil, hasSeveralImages: Bool = false, instances: [GroupInstance] = [],
        suspended: [String] = []
    ) {
        self.name = name
        self.desired = desired
        self.min = min
        self.max = max
        self.template = template
        self.hasSeveralImages = hasSeveralImages
        self.instances = instances
        self.suspended = suspended
    }
}
