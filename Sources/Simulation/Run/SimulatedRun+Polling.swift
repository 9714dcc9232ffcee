internal import Fleet
internal import Replacing
internal import Rounds

/// What the round sees of the world, and when it does not.
extension SimulatedRun {
    /// What was seen last, for answers that are stale.
    struct Sight {
        var mesos: MesosSighting?
        var ec2: EC2Sighting?
        /// Since when each source has not told the truth; nil while it does.
        var blindSince: [Agenda.Poll: Timestamp] = [:]
        /// When the call was begun that last confirmed the claim, by the world's time.
        var claimedAt: Timestamp?
        /// Instances that EC2 does not list yet, until when.
        var hidden: [InstanceID: Timestamp] = [:]

        /// When each source was last read whole by this process, as it truly was.
        var readAt: [Agenda.Poll: Timestamp] = [:]

        /// What the last round wished of Terraform, and what this process has told of its runs, by plan.
        var planWishes: [PlanWish] = []
        var runs: [String: ApplicationStanding] = [:]

        mutating func forget() {
            planWishes = []
            runs = [:]
            mesos = nil
            ec2 = nil
            readAt = [:]
        }
    }

    func doPoll(_ poll: Agenda.Poll, isLook: Bool) throws {
        if !isLook { if isDown { return } else { agenda.put(.poll(poll, life: life), at: world.now + every(poll)) } }
        let unseen = isUnseen(poll)
        switch poll {
        case .mesos:
            let seen = mesos(fails: unseen)
            noteReading(poll, isWhole: (try? seen.get())?.tasks.isSuccess ?? false)
            try take(.mesos(seen))
        case .agents:
            // It is no poll: since when the rest was not seen, it says nothing of.
            try take(.agents(mesos(fails: unseen, isKept: false).map(\.agentsAlone)))
        case .ec2:
            let seen = ec2(fails: unseen)
            noteReading(poll, isWhole: seen.instances.isSuccess && seen.statuses.isSuccess)
            try take(.ec2(seen))
        case .services:
            noteReading(poll, isWhole: !unseen)
            try take(.services(services(fails: unseen)))
        case .health: try take(.health(unseen ? .failure(SourceFailure("DC/OS does not answer")) : .success(world.healthSighting(at: world.now))))
        case .probe: if !unseen { try take(.probe(probe())) }
        case .claim: try tickClaim()
        case .terraform: try lookAtTerraform()
        }
    }

    /// An old answer counts as well: it says nowhere how old it is, and nobody can tell it from what a quiet cluster says. What must not come of one, the
    /// other checkers see to.
    func noteReading(_ poll: Agenda.Poll, isWhole: Bool) {
        sight.blindSince[poll] = isWhole ? nil : sight.blindSince[poll] ?? world.now
        guard isWhole, !isDown else { return }
        sight.readAt[poll] = world.now
        if poll == .mesos, !isGoingOn(.staleAnswers), !isGoingOn(.shortListings) { truth.showMesos(world) }
    }

    private func every(_ poll: Agenda.Poll) -> Duration {
        let jitter = random.draw(from: .milliseconds(-400), to: .milliseconds(400))
        let interval: Duration =
            switch poll {
            case .mesos, .agents: plan.mesosEvery
            case .ec2: settings.ec2Interval
            case .services: settings.servicesInterval ?? .seconds(60)
            case .health: settings.healthInterval ?? .seconds(60)
            case .probe: settings.probeInterval ?? .seconds(60)
            case .claim: .seconds(10)
            case .terraform: .seconds(5)
            }
        return interval + jitter
    }

    private func isUnseen(_ poll: Agenda.Poll) -> Bool {
        switch poll {
        case .mesos, .agents: isGoingOn(.mesosUnseen) || isGoingOn(.observerCutOff)
        case .ec2: isGoingOn(.ec2Unseen) || isGoingOn(.observerCutOff)
        case .services: isGoingOn(.servicesUnseen) || isGoingOn(.observerCutOff)
        case .health: isGoingOn(.healthUnseen) || isGoingOn(.observerCutOff)
        case .probe: isGoingOn(.probeUnseen)
        case .claim, .terraform: false
        }
    }

