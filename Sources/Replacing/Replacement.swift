package import Fleet

/// The queued work for one node, from its start to its end: everything that has to be remembered of it.
///
/// It changes only by transitions, which are stored: a replacement is what its transitions come to.
package struct Replacement: Hashable, Sendable, Codable {
    package let id: ReplacementID
    package let node: NodeID
    /// The instance that is to go; nil when none is known.
    package let instance: InstanceID?
    package let agent: AgentID?
    /// The node with which the chain of successors began. Its name is the slot's.
    package let slot: NodeID
    package let pool: PoolName?
    package let zone: String?
    /// Where its instance stood when it began, and its successor is to stand: of one that has ended EC2 does not say it any more. Nil: not known.
    package internal(set) var subnet: String?
    /// The rule whose finding asked for it. Nil: a person did.
    package let rule: RuleName?
    package let findingClass: FindingClass
    /// Who asked, with the reason: `mayfly` and the finding's summary, or a person's own words.
    package let askedBy: String
    package let reason: String
    package let startedAt: Timestamp
    /// The image that the successor is to have; nil where the pool names none.
    package let targetImage: ImageID?
    /// Whether somebody else had announced the end of its instance when it began: its group may have launched another before. Nil: nobody had.
    package let wasAnnounced: Bool?

    package internal(set) var order: Order
    package internal(set) var step: Step
    package internal(set) var stepSince: Timestamp
    /// Of the present step, from 1.
    package internal(set) var attempt = 1
    /// Since when the present attempt goes on; time in which it waited for a gate does not count toward its deadline.
    package internal(set) var attemptSince: Timestamp
    package internal(set) var waitedFor = Duration.zero
    /// The last time of it that is over. Nil: there was none.
    package internal(set) var lastWait: Wait?
    package internal(set) var standing: Standing = .running
    /// Steps that are done, in order, with how long each took.
    package internal(set) var done: [Lap] = []
    /// The guarded members that were on the node when they were looked at, each with how its move goes. Sorted by member.
    package internal(set) var moves: [MemberMove] = []
    package internal(set) var intents: [Intent] = []
    /// What led to the node from outside, as it was last seen before anything of ours kept it from there: where the successor is to stand. Sorted. Nil: never
    /// seen, or nobody looks after it.
    package internal(set) var entrances: [Entrance]?
    /// The instance that it has launched or adopted, and its agent once that is seen.
    package internal(set) var successor: InstanceID?
    package internal(set) var successorAgent: AgentID?
    /// When that agent was first seen there. Nil: not yet.
    package internal(set) var successorAgentSince: Timestamp?
    /// The image of that instance: the target may have become another one since the start. Nil: not known.
    package internal(set) var successorImage: ImageID?
    /// Instances that it had launched or adopted and that came to nothing, in order.
    package internal(set) var lostSuccessors: [InstanceID] = []
    /// Whether the one whose place it took has left the agent out of the offers.
    package internal(set) var hasTakenOverCordon = false
    /// Whether the one whose place it took may have ended what ran on the node. Nil: there was none, or it was not noted.
    package internal(set) var hasTakenOverEmptying: Bool?
    /// When its fresh node was last given up in probation, which a person may have had tried again. Nil: never.
    package internal(set) var probationFailedAt: Timestamp?
    /// That it is to be ended, as soon as everything that can be undone is. Nil: it goes on.
    package internal(set) var cancelling: Cancelling?
    /// How it ended. Nil while it is open.
    package internal(set) var outcome: Outcome?

    package enum Standing: Hashable, Sendable, Codable {
        case running
        /// A gate is shut, or the node is `undecided` (which stands in the list as `vital`): it waits in place, and its deadlines stand still.
        case waiting([String], since: Timestamp)
        /// For a person.
        case parked(ParkReason, String, since: Timestamp)
        case ended(at: Timestamp)
    }

    /// A time in which it waited.
    package struct Wait: Hashable, Sendable, Codable {
        package let since: Timestamp
        package let until: Timestamp
    }

    /// Who wants it ended, and why.
    package struct Cancelling: Hashable, Sendable, Codable {
        package let who: String
        package let reason: String
        package let since: Timestamp
    }

    package struct Lap: Hashable, Sendable, Codable {
        package let step: Step
        package let took: Duration
        package let attempts: Int

        package init(step: Step, took: Duration, attempts: Int) {
            self.step = step
            self.took = took
            self.attempts = attempts
        }
    }

    /// How a replacement ends.
    package struct Outcome: Hashable, Sendable, Codable {
        package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
            case done
            /// It ended before anything was done, or everything was undone: it is not needed any more, or a person said so.
            case cancelled
            /// A `failing` finding took over a parked one.
            case superseded
        }

        package let kind: Kind
        package let reason: String
        /// Whether what it was begun for is gone. Nil: not known.
        package let isSymptomGone: Bool?
        /// Whether the fresh node came through probation. Nil: there is none.
        package let survivedProbation: Bool?

        package init(kind: Kind, reason: String, isSymptomGone: Bool? = nil, survivedProbation: Bool? = nil) {
            self.kind = kind
            self.reason = reason
            self.isSymptomGone = isSymptomGone
            self.survivedProbation = survivedProbation
        }
    }

    package init(
        id: ReplacementID, node: NodeID, instance: InstanceID?, agent: AgentID?, slot: NodeID, pool: PoolName?, zone: String?, subnet: String? = nil,
        rule: RuleName?, findingClass: FindingClass, askedBy: String, reason: String, startedAt: Timestamp, targetImage: ImageID?, order: Order,
        step: Step = .validate, wasAnnounced: Bool? = nil
    ) {
        self.id = id
        self.node = node
        self.instance = instance
        self.agent = agent
        self.slot = slot
        self.pool = pool
        self.zone = zone
        self.subnet = subnet
        self.rule = rule
        self.findingClass = findingClass
        self.askedBy = askedBy
        self.reason = reason
        self.startedAt = startedAt
        self.targetImage = targetImage
        self.wasAnnounced = wasAnnounced
        self.order = order
        self.step = step
        stepSince = startedAt
        attemptSince = startedAt
    }

    /// The order in which a replacement of a node begins. Nil for one that is undecided: it does not begin.
    package static func order(for vital: Vital, in pool: Pool?) -> Order? {
        switch vital {
        case .living: pool?.isLaunchFirst == true ? .launchFirst : .living
        case .dead: .dead
        case .stray: .stray
        case .departed: .departed
        case .undecided: nil
        }
    }

    /// The image that it tries: its fresh instance's, once there is one.
    package var triedImage: ImageID? { successorImage ?? targetImage }

    package var isOpen: Bool { if case .ended = standing { false } else { true } }
    package var isParked: Bool { if case .parked = standing { true } else { false } }
    package var endedAt: Timestamp? { if case .ended(let at) = standing { at } else { nil } }

    /// How far back replacements of a slot are counted: the fact `replacements_30d`.
    package static let countedFor = Duration.seconds(30 * 86_400)
}

