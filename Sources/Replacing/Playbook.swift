package import Fleet

/// How replacements are done: the orders, the steps, the second looks and the witnesses, as values. What is shipped is `standard`.
package struct Playbook: Sendable {
    package var orders: [Order: [Step]]
    /// The same where Mesos cannot keep a node from offers (below 1.9): there the agent leaves before its members move. An order that is
    /// not in here is as above.
    package var ordersWithoutCordon: [Order: [Step]]
    /// Steps that a later one goes back to where it finds them not done, or undone by somebody: a cordon, members elsewhere, a node without tasks, an agent that has
    /// left, a host that is stopped, and a fresh machine.
    package var goesBack: Set<Step>
    /// How long one attempt of a step may take; of `move-members`, until a member is placed.
    package var deadlines: [Step: Duration]
    /// How often a step is tried again after its deadline, before it is parked. 0 for what is not in here.
    package var retries: [Step: Int]
    /// How old what a harmful call rests on may be, by step; a step that is not in here needs no second look.
    package var secondLooks: [Step: SecondLook]
    package var witnesses: [Witness]
    /// How many of them beside Mesos must call a node dead.
    package var witnessesNeeded: Int
    /// Whether a broker that is registered with its cluster stands against it.
    package var brokersVeto: Bool
    /// When a call is made again that did not show any effect.
    package var pauses: Pauses
    /// How long a move goes on without a partition fewer that it is behind.
    package var syncStall: Duration
    /// How long a node may be undecided before it is for a person.
    package var undecidedFor: Duration
    /// How long one that has begun ahead may wait for its turn with its node kept from offers; then that is undone, and it may begin anew.
    package var turnWithin: Duration
    /// Whether `replaceMember` is repeated only after a look that shows that the first call did nothing.
    package var looksBeforeRepeating: Bool

    /// How long after a call without effect it is made again.
    package struct Pauses: Hashable, Sendable {
        /// After one that was refused; doubled with each that is refused in the same attempt.
        package var refused = Duration.seconds(30)
        package var refusedMax = Duration.seconds(300)
        /// After one of which no answer came: an interruption, not a failure, so it does not grow.
        package var unanswered = Duration.seconds(30)
        /// After one of which nothing was heard at all: longer than a call may take.
        package var silent = Duration.seconds(60)
        /// After one that was accepted and shows no effect.
        package var accepted = Duration.seconds(300)
        /// After how long a scheduler or a master shows what a call has done to it, at the latest.
        package var settling = Duration.seconds(120)

        package init() {}
    }

    /// What is read again before a harmful call, and how old it may then be.
    package struct SecondLook: Hashable, Sendable {
        package let scopes: Set<Kind>
        package let within: Duration

        package enum Kind: Hashable, Sendable, CaseIterable { case mesos, ec2, services, marathon }

        package init(_ scopes: Set<Kind>, within: Duration) {
            self.scopes = scopes
            self.within = within
        }
    }

    package init(
        orders: [Order: [Step]], ordersWithoutCordon: [Order: [Step]] = [:], goesBack: Set<Step>, deadlines: [Step: Duration], retries: [Step: Int] = [:],
        secondLooks: [Step: SecondLook], witnesses: [Witness], witnessesNeeded: Int = 1, brokersVeto: Bool = true, pauses: Pauses = Pauses(),
        syncStall: Duration = .seconds(1800), undecidedFor: Duration = .seconds(1800),
        turnWithin: Duration = .seconds(4 * 3600), looksBeforeRepeating: Bool = true
    ) {
        self.orders = orders
        self.ordersWithoutCordon = ordersWithoutCordon
        self.goesBack = goesBack
        self.deadlines = deadlines
        self.retries = retries
        self.secondLooks = secondLooks
        self.witnesses = witnesses
        self.witnessesNeeded = witnessesNeeded
        self.brokersVeto = brokersVeto
        self.pauses = pauses
        self.syncStall = syncStall
        self.undecidedFor = undecidedFor
        self.turnWithin = turnWithin
        self.looksBeforeRepeating = looksBeforeRepeating
    }
}

extension Playbook {
    package static let standard = Playbook(
        orders: [
            .living: [.validate, .cordon, .move, .drain, .leave, .terminate, .gone, .provision, .join, .probation],
            .launchFirst: [.validate, .provision, .join, .cordon, .move, .drain, .leave, .terminate, .gone, .probation],
            .dead: [.validate, .terminate, .gone, .move, .provision, .join, .probation],
            .departed: [.validate, .gone, .move, .provision, .join, .probation],
            .stray: [.validate, .restartAgent, .stopHost, .terminate, .gone, .move, .provision, .join, .probation],
        ],
        ordersWithoutCordon: [
            .living: [.validate, .drain, .leave, .move, .terminate, .gone, .provision, .join, .probation],
            .launchFirst: [.validate, .provision, .join, .drain, .leave, .move, .terminate, .gone, .probation],
        ],
        goesBack: [.cordon, .move, .drain, .leave, .stopHost, .provision],
        deadlines: [
            .validate: .seconds(120), .cordon: .seconds(120), .move: .seconds(900), .restartAgent: .seconds(600), .stopHost: .seconds(600),
            .drain: .seconds(1800), .leave: .seconds(600), .terminate: .seconds(900), .gone: .seconds(600), .provision: .seconds(1200),
            .join: .seconds(1200), .probation: .seconds(900),
        ],
        retries: [.provision: 1, .join: 1, .probation: 1],
        secondLooks: [
            .validate: SecondLook([.mesos, .ec2, .services, .marathon], within: .seconds(15)),
            .cordon: SecondLook([.mesos], within: .seconds(15)),
            .restartAgent: SecondLook([.mesos, .ec2], within: .seconds(15)),
            .move: SecondLook([.mesos, .services], within: .seconds(10)),
            .stopHost: SecondLook([.mesos, .ec2, .services], within: .seconds(15)),
            .drain: SecondLook([.mesos, .services, .marathon], within: .seconds(15)),
            .leave: SecondLook([.mesos, .services], within: .seconds(15)),
            .terminate: SecondLook([.mesos, .ec2, .services], within: .seconds(10)),
            .gone: SecondLook([.mesos, .ec2, .services], within: .seconds(15)),
        ],
        witnesses: Witness.all)
}
