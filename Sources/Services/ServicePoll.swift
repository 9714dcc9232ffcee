internal import Fleet
internal import Wire

/// What one poll brings of one service, part by part, and what is to be remembered of it.
struct ServicePoll: Sendable {
    let target: ServiceTarget
    var memory: ServiceMemory
    /// The way on which its scheduler was reached; nil while it was not.
    var route: SchedulerRoute?
    var flavour: ServiceSighting.Flavour?
    var framework: FrameworkID?
    var isKafka: Bool
    var members: Result<[MemberSighting], SourceFailure>
    var registered: Result<[Int], SourceFailure>
    var plans: Result<[PlanSighting], SourceFailure>
    /// Which topics there are.
    var topicNames: Result<[String], SourceFailure>
    /// It is no service with a scheduler that is known, and says so itself; one that is known to be one, or was, is only unknown then.
    var isNone = false
    /// Why nobody is asked any more in this poll.
    var outage: SourceFailure?

    init(_ target: ServiceTarget, memory: ServiceMemory, failure: SourceFailure) {
        self.target = target
        self.memory = memory
        isKafka = target.isKafka
        members = .failure(failure)
        registered = .failure(failure)
        plans = .failure(failure)
        topicNames = .failure(failure)
        framework = memory.framework
    }

    var sighting: ServiceSighting {
        let topics = topicNames.map { _ in memory.topics.sightings }
        let unread = if case .success = topicNames { memory.topics.unread } else { [UnreadTopic]() }
        return ServiceSighting(
            name: target.name, package: target.package, flavour: flavour ?? memory.flavour, framework: framework, members: members,
            registered: registered, plans: plans, topics: topics, unread: unread)
    }
}

extension ServicePoll {
    /// Asks everything but the in-sync sets. Nothing is thrown: what cannot be read is that part's failure.
    static func take(_ target: ServiceTarget, memory: ServiceMemory, asking: SchedulerAsking) async -> ServicePoll {
        let asking = asking.limited(to: asking.limits.serviceTimeout)
        var poll = ServicePoll(target, memory: memory, failure: Self.noWay(to: target))
        poll.memory.standing = .normal
        var failures: [SchedulerError] = []
        for route in target.routes {
            let reader = SchedulerReader(asking: asking, route: route)
            do throws(SchedulerError) {
                try await poll.identify(reader)
                if poll.flavour != nil { await poll.read(reader) }
                return poll
            } catch {
                failures.append(error)
                poll.note(error, isFirst: failures.count == 1)
            }
        }
        guard !failures.isEmpty else { return poll }
        let hint = target.isCertain ? "" : "; if it has no members to guard, name it under services with policy: ignore"
        return ServicePoll(target, memory: poll.memory, failure: SourceFailure(failures.map(\.description).joined(separator: "; ") + hint))
    }

    private static func noWay(to target: ServiceTarget) -> SourceFailure {
        SourceFailure("\(target.name): nothing says where its scheduler is; name its url under services")
    }

    /// What an error means for the turn in the next poll.
    private mutating func note(_ error: SchedulerError, isFirst: Bool = false) {
        if error.isStall { memory.standing = .stalled }
        if isFirst, case .outOfTime = error.problem { memory.standing = .unreached }
    }

    /// Who answers, and in which words it is asked.
    private mutating func identify(_ reader: SchedulerReader) async throws(SchedulerError) {
        framework = try await reader.framework()
        if let known = memory.flavour(of: framework, version: target.version) {
            flavour = known
        } else if let found = try await reader.flavour(of: target.flavours) {
            flavour = found
            if memory.framework != framework { (memory.pods, memory.topicNames) = (EmptyList(), EmptyList()) }
            (memory.flavour, memory.framework, memory.version) = (found, framework, target.version)
            memory.wasFound = true
        } else {
            isNone = !target.isCertain && !memory.wasFound
            if isNone { memory.saidNone = ServiceMemory.SaidNone(version: target.version) }
            let words = "\(reader.route.url): answers, but has none of the APIs of a scheduler that are known"
            let failure = SourceFailure(words + "; if it has no members to guard, name it under services with policy: ignore")
            (members, registered, plans, topicNames) = (.failure(failure), .failure(failure), .failure(failure), .failure(failure))
        }
        route = reader.route
    }

