package import Fleet

/// A plan of Terraform's that is wanted, with all that it is to be made and judged by. A value.
package struct PlanWish: Hashable, Sendable {
    /// Whom it is for. Nil: a node that nobody is at work on yet.
    package let replacement: ReplacementID?
    /// The node's instance.
    package let instance: InstanceID
    package let pool: PoolName
    /// The instance whose place it is about: the node's, or a fresh one that was lost.
    package let old: InstanceID
    /// Whether EC2 says that this one is terminated, or knows it no more.
    package let isGone: Bool
    /// What the fresh one may be made of, the best first. Never empty.
    package let images: [ImageID]
    /// Whether Terraform is to replace it although its configuration does not.
    package let isForced: Bool
    /// The Auto Scaling group that it is in.
    package let group: String?
    /// Where it stands by an earlier plan. Nil: by the state alone.
    package let address: String?
    /// Living instances of the pool, but the old one. Sorted.
    package let living: [InstanceID]

    package init(
        replacement: ReplacementID?, instance: InstanceID, pool: PoolName, old: InstanceID, isGone: Bool, images: [ImageID], isForced: Bool,
        group: String? = nil, address: String? = nil, living: [InstanceID] = []
    ) {
        precondition(!images.isEmpty, "a plan for \(instance) is wished for without an image")
        self.replacement = replacement
        self.instance = instance
        self.pool = pool
        self.old = old
        self.isGone = isGone
        self.images = images
        self.isForced = isForced
        self.group = group
        self.address = address
        self.living = living.sorted()
    }
}
