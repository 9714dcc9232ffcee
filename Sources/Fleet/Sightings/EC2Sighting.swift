/// What one poll of EC2 and of the pools' image sources brought. Each part can fail by itself and is then unknown.
package struct EC2Sighting: Sendable {
    /// Every instance of the sweep, terminated ones included as long as EC2 still lists them.
    package let instances: Result<[Instance], SourceFailure>
    /// Of the running instances.
    package let statuses: Result<[InstanceStatus], SourceFailure>
    /// Of the images that the swept instances run; one that is not listed any more is simply not in here.
    package let images: Result<[Image], SourceFailure>
    /// By pool, for every pool that names an image source.
    package let targets: [PoolName: Result<TargetImage, SourceFailure>]
    /// The image that a fresh instance would get, by pool: of those that a group provisions and whose own image source is another one.
    package let launchImages: [PoolName: Result<ImageID, SourceFailure>]
    /// SSM's agents, by the instance that each is on; one that never reported is not in here. Nil where SSM is not asked.
    package let pings: Result<[InstanceID: SSMPing], SourceFailure>?
    /// The Auto Scaling groups that pools name, by name; one that does not exist is not in here. Nil where no pool names any.
    package let groups: Result<[AutoScalingGroup], SourceFailure>?
    /// What stands against the end of those instances for which that was asked. By instance.
    package let terminations: [InstanceID: TerminationBar]

    /// What a pool's image source pointed at.
    package struct TargetImage: Hashable, Sendable {
        /// As `DescribeImages` has it now. One that is not listed is a failure, never a target.
        package let image: Image
        /// Since when the source points at it, as far as the source tells: a parameter's last change, the creation of the image or of a launch
        /// template's version, before which it cannot have. Nil: it does not tell.
        package let since: Timestamp?

        package init(image: Image, since: Timestamp?) {
            self.image = image
            self.since = since
        }
    }

    package init(
        instances: Result<[Instance], SourceFailure>, statuses: Result<[InstanceStatus], SourceFailure>, images: Result<[Image], SourceFailure>,
        targets: [PoolName: Result<TargetImage, SourceFailure>], pings: Result<[InstanceID: SSMPing], SourceFailure>? = nil,
        groups: Result<[AutoScalingGroup], SourceFailure>? = nil, launchImages: [PoolName: Result<ImageID, SourceFailure>] = [:],
        terminations: [InstanceID: TerminationBar] = [:]
    ) {
        self.instances = instances
        self.statuses = statuses
        self.images = images
        self.targets = targets
        self.pings = pings
        self.groups = groups
        self.terminations = terminations
        self.launchImages = launchImages
    }
}
