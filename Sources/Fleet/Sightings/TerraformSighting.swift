/// A plan of Terraform's that was judged, as it is named by who has it applied.
package struct PlannedReplacement: Hashable, Sendable, Codable {
    /// The name of the folder that it lies in, used once.
    package let plan: String
    package let pool: PoolName
    /// `aws_instance.agent["a1"]`.
    package let address: String
    /// The instance that the address holds, or held.
    package let old: InstanceID
    /// Whether that one is no more: the plan only creates.
    package let isGone: Bool
    package let image: ImageID
    /// Whether Terraform was asked to replace it although its configuration does not.
    package let isForced: Bool

    package init(plan: String, pool: PoolName, address: String, old: InstanceID, isGone: Bool, image: ImageID, isForced: Bool) {
        self.plan = plan
        self.pool = pool
        self.address = address
        self.old = old
        self.isGone = isGone
        self.image = image
        self.isForced = isForced
    }
}

/// What making a plan for one node came to.
package struct TerraformPlanSighting: Hashable, Sendable {
    /// Whom it was made for. Nil: a node that nobody is at work on yet.
    package let replacement: ReplacementID?
    /// The node's instance.
    package let instance: InstanceID
    /// When it was begun: what it rests on is no older.
    package let madeAt: Timestamp
    package let verdict: Verdict

    package enum Verdict: Hashable, Sendable {
        /// It does what is wanted and nothing else.
        case good(PlannedReplacement)
        /// It is not applied; all that speaks against it.
        case refused(String)
        /// Nothing is to be planned: the address holds another instance already, which lives.
        case holds(InstanceID)
        /// None could be made; why. It is tried again.
        case unknown(String)
    }

    package init(replacement: ReplacementID?, instance: InstanceID, madeAt: Timestamp, verdict: Verdict) {
        self.replacement = replacement
        self.instance = instance
        self.madeAt = madeAt
        self.verdict = verdict
    }

    /// How long it may be believed. Five minutes: one takes seconds to minutes to make, with Terraform's lock held, and who follows it needs another.
    package static let believedFor = Duration.seconds(300)

    /// A clock that went back makes nothing believable.
    package func isFresh(at now: Timestamp) -> Bool { now - madeAt >= .zero && now - madeAt <= Self.believedFor }
}

/// How the application of a plan stands.
package enum ApplicationStanding: Hashable, Sendable {
    case running
    /// It was carried out: this is the fresh instance.
    case applied(InstanceID)
    /// Nothing was done to any resource; why.
    case notApplied(String)
    /// Some of it was done, or may have been; why not all.
    case failed(String)
}

/// What is heard of Terraform.
package enum TerraformSighting: Hashable, Sendable {
    case plan(TerraformPlanSighting)
    /// - Parameter plan: its name.
    case application(plan: String, ApplicationStanding)
}