/// How the move of one member goes. Placed, recovered and in sync are three separate facts.
package struct MemberMove: Hashable, Sendable, Codable {
    package let member: ServiceMember
    /// Where it was, and as which task: written before it is asked to go.
    package let task: TaskID?
    package let agent: AgentID?
    package let broker: Int?
    /// The ids of its volumes and reservations here: once it is placed and in sync elsewhere they are abandoned, and count no more.
    package let resources: [String]
    /// The partitions that it was in sync with, `orders-3`, by the last set that was whole. Sorted. Nil: not known.
    package let baseline: [String]?
    /// When it was asked to go, last; and how often.
    package var askedAt: Timestamp?
    package var asked: Int
    /// A new task on another agent runs.
    package var placedAt: Timestamp?
    /// Its scheduler's plans are complete, or not because of another member that is down.
    package var recoveredAt: Timestamp?
    /// Back in every partition of the baseline.
    package var inSyncAt: Timestamp?
    /// How many partitions it was behind at the last look, and when that became fewer.
    package var behind: Int?
    package var progressAt: Timestamp?

    package init(
        member: ServiceMember, task: TaskID?, agent: AgentID?, broker: Int?, resources: [String] = [], baseline: [String]? = nil, askedAt: Timestamp? = nil,
        asked: Int = 0
    ) {
        self.member = member
        self.task = task
        self.agent = agent
        self.broker = broker
        self.resources = resources.sorted()
        self.baseline = baseline?.sorted()
        self.askedAt = askedAt
        self.asked = asked
    }

    package var isDone: Bool { placedAt != nil && recoveredAt != nil && inSyncAt != nil }
    /// Whether it is on its way: asked to go, or gone by itself, and not yet in sync.
    package var isOpen: Bool { !isDone && (askedAt != nil || placedAt != nil) }
}

/// Why a replacement stands still until a person looks, or until what it waited for is seen to have happened after all: a closed list.
package enum ParkReason: String, Hashable, Sendable, CaseIterable, Codable, CustomStringConvertible {
    /// Its node is neither living, dead nor stray.
    case undecided
    case cordonFailed = "cordon-failed"
    /// Mesos before 1.9: a node with members cannot be kept from offers.
    case cannotCordon = "cannot-cordon"
    /// The move would lose the last copy of something.
    case lastCopy = "last-copy"
    /// A member has no place to go to, or came back to this node.
    case memberNotPlaced = "member-not-placed"
    case memberNotSyncing = "member-not-syncing"
    case drainStuck = "drain-stuck"
    case leaveFailed = "leave-failed"
    case terminateFailed = "terminate-failed"
    case provisionFailed = "provision-failed"
    case joinFailed = "join-failed"
    case probationFailed = "probation-failed"
    /// The machine is another than the one that was decided for.
    case identityChanged = "identity-changed"

    package var description: String { rawValue }
}

extension Sequence<Replacement> {
    /// How many of them were started in a slot within the 30 days before `now`, open ones included.
    package func count(inSlot slot: NodeID, at now: Timestamp) -> Int {
        reduce(0) { count, replacement in
            let age = now - replacement.startedAt
            return replacement.slot == slot && age >= .zero && age < Replacement.countedFor ? count + 1 : count
        }
    }
}
