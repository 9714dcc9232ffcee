import Fleet
import Planning
import Replacing
import Testing

@testable import Rounds

private func spot(_ number: Int, state: Instance.State = .running, lifecycle: String? = "spot") -> Instance {
    let plain = Samples.instance(number)
    return Instance(
        id: plain.id, image: plain.image, state: state, privateIP: plain.privateIP, zone: plain.zone, type: plain.type, launchTime: plain.launchTime,
        lifecycle: lifecycle, tags: plain.tags)
}

private func look(_ instances: Instance..., asked: Set<InstanceID>? = nil) -> Event {
    let running = instances.filter { $0.state == .running }
    return .instances(
        InstancesSighting(
            asked: asked ?? Set(instances.map(\.id)), instances: .success(instances),
            statuses: .success(running.map { InstanceStatus(id: $0.id, system: .ok, instance: .ok) })))
}

@Suite struct `A look at some instances` {
    @Test func `says what they are now, and nothing of the others`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos([Samples.agent(1), Samples.agent(2)]), Samples.ec2([Samples.instance(1), Samples.instance(2)]))
        try watch.take(look(Samples.instance(1, state: .stopping), Samples.instance(2, state: .stopped), asked: ["i-1"]), at: 20)
        #expect(watch.fact(.ec2State, of: "i-1") == .text("stopping") && watch.fact(.ec2State, of: "i-2") == .text("running"))
        // Of one that does not run there is no status.
        #expect(watch.fact(.systemStatus, of: "i-1") == .none && watch.fact(.systemStatus, of: "i-2") == .text("ok"))
    }

    @Test func `brings nobody into the sweep and takes nobody out of it`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1)]))
        try watch.take(look(Samples.instance(3), asked: ["i-1", "i-3"]), at: 20)
        #expect(watch.nodes == ["i-1"] && watch.fact(.ec2State, of: "i-1") == .text("running"))
    }

    @Test func `makes no source fresher, and none that fails staler`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1)]))
        try watch.take(look(Samples.instance(1)), at: 20)
        #expect(watch.round.state.sources[.instances]?.lastSuccess == Samples.time(0))
        try watch.take(
            .instances(InstancesSighting(asked: ["i-1"], instances: .failure(Samples.failure), statuses: .failure(Samples.failure))), at: 40)
        #expect(watch.round.state.sources[.instances]?.failure == nil && watch.fact(.ec2State, of: "i-1") == .text("running"))
        for seconds in stride(from: 45, through: 195, by: 15) {
            try watch.look(seconds, Samples.mesos([Samples.agent(1)]))
            try watch.take(look(Samples.instance(1)), at: seconds)
        }
        #expect(watch.fact(.ec2State, of: "i-1") == .unknown, "only the whole sweep is a reading")
    }
}

@Suite struct `An announced end` {
    private static func warned(at seconds: Int, came: Int? = nil) -> [InstanceID: SpotWarning] {
        ["i-1": SpotWarning(instance: "i-1", at: Samples.time(seconds), receivedAt: Samples.time(came ?? seconds))]
    }

    private func watch(_ instance: Instance = spot(1)) throws -> Watch {
        let watch = try Watch()
        try watch.look(0, Samples.mesos([Samples.agent(1)]), Samples.ec2([instance]))
        return watch
    }

    @Test func `of a spot instance is so once EC2 was asked after the warning came`() throws {
        let watch = try watch()
        watch.round.program.warnings = Self.warned(at: 10, came: 12)
        try watch.look(15, Samples.mesos([Samples.agent(1)]))
        #expect(watch.fact(.scheduledEvent, of: "i-1") == .none, "a hint alone is none")
        try watch.take(look(spot(1)), at: 16)
        #expect(watch.fact(.scheduledEvent, of: "i-1") == .text("spot-interruption"))
        #expect(watch.fact(.scheduledEventIn, of: "i-1") == .integer(10 + 120 - 16))
        try watch.look(60, Samples.mesos([Samples.agent(1)]), Samples.ec2([spot(1)]))
        #expect(watch.fact(.scheduledEvent, of: "i-1") == .text("spot-interruption"))
    }

    @Test func `of one that runs on for ten minutes is over, and of one that ends`() throws {
        let watch = try watch()
        watch.round.program.warnings = Self.warned(at: 10)
        try watch.look(60, Samples.mesos([Samples.agent(1)]), Samples.ec2([spot(1)]))
        try watch.look(609, Samples.mesos([Samples.agent(1)]), Samples.ec2([spot(1)]))
        #expect(watch.fact(.scheduledEvent, of: "i-1") == .text("spot-interruption"))
        try watch.look(610, Samples.mesos([Samples.agent(1)]))
        #expect(watch.fact(.scheduledEvent, of: "i-1") == .none)
        watch.round.program.warnings = Self.warned(at: 620)
        try watch.look(630, Samples.mesos([Samples.agent(1)]), Samples.ec2([spot(1, state: .shuttingDown)]))
        #expect(watch.fact(.scheduledEvent, of: "i-1") == .none && watch.fact(.ec2State, of: "i-1") == .text("shutting-down"))
    }

