internal import Fleet

/// What becomes of brokers: they fall out of the in-sync sets, are started again where their volume lies, and catch up over minutes.
extension World {
    /// From a broker's last sign of life until its ZooKeeper session ends: 6 s by default, and as long again until the controller has noticed.
    private static let session = Duration.seconds(12)
    /// From a broker's start until it is registered.
    private static let startDuration = Duration.seconds(20)
    /// How often a scheduler looks for a place for a broker that is down.
    private static let tendInterval = Duration.seconds(30)
    /// How long mesos/kafka starts a broker nowhere but on its last host: `stickiness` of 10 minutes, its default.
    private static let stickiness = Duration.seconds(600)

    /// Lets brokers and schedulers learn what has become of their machines. After every event.
    mutating func settleServices() {
        for service in services.indices {
            for number in services[service].brokers.indices { settle(number, of: service) }
            settleScheduler(of: service)
            giveBack(of: service)
        }
    }

    private func liveTask(of broker: SimulatedService.Broker) -> SimulatedTask? { machines[broker.position].tasks.first { $0.id == broker.task } }

    /// Whether its scheduler has to start it again. The community's takes a task that cannot be reached for one that has ended.
    private func isOver(_ broker: SimulatedService.Broker, of service: Int) -> Bool {
        guard let task = liveTask(of: broker) else { return true }
        return services[service].kind == .community && task.state == "TASK_UNREACHABLE"
    }

    private mutating func settle(_ number: Int, of service: Int) {
        let broker = services[service].brokers[number]
        let task = liveTask(of: broker)
        let last = task ?? completedTasks[services[service].framework].last { $0.id == broker.task }
        // Of a task that the leading master has forgotten, the last word stays.
        let state = last.map { String($0.state.dropFirst("TASK_".count)) } ?? (broker.state == "RUNNING" ? "LOST" : broker.state)
        if state != broker.state {
            services[service].brokers[number].state = state
            if state != "RUNNING" { beginRecovery(of: number, in: service) } else if broker.isRegistered { endRecovery(of: number, in: service) }
        }
        if !broker.isTended, isOver(broker, of: service) {
            services[service].brokers[number].isTended = true
            services[service].brokers[number].endedAt = now
            plan(.brokerTended(service: service, number: number), in: Self.tendInterval)
        }
        let isUp = task != nil && machines[broker.position].hostAnswers && !machines[broker.position].isHostStopped && !broker.isPlaceless
        guard isUp != broker.isUp else { return }
        services[service].brokers[number].isUp = isUp
        services[service].brokers[number].link += 1
        let link = services[service].brokers[number].link
        if isUp {
            plan(.brokerRegisters(service: service, number: number, link: link), in: Self.startDuration)
        } else if broker.isRegistered {
            plan(.brokerSessionEnds(service: service, number: number, link: link), in: Self.session)
        }
    }

    private mutating func endRecovery(of number: Int, in service: Int) {
        for place in services[service].recoveries.indices where services[service].recoveries[place].broker == number {
            services[service].recoveries[place].isComplete = true
        }
    }

    private mutating func beginRecovery(of number: Int, in service: Int, isPermanent: Bool = false) {
        if services[service].recoveries.contains(where: { $0.broker == number && !$0.isComplete && $0.isPermanent == isPermanent }) { return }
        services[service].recoveries.removeAll { $0.broker == number }
        services[service].recoveries.append(
            SimulatedService.Recovery(broker: number, phase: random.uuid(), step: random.uuid(), isPermanent: isPermanent, isComplete: false))
    }

    // MARK: - In sync

    /// Nobody hears it any more: it leads nothing, and is in sync only where nobody else is.
    mutating func endSession(_ number: Int, of service: Int) {
        services[service].brokers[number].isRegistered = false
        changePartitions(of: service, with: number) { partition in
            if partition.inSync.count > 1 { partition.inSync.removeAll { $0 == number } }
            if partition.leader == number { partition.lead(partition.inSync.first { $0 != number } ?? -1) }
        }
    }

