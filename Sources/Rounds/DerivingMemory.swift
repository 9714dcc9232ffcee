import Fleet

/// What the last pass found that the next need not find again, each beside what it was found of.
///
/// Owned by the round. Nothing in here is believed by itself: it is taken only where all that it follows from is equal to what it was.
struct DerivingMemory {
    /// Of one node: what was told of it when it came out as it went in.
    struct Told: Equatable {
        let words: NodeWords
        let host: HostWords.Word
    }

    /// By node; of those alone that would come out the same again. Whoever changes a node forgets what was told of it.
    var told: [NodeID: Told] = [:]
    /// What was told of all of them then.
    var fleet: FleetWords?
    /// The `Sightings.rosters` by which nobody came, left or got another agent: by the same nobody does in the next pass, and the join is the same. Nil: there
    /// are none.
    var rosters: Int?
    private var joined: (agents: [Agent], recovered: [RecoveredAgent], hosts: [Join.Host], join: Join)?
    private var tallied: (tasks: Int, readAt: Timestamp, tallies: [AgentID: TaskTally])?

    /// - Returns: whether it was other than before.
    mutating func note(_ fleet: FleetWords) {
        if self.fleet != fleet { told.removeAll(keepingCapacity: true) }
        self.fleet = fleet
    }

    /// The last join, where the rosters are those by which nothing changed.
    func join(of rosters: Int) -> Join? { self.rosters == rosters ? joined?.join : nil }

    /// `Join`, of which nothing of agents is asked but who they are and where.
    mutating func join(_ agents: [Agent], _ recovered: [RecoveredAgent], _ hosts: [Join.Host]) -> Join {
        if let joined, joined.hosts == hosts, joined.recovered == recovered, Self.areSame(joined.agents, agents) { return joined.join }
        let join = Join(agents: agents, recovered: recovered, hosts: hosts)
        joined = (agents, recovered, hosts, join)
        return join
    }

    private static func areSame(_ agents: [Agent], _ others: [Agent]) -> Bool {
        agents.count == others.count && zip(agents, others).allSatisfy { $0.id == $1.id && $0.hostname == $1.hostname && $0.pid == $1.pid }
    }

    /// The tallies of the last poll's tasks.
    mutating func tallies(_ sightings: Sightings, readAt: Timestamp) -> [AgentID: TaskTally] {
        if let tallied, tallied.tasks == sightings.tasksRead, tallied.readAt == readAt { return tallied.tallies }
        let tallies = sightings.tasks?.tallies(now: readAt) ?? [:]
        tallied = (sightings.tasksRead, readAt, tallies)
        return tallies
    }
}
