package import Fleet
package import Replacing
package import Rounds
package import Rules

/// All that decides a run: the same plan gives the same run, byte for byte.
package struct RunPlan: Sendable {
    package var seed: UInt64
    package var shape: World.Shape
    /// How long what is waited for takes, drawn beforehand. Nil: each is drawn when it begins.
    package var pace: World.Pace?
    package var start: Timestamp
    /// Which kinds of trouble there are.
    package var troubles: Set<TroubleKind>
    /// How long there is trouble, how much of it, and how long it is watched afterwards at most: less, when nothing is left to be done.
    package var troubledFor: Duration
    package var troubleEvery: Duration
    package var calmFor: Duration
    /// Of the kinds that give cause for a replacement, one comes about so often; and somebody looks after the cluster once there is no more trouble.
    /// Nil: causes come as all others do, by `troubleEvery`, and nobody looks.
    package var causeEvery: Duration?
    /// How often, of 16, trouble strikes in each step of a replacement, soon after it has begun.
    package var strikes = 0
    /// Whether many machines may be sick at the same time; else what befalls machines befalls those that are sick or being replaced.
    package var isStormy = true
    package var settings: Settings
    package var rules: RuleSet
    /// Other rules that may be put in their place. Empty: none.
    package var otherRules: [RuleSet] = []
    /// The offset of the interval `business-hours`, by time, for the checker of windows: an oracle of its own.
    package var zone: BusinessZone
    /// Whether the image was outdated before the run began.
    package var beginsOutdated: Bool
    package var mesosEvery: Duration
    /// How Mesos' and AWS' events come. Nil: there are polls alone.
    package var hearing: Hearing?
    /// Whether the log is kept: a sweep does without.
    package var keepsLog = false
    /// Where something is to go wrong on purpose, besides what is drawn. For whoever tries every place in turn.
    package var crashes: @Sendable (CrashPoint) -> Bool = { _ in false }
    package var fates: @Sendable (CallPoint) -> CallFate? = { _ in nil }
    /// How long the program is away after it has ended. Nil: drawn.
    package var awayAfterCrash: Duration?
    /// What happens besides what is drawn, each so long after the start.
    package var script: [(after: Duration, Scripted)] = []
    /// What happens so long after a step of any replacement has begun.
    package var upon: [(step: Step, after: Duration, Scripted)] = []
    /// The same, but only of a step that no replacement has come to before.
    package var uponFirst: [(step: Step, after: Duration, Scripted)] = []
    /// What the round hears in place of what was seen, so long after the start. For whoever shows what comes of a view that is not whole.
    package var retells: @Sendable (Event, Duration) -> Event = { event, _ in event }
    /// Whether there is nothing left to see, by what has happened so far: the run ends then, however long it was to go on.
    package var ends: @Sendable (RunCounters) -> Bool = { _ in false }
    /// Whether there is a queue of AWS' events, which tells what no poll does: that a spot instance is taken back.
    package var hearsEvents = false
    /// Whether daemons may hear of that, by a queue alone or with other events.
    var hearsWarnings: Bool { hearsEvents || hearing?.hearsAWS == true }
    /// On which machine this program itself runs, by its position. Nil: on one of nobody's.
    package var homeOf: Int?
    /// Whether it could find out the addresses of its own machine.
    package var knowsOwnAddresses = true
    /// Whether an alert target has answered. Nil: that is not known yet.
    package var isAlertingProven: Bool? = true
    /// A second daemon on the same cluster. Nil: there is one.
    package var other: OtherDaemon?
    /// The times by which each daemon keeps its claim on the cluster.
    package var claimTiming = ClaimTiming()
    /// Whether a claim that was once confirmed is taken for confirmed until it is seen to be lost: as a program would that only elects.
    package var believesOldClaims = false
    /// Whether calls are made before the round that decided on them is stored: as a program would that has no queue.
    package var actsBeforeStoring = false

    /// Something that is to happen. Machines are named by their position in the world.
    package enum Scripted: Hashable, Sendable {
        case fault(World.Fault)
        /// An operator asks for the machine's node to be replaced.
        case replace(Int)
        /// An operator exempts it.
        case hold(Int, for: Duration)
        case command(Command.Kind)
        /// The daemon's mode is another one from now on, which it reads when it is started again.
        case mode(Mode)
        /// This program is moved to another machine.
        case moves(to: Int)
        /// The same told to another daemon, by its place.
        case tell(Int, Command.Kind)
        /// An operator asks another daemon for the machine's node to be replaced.
        case ask(Int, replace: Int)
        /// Something that goes on for a while for one daemon, by its place.
        case trouble(TroubleKind, of: Int, for: Duration)
    }

    /// A place at which the program can end. Numbers count from 1 over the whole run.
    package enum CrashPoint: Hashable, Sendable {
        /// Before the commit of a round; of all rounds. Which of them store something of the work, `RunOutcome.storingRounds` of the same plan says.
        case beforeCommit(Int)
        /// After the commit of a round that hands out errands, before any is begun.
        case afterCommit(Int)
        /// After a call has had its effect, before its answer is stored.
        case afterAction(Int)
    }

    /// A call that is about to be made.
    package struct CallPoint: Hashable, Sendable {
        package let number: Int
        package let errand: ErrandName
    }

    /// What becomes of a call.
    package enum CallFate: String, Hashable, Sendable, CaseIterable {
        case done
        /// Done twice, as a client does that repeats by itself.
        case doneTwice
        case refused
        /// Not done, and nobody says so.
        case lostBefore
        /// Done, and nobody says so.
        case lostAfter
        /// Nobody answers, and it is done some seconds later.
        case late
    }

    /// Where the people of the interval `business-hours` live.
    package enum BusinessZone: String, Hashable, Sendable, CaseIterable { case utc = "UTC", berlin = "Europe/Berlin" }
}

