internal import Fleet

/// How a run's daemons hear of what happens between two polls: Mesos' event stream and the queue of AWS' events, and what goes wrong with them.
///
/// Drawn by a generator of its own: with and without events a seed's cluster, script and trouble are the same.
package struct Hearing: Hashable, Sendable {
    package var seed: UInt64
    package var troubles: Set<Trouble>
    /// Whether there is a queue of AWS' events besides. It also tells what no poll does: that a spot instance is about to be taken back.
    package var hearsAWS = true

    /// What befalls one event of four, each by itself.
    package enum Trouble: String, Hashable, Sendable, CaseIterable {
        /// It never comes.
        case lost
        /// It comes minutes later, after others that are younger.
        case late
        /// It comes again.
        case twice
        /// Another comes besides that says something else of the same task: another state, of another time, perhaps on another agent; or the same of another instance.
        case contradicted
    }

    package init(seed: UInt64, troubles: Set<Trouble>) {
        self.seed = seed
        self.troubles = troubles
    }

    /// Half of what can go wrong.
    package init(seed: UInt64) {
        var random = SplitMix64(seed: seed ^ 0x4845_4152_4400_0001)
        self.init(seed: seed, troubles: Set(Trouble.allCases.filter { _ in random.draw(0...1) == 0 }))
    }
}

/// What a run keeps of its hearing.
struct Earshot {
    var random: SplitMix64
    /// What was told to subscribers by now, of which term of which leader, and the counts that the metrics had.
    var told: World.Told
    var term: Int?
    var counts: MesosSighting.Counts
    /// When EC2 was last looked at because of an event, by daemon.
    var ec2RungAt: [Int: Timestamp] = [:]

    /// The same distance as the daemon keeps.
    static let ec2Distance = Duration.seconds(15)
    /// What AWS has told by now.
    var hinted: World.Hinted
    /// When each daemon hears that a spot instance is taken back, by its place; nil in there: it never does.
    var warned: [Int: [InstanceID: Timestamp?]] = [:]
    static let lateMost = Duration.seconds(600)

    init(_ hearing: Hearing, _ world: World) {
        random = SplitMix64(seed: hearing.seed ^ 0x4845_4152_4400_0002)
        told = world.told
        term = Self.term(of: world)
        counts = world.agentCounts
        hinted = world.hinted
    }

    /// Nil while nobody leads.
    static func term(of world: World) -> Int? { world.leadership.phase == .leading ? world.leadership.epoch : nil }
}
