package import Fleet
import Ledger
package import Rules

/// All that a round starts from: what the last one committed. A value; a round that fails leaves it as it was.
package struct State {
    /// The nodes of the fleet, by id.
    package internal(set) var nodes: [NodeID: NodeState] = [:]
    package internal(set) var sources: [Source: SourceState] = [:]
    /// When each master was first seen by this ledger.
    var masters: [MasterID: Timestamp] = [:]
    var targets: [PoolName: Target] = [:]
    /// Since when the agents have been watched without a gap. Nil before the first look.
    var watchedSince: Timestamp?
    var clocks: [ClockKey: RuleClock] = [:]
    /// Findings that are not resolved.
    package internal(set) var findings: [ClockKey: Finding] = [:]
    package internal(set) var lastLook: Timestamp?
    /// The Auto Scaling groups that pools name, by name, while their source is fresh. Not kept over a restart.
    package internal(set) var groups: [String: AutoScalingGroup] = [:]
    /// Rules that held on more nodes than their limit at the last look.
    package internal(set) var limited: Set<RuleName> = []
    /// What Mayfly has found about itself.
    package internal(set) var own = OwnFindings()
    /// Since when each rule has been unknown on each node, in this run of the program.
    var unknown = UnknownSpells()
    /// Rules whose interval does not open as far as the calendar looks ahead, with the interval's name; and when that was looked up, for which rules.
    var shutForGood: [RuleName: String] = [:]
    /// The longest that each rule's interval is open within the next days; absent for a rule without one, and for one that is never shut.
    var longestWindows: [RuleName: Duration] = [:]
    var lookedAhead: (at: Timestamp, ruleSet: RuleSetHash)?
    /// Since when this run of the program has looked without a gap; nil for a state that is only looked at.
    var began: Timestamp?
    /// Alerts that people were told of and that are not over.
    var alerts: [AlertKey: Alert] = [:]
    /// Whom alerts go to. By name.
    var alertTargets: [AlertTargetName] = []
    /// What the ledger has of the stateful services, by name.
    package internal(set) var services: [ServiceName: ServiceMemory] = [:]
    /// The replacements, the brakes, and what was decided and refused last.
    package internal(set) var work = Work()
    /// How often the slot of each node was replaced within 30 days; absent means never.
    var replacements: [NodeID: Int] = [:]
    /// The nodes that left the fleet within the last 24 hours.
    var departures: [NodeID: Departure] = [:]
    /// Since when Mesos and EC2 have been seen without a gap by this run of the program, and the claim on the cluster was ours. Nil: they are not now.
    var seenSince: Timestamp?

    package struct NodeState: Equatable {
        package internal(set) var node: Node
        /// What the sources last told, however long ago.
        package internal(set) var told: NodeFacts
        /// Since when each fact has had its reading, by ordinal; nil for what is not recorded.
        var since: [Timestamp?]
        /// The changes of `mesos_state` to and from `active` within the last hour, oldest first.
        var flaps: [Timestamp] = []
        /// The last state that says something of the agent itself.
        var lastMesosState: String?
        /// Since when a sweep that succeeded has not listed its instance. Nil while it does.
        var missingSince: Timestamp?
        /// The master that listed its agent last, in this run of the program.
        var listedBy: MasterTerm?
        /// Whether SSM has had its agent online, as far as is remembered.
        var wasOnlineInSSM = false

        init(node: Node, told: NodeFacts, since: [Timestamp?]) {
            self.node = node
            self.told = told
            self.since = since
            lastMesosState = told[.mesosState].agentsOwnState
        }

        package func since(_ fact: Fact) -> Timestamp? { since[fact.ordinal] }

        /// Whether EC2 last said that its instance is terminated, or about to be.
        var isOver: Bool { [Instance.State.terminated, .shuttingDown].contains { told[.ec2State] == .text($0.rawValue) } }
    }

    /// A node that left the fleet.
    struct Departure {
        let firstSeen: Timestamp
        let at: Timestamp
        /// Whether EC2 said before that its instance is terminated, or about to be.
        let isExplained: Bool
    }

    /// One master's time as the leader: one that is elected again begins another.
    struct MasterTerm: Hashable {
        let master: MasterID
        let elected: Timestamp

        init(_ master: MesosSighting.Master) {
            self.master = master.id
            elected = master.electedTime
        }
    }

    /// When a source was last read whole: what is concluded from it is concluded as of then. `now` for one that never was.
    func lastRead(_ source: Source, now: Timestamp) -> Timestamp { sources[source]?.lastSuccess ?? now }

    /// The sources that are not fresh, of those that the configuration reads.
    package func stale(at now: Timestamp, settings: Settings) -> Set<Source> {
        var stale = Set(settings.intervals.keys.filter { !(sources[$0]?.isFresh(at: now) ?? false) })
        if settings.servicesInterval != nil {
            for (source, known) in sources where source.isService && !known.isFresh(at: now) { stale.insert(source) }
        }
        return stale
    }
}

extension Reading {
    /// A `mesos_state` that says something of the agent itself; nil while it is unknown, or another master is finding its feet.
    var agentsOwnState: String? {
        guard case .text(let text) = self, MesosState(rawValue: text)?.isOfAgent ?? true else { return nil }
        return text
    }
}

extension NodeFacts {
    /// What may be believed of what was told: readings of a source that is stale are unknown.
    package func believed(stale: Set<Source>) -> NodeFacts {
        if stale.isEmpty { return self }
        var facts = self
        let target: Source? = if case .text(let pool) = self[.pool] { .target(PoolName(pool)) } else { nil }
        for fact in Fact.allCases where fact.isFactOf(stale, target: target) {
            // An age has no reading of its own: it follows the time that it is counted from.
            facts[fact] = .unknown
        }
        return facts
    }
}

extension Fact {
    func isFactOf(_ stale: Set<Source>, target: Source?) -> Bool {
        sources.contains { source in
            if source == Fact.targetOfOwnPool { return target.map(stale.contains) ?? false }
            // A scheduler that cannot be read may have a member anywhere.
            if source == .services, [.members, .statefulTasks].contains(self), stale.contains(where: \.isService) { return true }
            return stale.contains(source)
        }
    }
}