/// An action without its object.
package enum ErrandName: String, Hashable, Sendable, CaseIterable {
    case look, deactivate, reactivate, drain, markGone, replaceMember, moveInstance, restartAgent, stopHost, drainHost, startHost, leave, beforeDrain, detach,
        attach
    case keepConsole, terminate, retire, launch, apply, ready
}

extension Settings {
    /// The configuration of a daemon that acts on the invented cluster.
    package static func simulated(
        mesosEvery: Duration = .seconds(15), asksHosts: Bool = true, asksHealth: Bool = true, readsSSM: Bool = true, launchFirst: Bool = false
    ) -> Settings {
        var settings = Settings(
            pools: World.simulatedPools(isLaunchFirst: launchFirst), mesosInterval: mesosEvery, ec2Interval: .seconds(60),
            healthInterval: asksHealth ? .seconds(60) : nil, servicesInterval: .seconds(60), probeInterval: asksHosts ? .seconds(30) : nil,
            readsSSM: readsSSM, mode: .act)
        settings.services.named["legacy/cassandra"] = ServicePolicies.Said(policy: .ignore)
        settings.alerting = Alerting(cluster: "simulated", targets: [AlertTarget(name: "people", wantsLatestOnly: true)])
        return settings
    }
}

extension World {
    /// The private pool, where Terraform makes it.
    package static let poolByTerraform = Pool(
        name: "private",
        selector: Pool.Selector(tags: [Instance.Tag(key: "Role", value: "dcos-agent"), Instance.Tag(key: "cluster", value: "prod")]),
        image: .parameter(privateParameter), provision: .terraform(TerraformResource(folder: "/srv/terraform", address: "aws_instance.agent")))

    /// The pools of the invented cluster, each with its way of being provisioned.
    package static func simulatedPools(isLaunchFirst: Bool = false) -> [Pool] {
        [
            Pool(
                name: "private", selector: Pool.Selector(tags: [Instance.Tag(key: "cluster", value: "prod")], groups: [group]), image: .group(group),
                provision: .group(group), isLaunchFirst: isLaunchFirst),
            Pool(
                name: "public",
                selector: Pool.Selector(tags: [Instance.Tag(key: "Role", value: "dcos-public-agent"), Instance.Tag(key: "cluster", value: "prod")]),
                image: .parameter(publicParameter),
                provision: .launchTemplate(LaunchTemplate(id: "lt-0de30dc05a6e47002", name: "dcos-public-agents", version: "$Latest"))),
        ]
    }
}

extension RunPlan {
    /// The shipped rules so that they act, and another set that may be put in their place while work is in flight: what fires later.
    package static func actingSets(_ files: [RuleFile], in zone: BusinessZone) throws -> [RuleSet] {
        let slower = files.map { file in
            RuleFile(
                path: file.path,
                text: file.text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.hasPrefix("    for: 10m") ? "    for: 12m" : $0 }.joined(
                    separator: "\n"))
        }
        return [try acting(files, in: zone), try acting(slower, in: zone)]
    }

    /// The shipped rules so that they act, with the people of their interval in a zone.
    package static func acting(_ files: [RuleFile], in zone: BusinessZone) throws -> RuleSet {
        try RuleSet.parse(
            files.map { file in
                let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
                    if line.hasSuffix("verdict: replace") { return [String(line), line.prefix { $0 == " " } + "mode: act"] }
                    if let range = line.firstIndex(of: "U"), line.contains("location: UTC") { return [line[..<range] + zone.rawValue] }
                    return [String(line)]
                }
                return RuleFile(path: file.path, text: lines.joined(separator: "\n"))
            })
    }
}
