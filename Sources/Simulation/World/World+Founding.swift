package import Fleet

extension World {
    /// A healthy cluster of this shape, as it has been for weeks.
    ///
    /// - Parameter given: the machines that it stands on, where somebody else has them; as many as the shape has agents. Empty: invented ones.
    package init(seed: UInt64 = 1, shape: Shape = Shape(), now: Timestamp, given: [GivenMachine] = []) {
        precondition(given.isEmpty || given.count == shape.agents, "\(given.count) machines for \(shape.agents) agents")
        self.shape = shape
        self.now = now
        healthPulledAt = now
        random = SplitMix64(seed: seed)
        let elected = now - .seconds(12 * 86_400)
        leadership = Leadership(
            id: MasterID(random.uuid()), phase: .leading, announced: 0, startTime: elected - .seconds(1), electedTime: elected)
        foundImages()
        foundFrameworks()
        for position in 0..<shape.agents { foundMachine(position, as: given.isEmpty ? nil : given[position]) }
        foundServices()
        foundSchedulers()
        foundApps()
        for job in Self.jobs.indices { plan(.jobStarts(job), in: .seconds(60 + 97 * job)) }
        pullHealth()
    }

    private mutating func foundImages() {
        for (name, age) in [("dcos-agent-2026.09.1", 70), ("dcos-agent-2026.10.2", 30)] {
            addImage(name: name, creationTime: now - .seconds(Int64(age) * 86_400))
        }
        for name in [Self.privateParameter, Self.publicParameter] {
            parameters.append(Parameter(name: name, value: images[1].image.id.rawValue, version: 7, lastModified: now - .seconds(29 * 86_400)))
        }
    }

    mutating func addImage(name: String, creationTime: Timestamp) {
        let image = Image(id: ImageID("ami-0" + random.hexadecimal(16)), name: name, state: "available", creationTime: creationTime)
        images.append(OwnedImage(image: image, tags: [Instance.Tag(key: "role", value: "dcos-agent")]))
    }

    private mutating func foundFrameworks() {
        let known: [(name: String, role: String, principal: String, service: String?)] =
            [("marathon", "slave_public", "dcos_marathon", nil), ("metronome", "*", "dcos_metronome", nil)]
            + Self.services.map { service in
                let plain = service.split(separator: "/").joined(separator: "__")
                return (service, plain + "-role", plain + "-principal", service)
            }
        for (position, framework) in known.enumerated() {
            frameworks.append(
                SimulatedFramework(
                    id: FrameworkID("\(leadership.id)-000\(position)"), name: framework.name, role: framework.role, principal: framework.principal,
                    service: framework.service, registeredTime: leadership.electedTime + .seconds(20)))
            completedTasks.append([])
        }
    }

    private mutating func foundMachine(_ position: Int, as given: GivenMachine?) {
        let drawn = now - random.draw(from: .seconds(20 * 86_400), to: .seconds(28 * 86_400))
        let launchTime = given?.launchTime ?? drawn
        let isPublic = position >= shape.agents - shape.publicAgents
        let added =
            if let given { addMachine(given, isPublic: isPublic) } else {
                addMachine(isPublic: isPublic, zone: position % Self.zones.count, image: images[1].image.id, launchTime: launchTime)
            }
        machines[added].ec2State = .running
        machines[added].systemCheck = .ok
        machines[added].instanceCheck = .ok
        machines[added].process = .running
        machines[added].agent = newAgentID()
        machines[added].listing = .listed(isConnected: true)
        let joined = launchTime + random.draw(from: .seconds(150), to: .seconds(300))
        machines[added].registeredTime = max(joined, leadership.electedTime + random.draw(from: .seconds(10), to: .seconds(120)))
    }

    mutating func newAgentID() -> AgentID {
        defer { nextAgentNumber += 1 }
        return AgentID("\(leadership.id)-S\(nextAgentNumber)")
    }

    /// Adds a machine that EC2 has just begun to start; its position.
    ///
    /// - Parameter isInGroup: whether the group has it, where it is a private one.
    mutating func addMachine(isPublic: Bool, zone: Int, image: ImageID, launchTime: Timestamp, isInGroup: Bool = true) -> Int {
        let privateIP = address(in: zone)
        let role = isPublic ? "dcos-public-agent" : "dcos-agent"
        var tags = [
            Instance.Tag(key: "Name", value: "\(role)-\(machines.count)"), Instance.Tag(key: "Role", value: role), Instance.Tag(key: "cluster", value: "prod"),
        ]
        // Public agents are made one by one; the private ones belong to a group, whose name AWS itself tags them with.
        if !isPublic, isInGroup, !shape.isByTerraform { tags.append(Self.groupTag) }
        machines.append(
            Machine(
                instance: InstanceID("i-0" + random.hexadecimal(16)), image: image, isPublic: isPublic, isSpot: shape.isSpot && !isPublic,
                zone: Self.zones[zone],
                type: isPublic ? "m5.xlarge" : "m5.2xlarge", privateIP: privateIP, launchTime: launchTime, tags: tags.sorted { $0.key < $1.key },
                ec2State: .pending, systemCheck: .initializing, instanceCheck: .initializing, agent: nil, process: .stopped, listing: .never,
                registeredTime: launchTime))
        return machines.count - 1
    }

    private mutating func address(in zone: Int) -> String {
        if reusesAddress, let old = machines.last(where: { $0.zone == Self.zones[zone] && $0.ec2State == .terminated }),
            !machines.contains(where: { $0.privateIP == old.privateIP && $0.ec2State != .terminated })
        {
            reusesAddress = false
            return old.privateIP
        }
        let address = addressesUsed[zone]
        addressesUsed[zone] += 1
        return "10.\(zone + 1).\(address / 250).\(address % 250 + 4)"
    }

    static let marathon = 0
    static let metronome = 1
    static let frameworkOfServices = 2
}