    /// It is there again. What only it has is led at once; the rest is copied, one topic after another.
    mutating func registerBroker(_ number: Int, of service: Int) {
        services[service].brokers[number].isRegistered = true
        services[service].brokers[number].registeredSince = now
        endRecovery(of: number, in: service)
        let isEmpty = services[service].brokers[number].isEmpty
        services[service].brokers[number].isEmpty = false
        changePartitions(of: service, with: number) { partition in
            if partition.leader == -1, partition.inSync == [number] { partition.lead(number) }
        }
        let link = services[service].brokers[number].link
        if isEmpty, let pace {
            let whole = pace.syncing(number, of: service, move: services[service].brokers[number].moves) - Self.startDuration
            let topics = services[service].topics.count
            for topic in 0..<topics { plan(.brokerCatchesUp(service: service, number: number, topic: topic, link: link), in: whole * (topic + 1) / topics) }
            return
        }
        for topic in services[service].topics.indices {
            let duration = isEmpty ? random.draw(from: .seconds(300), to: .seconds(900)) : random.draw(from: .seconds(45), to: .seconds(240))
            plan(.brokerCatchesUp(service: service, number: number, topic: topic, link: link), in: duration)
        }
    }

    /// In sync again with one topic, and its leader where it is the preferred one.
    mutating func catchUp(_ number: Int, with topic: Int, of service: Int) {
        if let until = services[service].stalledUntil, now < until {
            return plan(.brokerCatchesUp(service: service, number: number, topic: topic, link: services[service].brokers[number].link), in: .seconds(60))
        }
        var isBehind = false
        changePartitions(of: service, with: number, topics: topic...topic) { partition in
            if partition.leader == -1 { isBehind = true }
            // Nobody has what it would copy.
            guard partition.leader != -1 else { return }
            let members = Set(partition.inSync + [number])
            partition.inSync = partition.replicas.filter(members.contains)
            if partition.replicas.first == number, partition.leader != number { partition.lead(number) }
        }
        guard isAttended, isBehind else { return }
        plan(.brokerCatchesUp(service: service, number: number, topic: topic, link: services[service].brokers[number].link), in: .seconds(60))
    }

    private mutating func changePartitions(
        of service: Int, with number: Int, topics: ClosedRange<Int>? = nil, _ change: (inout SimulatedService.Partition) -> Void
    ) {
        for topic in services[service].topics.indices where topics?.contains(topic) ?? true {
            for partition in services[service].topics[topic].partitions.indices
            where services[service].topics[topic].partitions[partition].replicas.contains(number) {
                change(&services[service].topics[topic].partitions[partition])
            }
        }
    }

    /// Whether a broker's volume lies on a machine, for its agent to find: one that came back as another agent has forgotten what was there.
    package func hasPlace(_ broker: SimulatedService.Broker, on position: Int) -> Bool {
        broker.position == position && !broker.isPlaceless && broker.agent == machines[position].agent
    }

    // MARK: - Starting again

    /// The scheduler looks whether it can start a broker again: where its volume lies, or elsewhere if its agent was marked gone.
    mutating func tend(_ number: Int, of service: Int) {
        let broker = services[service].brokers[number]
        if broker.isPlaceless { return seekPlace(number, of: service) }
        if !isOver(broker, of: service) {
            services[service].brokers[number].isTended = false
            return
        }
        plan(.brokerTended(service: service, number: number), in: Self.tendInterval)
        guard services[service].scheduler.route == .answers, leadership.phase == .leading else { return }
        // SDK 0.55.2 and later.
        if broker.state == "GONE_BY_OPERATOR", services[service].sdk >= 55 { return move(number, of: service) }
        if services[service].kind == .community { return stick(number, of: service) }
        let machine = machines[broker.position]
        guard machine.takesWork, machine.agent == broker.agent, !machine.reserved(broker.resources).isEmpty else { return }
        launch(number, of: service, at: now)
    }

    /// The community's broker goes back to its host for a while, and then to any: what it has written stays where it was.
    private mutating func stick(_ number: Int, of service: Int) {
        let broker = services[service].brokers[number]
        if machines[broker.position].takesWork { return launch(number, of: service, at: now) }
        if let endedAt = broker.endedAt, now - endedAt >= Self.stickiness { move(number, of: service) }
    }

    mutating func crash(_ number: Int, of service: Int) {
        guard services.indices.contains(service), services[service].brokers.indices.contains(number) else { return }
        let broker = services[service].brokers[number]
        guard machines[broker.position].isConnected, liveTask(of: broker) != nil else { return }
        tell("The broker \(number) of \(services[service].name) on \(name(broker.position)) runs out of memory and ends")
        endTasks(on: broker.position, where: { $0.id == broker.task }, as: ending("TASK_FAILED", message: "Command terminated with signal Killed"))
    }

    mutating func replace(_ number: Int, of service: Int) {
        guard services.indices.contains(service), services[service].brokers.indices.contains(number), leadership.phase == .leading else { return }
        tell("An operator replaces \(services[service].memberName(number)) of \(services[service].name)")
        move(number, of: service)
    }