    private mutating func read(_ reader: SchedulerReader) async {
        switch flavour {
        case .sdk?, .sdkPods?: await readPods(reader)
        case .brokers?: await readBrokers(reader)
        case .community?: await readCommunity(reader)
        case nil: break
        }
    }

    private mutating func readPods(_ reader: SchedulerReader) async {
        let flavour = flavour ?? .sdk
        var agents = memory.agents
        let isKafka = isKafka || target.package == nil
        members = await part { () async throws(SchedulerError) in try await reader.members(flavour, agents: &agents, isKafka: isKafka) }
        memory.agents = agents
        members = believed(members, by: \.pods, "pods", of: reader.route)
        plans = await part { () async throws(SchedulerError) in try await reader.plans().map(\.plan) }
        // A service that only the configuration names tells by its members what it is.
        switch (target.package, members) {
        case (nil, .failure(let failure)):
            (registered, topicNames) = (.failure(failure), .failure(failure))
            return
        case (nil, .success(let members)): self.isKafka = members.contains { $0.broker != nil }
        case (_?, _): break
        }
        guard self.isKafka else {
            (registered, topicNames) = (.success([]), .success([]))
            return
        }
        registered = await part(reader.brokers)
        await readTopicNames(reader)
    }

    private mutating func readTopicNames(_ reader: SchedulerReader) async {
        topicNames = believed(await part(reader.topicNames), by: \.topicNames, "topics", of: reader.route)
    }

    /// A list, or a failure where it is empty and not to be believed.
    private mutating func believed<Element>(
        _ list: Result<[Element], SourceFailure>, by memory: WritableKeyPath<ServiceMemory, EmptyList>, _ what: String, of route: SchedulerRoute
    ) -> Result<[Element], SourceFailure> {
        guard case .success(let elements) = list else { return list }
        let before = self.memory[keyPath: memory].countBefore
        if self.memory[keyPath: memory].believes(count: elements.count) { return list }
        return .failure(SourceFailure("\(route.url): lists no \(what) at all, and before there were \(before): an empty list is not believed at once"))
    }

    /// Before the SDK nothing lists the members: they are the brokers that are registered and those that a plan has.
    private mutating func readBrokers(_ reader: SchedulerReader) async {
        isKafka = true
        registered = await part(reader.brokers)
        let answers = await part(reader.plans)
        plans = answers.map { $0.map(\.plan) }
        switch (registered, answers) {
        case (.failure(let failure), _), (_, .failure(let failure)): members = .failure(failure)
        case (.success(let registered), .success(let answers)):
            let planned = answers.flatMap(\.steps).compactMap { step in step.hasPrefix("broker-") ? Int(step.dropFirst(7)) : nil }
            members = .success(
                Set(registered + planned).sorted().map {
                    MemberSighting(name: MemberName("broker-\($0)"), broker: $0, task: nil, agent: nil, state: nil)
                })
        }
        await readTopicNames(reader)
    }

    private mutating func readCommunity(_ reader: SchedulerReader) async {
        isKafka = true
        let answer = await part(reader.community)
        members = answer.map(\.members)
        registered = answer.map(\.registered)
        plans = answer.map { _ in [] }
        topicNames = .failure(SourceFailure("\(reader.route.url): mesos/kafka does not tell which brokers are in sync"))
    }

    /// One part. After an outage the others are not tried: nobody is there to answer.
    private mutating func part<Value>(_ read: () async throws(SchedulerError) -> Value) async -> Result<Value, SourceFailure> {
        if let outage { return .failure(outage) }
        do throws(SchedulerError) {
            return .success(try await read())
        } catch {
            if error.isOutage { outage = error.failure }
            note(error)
            // It had this API once, and has not any more.
            if error.isNotFound { memory.flavour = nil }
            return .failure(error.failure)
        }
    }
}
