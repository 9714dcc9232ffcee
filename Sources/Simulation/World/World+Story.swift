package import Fleet

extension World {
    /// How long the demo's story takes, in the cluster's own time.
    package static let storyDuration = Duration.seconds(3 * 3600)
    /// When the demo's clock starts unless told otherwise: Tuesday, 2026-11-24T10:00:00Z. The whole story then lies within the shipped
    /// rules' business hours.
    package static let storyStart = Timestamp(milliseconds: 1_795_514_400_000)
    /// How far into the story the most is wrong at once, for a single look: agents inactive, deactivated, drained and in maintenance, a dead
    /// host, an instance that never joined, an impaired one, a retirement, and an image that has been out for more than its settling time.
    package static let middleOfStory = Duration.seconds(70 * 60 + 20)

    /// The demo's cluster: healthy at first, then things fail and age for three hours.
    ///
    /// `into` says how far the story has come at `now`; with `middleOfStory` a first look finds several things wrong already.
    package static func demo(at now: Timestamp, into elapsed: Duration = .zero, seed: UInt64 = 1, shape: Shape = Shape()) -> World {
        let start = now - elapsed
        var world = World(seed: seed, shape: shape, now: start)
        for scheduled in story(from: start, publicMachine: shape.agents - shape.publicAgents) { world.schedule(scheduled) }
        world.advance(to: now)
        return world
    }

    /// The demo's script. The minutes leave each of the shipped rules the time that it asks for: a new image settles for an hour, and is to
    /// have been the target for another before a node counts as outdated.
    package static func story(from start: Timestamp, publicMachine: Int) -> [Scheduled] {
        func at(_ minute: Int, _ fault: Fault) -> Scheduled { Scheduled(at: start + .seconds(minute * 60), fault) }
        return [
            at(0, .deactivated(9)),
            at(0, .volumeLeft(13)),
            at(2, .tasksFailing(12, every: .seconds(120), times: 60)),
            at(3, .imageReleased(name: "dcos-agent-2026.11.1", parameter: privateParameter)),
            at(4, .unitFailed(3, unit: "dcos-net.service")),
            at(5, .hostFrozen(0)),
            at(6, .ssmLost(6)),
            at(8, .retirementScheduled(7, after: .seconds(4 * 86_400))),
            at(15, .flapping(13, every: .seconds(300), downFor: .seconds(45), times: 12)),
            at(20, .terminated(14, successorJoins: true)),
            at(25, .terminated(10, successorJoins: false)),
            at(30, .schedulerRestarted(service: 0)),
            at(35, .agentKilled(11)),
            at(40, .drainStarted(15, markGone: false)),
            at(45, .tasksHidden(service: 2)),
            at(50, .systemImpaired(4)),
            at(60, .maintenanceScheduled(16)),
            at(65, .maintenanceStarted(16)),
            at(75, .reactivated(15)),
            at(78, .hostHung(2)),
            at(85, .maintenanceEnded(16)),
            at(90, .leaderLost),
            at(95, .tasksShown(service: 2)),
            at(97, .schedulerAway(service: 1, for: .seconds(35 * 60))),
            at(99, .brokerCrashed(service: 1, broker: 1)),
            at(105, .unitMended(3, unit: "dcos-net.service")),
            at(110, .throttled(.ec2, for: .seconds(240))),
            at(110, .throttled(.ssm, for: .seconds(240))),
            at(120, .agentStarted(11)),
            at(130, .checksPass(4)),
            at(135, .brokerReplaced(service: 0, broker: 0)),
            at(140, .hostFrozen(publicMachine)),
            at(140, .systemImpaired(publicMachine)),
            at(150, .agentStarted(2)),
            at(160, .ssmBack(6)),
            at(165, .reactivated(9)),
        ]
    }

    /// The pools of the demo's configuration, as values.
    package static let demoPools = [
        Pool(
            name: "private", selector: Pool.Selector(tags: [Instance.Tag(key: "cluster", value: "prod")], groups: [group]), image: .parameter(privateParameter)),
        Pool(
            name: "public",
            selector: Pool.Selector(tags: [Instance.Tag(key: "Role", value: "dcos-public-agent"), Instance.Tag(key: "cluster", value: "prod")]),
            size: 3, image: .parameter(publicParameter)),
    ]
}