    /// Its volume is given up, and it is started anew on a machine that no other broker of its cluster is on.
    private mutating func move(_ number: Int, of service: Int) {
        let broker = services[service].brokers[number]
        let taken = Set(services[service].brokers.map(\.position))
        let able = machines.indices.filter { machines[$0].takesWork && !taken.contains($0) }
        guard services[service].scheduler.route == .answers, !able.isEmpty else { return }
        if machines[broker.position].isConnected {
            endTasks(on: broker.position, where: { $0.id == broker.task }, as: ending("TASK_KILLED", message: "Command terminated with signal Terminated"))
        }
        services[service].abandoned.append(SimulatedService.Abandoned(position: broker.position, resources: broker.resources))
        place(number, of: service, on: able[random.draw(0...able.count - 1)])
    }

    /// `pod replace`: what it has is given up at once, wherever it lies, and it starts anew when its scheduler is offered a place.
    mutating func giveUp(_ number: Int, of service: Int) {
        let broker = services[service].brokers[number]
        tell("\(services[service].memberName(number)) of \(services[service].name) is to be replaced")
        if !broker.isPlaceless {
            services[service].abandoned.append(SimulatedService.Abandoned(position: broker.position, resources: broker.resources))
            if machines[broker.position].isConnected {
                let end = ending("TASK_KILLED", message: "Command terminated with signal Terminated")
                endTasks(on: broker.position, where: { $0.id == broker.task }, as: end)
                if broker.isRegistered { endSession(number, of: service) }
                services[service].brokers[number].isUp = false
                services[service].brokers[number].link += 1
            }
        }
        services[service].brokers[number].isPlaceless = true
        services[service].brokers[number].isTended = true
        services[service].brokers[number].moves += 1
        beginRecovery(of: number, in: service, isPermanent: true)
        let drawn = pace?.placing(number, of: service, move: services[service].brokers[number].moves)
        plan(.brokerTended(service: service, number: number), in: drawn ?? random.draw(from: .seconds(15), to: .seconds(75)))
    }

    private mutating func seekPlace(_ number: Int, of service: Int) {
        let taken = Set(services[service].brokers.filter { $0.number != number }.map(\.position))
        let able = machines.indices.filter { machines[$0].takesWork && !taken.contains($0) }
        guard services[service].scheduler.route == .answers, leadership.phase == .leading, !able.isEmpty else {
            return plan(.brokerTended(service: service, number: number), in: Self.tendInterval)
        }
        services[service].brokers[number].isPlaceless = false
        services[service].brokers[number].isTended = false
        let old = services[service].brokers[number].position
        place(number, of: service, on: placesWhereItWas && able.contains(old) ? old : able[random.draw(0...able.count - 1)])
    }

    private mutating func place(_ number: Int, of service: Int, on position: Int) {
        let broker = services[service].brokers[number]
        services[service].brokers[number].isPlaceless = false
        reserve(number, of: service, on: position)
        launch(number, of: service, at: now)
        services[service].brokers[number].isEmpty = true
        // Whatever it was before: this one has to register for itself.
        services[service].brokers[number].link += 1
        if broker.isRegistered { endSession(number, of: service) }
        services[service].brokers[number].isUp = false
        beginRecovery(of: number, in: service, isPermanent: true)
        services[service].brokers[number].state = "STARTING"
        tell("\(services[service].memberName(number)) of \(services[service].name) starts on \(name(position)) with an empty volume")
    }

    /// What was given up is released when its agent offers it; and a task that its scheduler has replaced is killed when it shows up again.
    private mutating func giveBack(of service: Int) {
        guard services[service].abandoned.contains(where: { machines[$0.position].takesWork }), leadership.phase == .leading else { return }
        let current = Set(services[service].brokers.map(\.task))
        for abandoned in services[service].abandoned where machines[abandoned.position].takesWork {
            let framework = services[service].framework
            endTasks(
                on: abandoned.position, where: { $0.framework == framework && $0.isBroker && !current.contains($0.id) },
                as: ending("TASK_KILLED", message: "Command terminated with signal Terminated"))
            machines[abandoned.position].reserved.removeAll { $0.resourceID.map(abandoned.resources.contains) ?? false }
        }
        services[service].abandoned.removeAll { machines[$0.position].takesWork }
    }
}

extension SimulatedService.Partition {
    mutating func lead(_ broker: Int) {
        leader = broker
        leaderEpoch += 1
    }
}
