package import Fleet

/// A machine of an EC2 that is not the invented one, on which an invented agent is to run.
package struct GivenMachine: Hashable, Sendable {
    package let instance: InstanceID
    package let image: ImageID
    package let zone: String
    /// IPv4, and no other living machine's.
    package let privateIP: String
    package let launchTime: Timestamp

    package init(instance: InstanceID, image: ImageID, zone: String, privateIP: String, launchTime: Timestamp) {
        self.instance = instance
        self.image = image
        self.zone = zone
        self.privateIP = privateIP
        self.launchTime = launchTime
    }
}

/// Machines that come and go by somebody else's word: the invented EC2 launches none for them, and is not asked.
extension World {
    /// A healthy cluster on given machines, all of them private. Marathon starts elsewhere what has lost its place, and every topic has three copies.
    package static func attended(on given: [GivenMachine], at now: Timestamp, seed: UInt64 = 1, brokers: [Int]) -> World {
        var shape = Shape(agents: given.count, publicAgents: 0, appsPerAgent: 1, brokers: brokers, hasTiedApps: false)
        shape.hasThreeCopies = true
        var world = World(seed: seed, shape: shape, now: now, given: given)
        world.attend()
        return world
    }

    /// A fresh machine boots, and its agent joins. One that is known already changes nothing.
    package mutating func admit(_ given: GivenMachine) {
        guard position(of: given.instance) == nil else { return }
        let added = addMachine(given, isPublic: false)
        tell("\(name(added)) is launched elsewhere")
        boot(added, joins: true)
        settleServices()
    }

    /// A machine is shut down. One that is not there, or is shut down already, changes nothing.
    package mutating func dismiss(_ instance: InstanceID) {
        guard let position = position(of: instance), machines[position].ec2State == .running || machines[position].ec2State == .pending else { return }
        tell("\(name(position)) is ended elsewhere")
        terminate(position, successorJoins: false, isReplaced: false)
        settleServices()
    }

    /// The position of a machine that is added.
    mutating func addMachine(_ given: GivenMachine, isPublic: Bool) -> Int {
        machines.append(
            Machine(
                instance: given.instance, image: given.image, isPublic: isPublic, isSpot: false, zone: given.zone, type: "m5.2xlarge",
                privateIP: given.privateIP, launchTime: given.launchTime, tags: [], ec2State: .pending, systemCheck: .initializing,
                instanceCheck: .initializing, agent: nil, process: .stopped, listing: .never, registeredTime: given.launchTime))
        return machines.count - 1
    }
}