    @Test func `is not believed of an instance that is no spot instance, nor from the future`() throws {
        let watch = try watch(spot(1, lifecycle: nil))
        watch.round.program.warnings = Self.warned(at: 10)
        try watch.take(look(spot(1, lifecycle: nil)), at: 16)
        #expect(watch.fact(.scheduledEvent, of: "i-1") == .none)
        #expect(SpotWarning(instance: "i-1", at: Samples.time(9999), receivedAt: Samples.time(10)).at == Samples.time(10))
    }

    @Test func `is none when it is to be stopped, to hibernate, or was told too late`() {
        func warning(_ detail: String, _ kind: Hint.Kind = .spotInterruption, late seconds: Int = 0) -> SpotWarning? {
            let hint = Hint(event: "e", instance: "i-1", kind: kind, at: Samples.time(-seconds), detail: detail)
            return SpotWarning(RecordedHint(hint, at: Samples.start, isKnown: true))
        }
        #expect(warning("terminate") == SpotWarning(instance: "i-1", at: Samples.start, receivedAt: Samples.start))
        #expect(warning("stop") == nil && warning("hibernate") == nil && warning("terminate", .rebalance) == nil && warning("terminate", late: 3601) == nil)
    }

    @Test func `by its group is told by the group's poll, with no time`() throws {
        let watch = try Watch(settings: Self.grouped)
        func ec2(_ lifecycle: String) -> EC2Sighting { Self.ec2([(1, lifecycle), (2, "InService")]) }
        let mesos = Samples.mesos([Samples.agent(1), Samples.agent(2)])
        try watch.look(0, mesos, ec2("InService"))
        #expect(watch.fact(.scheduledEvent, of: "i-1") == .none)
        try watch.look(60, mesos, ec2("Terminating:Wait"))
        #expect(watch.fact(.scheduledEvent, of: "i-1") == .text("group-termination") && watch.fact(.scheduledEventIn, of: "i-1") == .none)
        #expect(watch.fact(.scheduledEvent, of: "i-2") == .none)
        try watch.look(120, mesos, ec2("InService"))
        #expect(watch.fact(.scheduledEvent, of: "i-1") == .none)
    }

    // MARK: - What is done of it

    private static let pool = Pool(
        name: "private", selector: Pool.Selector(tags: [Instance.Tag(key: "Role", value: "agent")], groups: ["g"]), image: .parameter("/ami/agent"),
        provision: .group("g"), isLaunchFirst: true)
    private static var grouped: Settings {
        var settings = Settings(pools: [pool], servicesInterval: .seconds(60), mode: .act)
        settings.gates = []
        return settings
    }

    private static func ec2(_ lifecycles: [(Int, String)], desired: Int? = nil, state: Instance.State = .running) -> EC2Sighting {
        let instances = lifecycles.map { number, _ in
            let plain = Samples.instance(number, state: number == 1 ? state : .running)
            return Instance(
                id: plain.id, image: plain.image, state: plain.state, privateIP: plain.privateIP, zone: plain.zone, type: plain.type,
                launchTime: plain.launchTime, tags: plain.tags + [Instance.Tag(key: "aws:autoscaling:groupName", value: "g")])
        }
        let sighting = Samples.ec2(instances)
        let members = lifecycles.map { AutoScalingGroup.GroupInstance(id: Samples.instanceID($0.0), lifecycle: $0.1, isProtected: false) }
        return EC2Sighting(
            instances: sighting.instances, statuses: sighting.statuses, images: sighting.images, targets: sighting.targets,
            groups: .success([AutoScalingGroup(name: "g", desired: desired ?? lifecycles.count, min: 0, max: 99, instances: members)]))
    }

    @Test func `begins as a living node in any pool, and goes on as a departed one when the machine ends`() throws {
        let watch = try Watch(settings: Self.grouped, rules: try Acting.rules(.act, "scheduled_event = 'group-termination'"))
        let mesos = Samples.mesos([Samples.agent(1), Samples.agent(2)])
        try watch.act(0, mesos, Self.ec2([(1, "InService"), (2, "InService")]))
        #expect(watch.work.open.isEmpty)
        try watch.act(15, mesos, Self.ec2([(1, "Terminating:Wait"), (2, "InService")]))
        let begun = try #require(watch.work.open.first)
        #expect(begun.node == "i-1" && begun.order == .living && begun.wasAnnounced == true)
        #expect(begun.step == .validate)
        try watch.act(30, mesos, Self.ec2([(1, "Terminating:Wait"), (2, "InService")]))
        #expect(watch.work.open.first?.step == .cordon && watch.work.open.first?.order == .living)
        try watch.act(45, Samples.mesos([Samples.agent(2)]), Self.ec2([(1, "Terminating:Proceed"), (2, "InService")], state: .shuttingDown))
        #expect(watch.work.open.first?.order == .departed && watch.work.open.first?.step == .gone)
    }

    @Test func `makes no node unhealthy: nobody fails`() throws {
        let watch = try Watch(settings: Self.grouped, rules: try Acting.rules(.alert, "scheduled_event = 'group-termination'"))
        let mesos = Samples.mesos([Samples.agent(1), Samples.agent(2)])
        try watch.act(0, mesos, Self.ec2([(1, "InService"), (2, "InService")]))
        let report = try watch.act(15, mesos, Self.ec2([(1, "Terminating:Wait"), (2, "InService")]))
        #expect(watch.findings == ["sick i-1 firing"])
        let latches = report.picture.state.work.latches.values.filter(\.isTripped)
        #expect(latches.isEmpty, "\(latches)")
    }
}
