/// What holds for one stateful service: what an operator says of it, else of all that are not named, else the default of its package.
package struct ServiceSettings: Hashable, Sendable {
    /// What its members mean to the node that they are on.
    package var policy: Policy
    /// How many of its members may be out at a time. 1…100; 1 by default.
    package var maxInFlight: Int
    /// Regular expressions of topics whose last copy may be lost. Empty by default.
    package var expendableTopics: [String]
    /// How many replicas of a partition have to stay in sync where its topic does not say it. 1…100. Nil: 1.
    package var minInSync: Int?

    package enum Policy: String, CaseIterable, Sendable, Hashable {
        /// It is known how to move its members. The default of Kafka in all its packages.
        case guarded
        /// A node with one of its members is not ephemeral. The default of every other service with state.
        case refuse
        /// Its members count for nothing.
        case ignore
    }

    package init(policy: Policy = .refuse, maxInFlight: Int = 1, expendableTopics: [String] = [], minInSync: Int? = nil) {
        self.policy = policy
        self.maxInFlight = maxInFlight
        self.expendableTopics = expendableTopics
        self.minInSync = minInSync
    }
}
