package import Fleet

/// All that gates may ask: what one round knows of the fleet, the services, the brakes and the work in flight. A value without a clock.
package struct Situation: Sendable {
    package var now: Timestamp
    /// The upper bound of what any rule may lead to.
    package var mode: Mode
    package var limits: Limits
    package var pools: [Pool]

    // Brakes
    package var pause: Pause?
    /// `/etc/mayfly/pause`: nil when it is not there; else what it says, or why it cannot be read.
    package var pauseFile: String?
    /// Whether outdated nodes wait until somebody has opened a refresh.
    package var asksForRefresh = false
    /// The one that is open. Nil: none.
    package var refresh: Refresh?
    package var claim: ClaimStanding = .none
    /// Whether an alert target answered a test. Nil: not known.
    package var isAlertingProven: Bool?
    /// Whether schedulers are asked at all.
    package var readsServices = false
    package var holds: [NodeID: Hold] = [:]
    package var approvals: [NodeID: Approval] = [:]
    /// As they were left by the last round; `plan` and `harmRefused` bring those that come from the fleet up to date before they ask. A `quarantine/…`
    /// is tripped by whoever sees a fresh node of that image fail.
    package var latches: [LatchName: Latch] = [:]

    // The fleet
    package var nodes: [NodeID: NodeStatus] = [:]
    /// Whether it is known where the masters, this program and what else it stands on run: `NodeStatus.dependence` means something only then.
    package var areDependencesKnown = false
    /// How many nodes the fleet and each pool are meant to have.
    package var capacity = 0
    package var capacityOfPools: [PoolName: Int] = [:]
    /// The most nodes that the fleet had within 24 hours, and how many fewer it may have for reasons that are known: a capacity that was lowered,
    /// departures that somebody else saw to, our own work. Nil: not known.
    package var fleetMax: Int?
    package var explainedShrink = 0
    package var sources: [Source: SourceStatus] = [:]
    package var targets: [PoolName: TargetStatus] = [:]
    package var groups: [String: AutoScalingGroup] = [:]
    /// The image that a fresh instance of a pool would get from its group's template, where it was read. Asked only of pools whose `image` does not
    /// itself follow that template.
    package var launchImages: [PoolName: ImageID] = [:]
    /// What stands against the end of an instance, by what AWS said just now; one that is not in here was not asked for yet. Nil: nobody asks.
    package var terminations: [InstanceID: TerminationBar]?
    /// What making plans of Terraform's came to, by instance; one that is not in here has none yet. Nil: nobody makes any.
    package var plans: [InstanceID: TerraformPlanSighting]?
    /// By name. Of `guarded` and `refuse` services; nil where it is not known which services there are.
    package var services: [ServiceName: ServiceStatus]?
    package var apps: [AppStatus]?

    // Time and work
    package var windows: [RuleName: Window] = [:]
    /// How long replacements took, most recent last; of a pool, by its order.
    package var expectedDuration: [PoolName: Duration] = [:]
    /// When replacements were started within the last 24 hours. Sorted.
    package var starts: [Timestamp] = []
    /// Every replacement that is not over. As each is after its transitions of this round: what one begins counts for the next that is asked for.
    package var inFlight: [WorkInFlight] = []
    /// When new failures began, of the nodes that are unhealthy now. For the breaker's burst.
    package var failures: [NodeID: Timestamp] = [:]

    /// Of `nodes`. Nil: it is counted when it is asked for.
    package var census: Census?
    /// Set by a plan in its own copy alone, in which `nodes` do not change.
    var tally: Tally?

    package init(now: Timestamp, mode: Mode, limits: Limits = Limits(), pools: [Pool] = []) {
        self.now = now
        self.mode = mode
        self.limits = limits
        self.pools = pools
    }

    /// How long a replacement is expected to take where none was measured: with members, each a few minutes to place and a quarter of an hour to sync,
    /// and a machine that is launched and joins.
    package static let expectedDurationByDefault = Duration.seconds(45 * 60)

    package func expectedDuration(of pool: PoolName?) -> Duration { pool.flatMap { expectedDuration[$0] } ?? Self.expectedDurationByDefault }

    package func pool(_ name: PoolName?) -> Pool? { name.flatMap { name in pools.first { $0.name == name } } }
}