    /// - Parameter isKept: whether it is what a stale answer will be.
    private func mesos(fails: Bool, isKept: Bool = true) -> Result<MesosSighting, SourceFailure> {
        if fails { return .failure(SourceFailure("the masters do not answer")) }
        if isGoingOn(.staleAnswers), let old = sight.mesos { return .success(old) }
        do throws(SourceFailure) {
            let whole = try world.mesosSighting(at: world.now)
            if isKept { sight.mesos = whole }
            if isGoingOn(.shortListings) {
                return .success(
                    MesosSighting(
                        master: whole.master, timeouts: whole.timeouts, agents: whole.agents.filter { !Self.isLeftOut($0.id.rawValue) },
                        recovered: whole.recovered, tasks: whole.tasks, maintenance: whole.maintenance, counts: whole.counts))
            }
            guard isGoingOn(.partialAnswers) else { return .success(whole) }
            return .success(
                MesosSighting(
                    master: whole.master, timeouts: whole.timeouts, agents: whole.agents, recovered: whole.recovered,
                    tasks: .failure(SourceFailure("GET_TASKS was cut short")), maintenance: whole.maintenance, counts: whole.counts))
        } catch { return .failure(error) }
    }

    private func ec2(fails: Bool) -> EC2Sighting {
        if fails {
            let failure = SourceFailure("EC2 does not answer")
            let targets = settings.pools.map { ($0.name, Result<EC2Sighting.TargetImage, SourceFailure>.failure(failure)) }
            return EC2Sighting(
                instances: .failure(failure), statuses: .failure(failure), images: .failure(failure),
                targets: Dictionary(targets, uniquingKeysWith: { first, _ in first }), pings: settings.readsSSM ? .failure(failure) : nil,
                groups: .failure(failure))
        }
        if isGoingOn(.staleListings), let old = sight.ec2 { return old }
        let seen = world.ec2Sighting(pools: settings.pools, readsSSM: settings.readsSSM, at: world.now)
        sight.ec2 = seen
        if isGoingOn(.shortListings) {
            return EC2Sighting(
                instances: seen.instances.map { $0.filter { !Self.isLeftOut($0.id.rawValue) } }, statuses: seen.statuses, images: seen.images,
                targets: seen.targets, pings: seen.pings, groups: seen.groups)
        }
        guard isGoingOn(.lateListings) else { return seen }
        // What was launched within the last half minute is not listed everywhere yet.
        let fresh = Set(world.machines.filter { world.now - $0.launchTime < .seconds(30) }.map(\.instance))
        return EC2Sighting(
            instances: seen.instances.map { $0.filter { !fresh.contains($0.id) } }, statuses: seen.statuses, images: seen.images, targets: seen.targets,
            pings: seen.pings, groups: seen.groups)
    }

    private func services(fails: Bool) -> ServicesSighting {
        let seen = byOurClock(world.servicesSighting(at: world.now))
        if fails { return ServicesSighting(services: [], marathon: .failure(SourceFailure("Marathon does not answer"))) }
        guard isGoingOn(.topicsUnread) else { return seen }
        // A scheduler that does not get to its first topic.
        let services = seen.services.map { service in
            guard case .success(let topics) = service.topics, let first = topics.first else { return service }
            return ServiceSighting(
                name: service.name, package: service.package, flavour: service.flavour, framework: service.framework, members: service.members,
                registered: service.registered, plans: service.plans, topics: .success(Array(topics.dropFirst())),
                unread: service.unread + [UnreadTopic(name: first.name, failure: SourceFailure("500: the scheduler failed"))])
        }
        return ServicesSighting(services: services, marathon: seen.marathon)
    }

    /// Whoever is cut off from everybody hears from no host.
    private func probe() -> ProbeSighting {
        let seen = world.probeSighting(at: world.now)
        return isGoingOn(.observerCutOff) ? ProbeSighting(hosts: seen.hosts.mapValues { _ in .silent }) : seen
    }

    /// Whoever reads says when, by the clock that it has.
    private func byOurClock(_ seen: ServicesSighting) -> ServicesSighting {
        guard skew != .zero else { return seen }
        let services = seen.services.map { service in
            ServiceSighting(
                name: service.name, package: service.package, flavour: service.flavour, framework: service.framework, members: service.members,
                registered: service.registered, plans: service.plans,
                topics: service.topics.map { $0.map { TopicSighting(name: $0.name, partitions: $0.partitions, readAt: $0.readAt + skew) } },
                unread: service.unread)
        }
        return ServicesSighting(services: services, marathon: seen.marathon)
    }

    /// One in three of everything, always the same.
    private static func isLeftOut(_ id: String) -> Bool { id.utf8.reduce(UInt64(7)) { ($0 &* 31) &+ UInt64($1) } % 3 == 0 }
}

extension Result {
    var isSuccess: Bool { if case .success = self { true } else { false } }
}
