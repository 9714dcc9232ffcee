/// What a look at some instances of the sweep brought, between two polls of EC2. Each part can fail by itself, and is then as it was.
package struct InstancesSighting: Sendable {
    /// Those that were looked at.
    package let asked: Set<InstanceID>
    /// As EC2 has them now; one that it does not name is not in here, which proves nothing.
    package let instances: Result<[Instance], SourceFailure>
    /// Of those of them that run.
    package let statuses: Result<[InstanceStatus], SourceFailure>
    /// The Auto Scaling groups that pools name, all of them. Nil where no pool names any.
    package let groups: Result<[AutoScalingGroup], SourceFailure>?

    package init(
        asked: Set<InstanceID>, instances: Result<[Instance], SourceFailure>, statuses: Result<[InstanceStatus], SourceFailure>,
        groups: Result<[AutoScalingGroup], SourceFailure>? = nil
    ) {
        self.asked = asked
        self.instances = instances
        self.statuses = statuses
        self.groups = groups
    }
}
