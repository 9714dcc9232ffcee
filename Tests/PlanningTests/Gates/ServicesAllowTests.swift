import Fleet
import Planning
import Scenes
import Testing

@Suite struct `The gate service` {
    static func service(_ service: ServiceStatus) -> @Sendable (inout Situation) -> Void { { $0.services = [Scene.kafka: service] } }

    static func members(_ changed: MemberStatus...) -> [MemberStatus] {
        (0..<5).map { number in changed.first { $0.broker == number } ?? Scene.member(number) }
    }

    static func down(_ number: Int) -> MemberStatus { Scene.member(number, isRunning: false, isRegistered: false, isInSync: false) }
    static func syncing(_ number: Int) -> MemberStatus { Scene.member(number, isInSync: false) }

    static func partition(_ inSync: [Int], baseline: [Int], minInSync: Int = 1, hasLeader: Bool = true, isExpendable: Bool = false) -> [PartitionStatus] {
        [
            PartitionStatus(
                topic: "orders", number: 3, hasLeader: hasLeader, inSync: inSync, baseline: baseline, minInSync: minInSync, isExpendable: isExpendable)
        ]
    }

    static let inSync: [Change] = [
        Change("open with everything in sync", .open) { _ in },
        Change("shut with another down", .shut, service(Scene.service(members: members(down(3)), partitions: Scene.partitions(minInSync: 1)))),
        Change("shut with another syncing", .shut, service(Scene.service(members: members(syncing(3)), partitions: Scene.partitions(minInSync: 1)))),
        Change("shut with another of unknown standing", .shut, service(Scene.service(members: members(Scene.member(3, isInSync: nil))))),
        Change(
            "open with another down and two slots", .open,
            service(Scene.service(maxInFlight: 2, members: members(down(3)), partitions: Scene.partitions(out: [3], minInSync: 1)))),
        Change(
            "shut with two down and two slots", .shut,
            service(Scene.service(maxInFlight: 2, members: members(down(3), down(4)), partitions: Scene.partitions(minInSync: 1)))),
        Change(
            "open with a member that is well in its new place and left something in the old", .open,
            service(Scene.service(members: members() + [Scene.member(3, on: 9, isRunning: false)]))),
        Change("shut with plans at work", .shut, service(Scene.service(isQuiet: false))),
        Change("shut while another replacement has a member of it to move", .shut) { $0.inFlight = [Scene.work(3)] },
        Change(
            "open when a partition keeps just its minimum", .open, service(Scene.service(partitions: partition([0, 1, 2], baseline: [0, 1, 2], minInSync: 2)))),
        Change("shut when it would keep one less, for now", .shut, service(Scene.service(partitions: partition([0, 1], baseline: [0, 1, 2], minInSync: 2)))),
        Change("never when it never had more", .never, service(Scene.service(partitions: partition([0, 1], baseline: [0, 1], minInSync: 2)))),
        Change("never for the last copy", .never, service(Scene.service(partitions: partition([0], baseline: [0])))),
        Change("shut for what is the last copy in sync, for now", .shut, service(Scene.service(partitions: partition([0], baseline: [0, 1])))),
        Change("open for a last copy that may be lost", .open, service(Scene.service(partitions: partition([0], baseline: [0], isExpendable: true)))),
        Change("open for the last copy of another broker", .open, service(Scene.service(partitions: partition([1], baseline: [1])))),
        Change("shut when two that leave hold the last copies, with two slots", .shut) {
            $0.services = [Scene.kafka: Scene.service(maxInFlight: 2, partitions: partition([0, 1], baseline: [0, 1, 2]))]
            $0.inFlight = [Scene.work(1)]
        },
        Change("never for a service that nobody knows how to move", .never, service(Scene.service(policy: .refuse))),
        Change("open for one that counts for nothing", .open, service(Scene.service(policy: .ignore))),
    ]

    @Test(arguments: inSync) func `for a member in sync is`(change: Change) { change.check(.service) }

    static func servingOn(_ others: MemberStatus..., partitions: [PartitionStatus] = Scene.partitions(minInSync: 1)) -> @Sendable (inout Situation) -> Void {
        let lost = Scene.member(0, isRunning: false)
        let all = (0..<5).map { number in number == 0 ? lost : others.first { $0.broker == number } ?? Scene.member(number) }
        return service(Scene.service(isQuiet: false, members: all, partitions: partitions))
    }

    static let serving: [Change] = [
        Change("open when all others are in sync, though its scheduler is at work on it", .open, servingOn()),
        Change("shut with another syncing", .shut, servingOn(syncing(3))),
        Change("shut with another down", .shut, servingOn(down(3))),
        Change("open with another that Mesos has lost and that serves on too", .open, servingOn(Scene.member(3, isRunning: false))),
        Change("never for the last copy", .never, servingOn(partitions: partition([0], baseline: [0]))),
    ]

    @Test func `waits for a broker that Mesos has lost and that serves on, unless Mesos has lost its own too`() {
        var situation = Scene.open()
        situation.services = [Scene.kafka: Scene.service(members: (0..<5).map { $0 == 3 ? Scene.member(3, isRunning: false) : Scene.member($0) })]
        #expect(Gate.service.start(situation).state == .shut)
    }

    /// Its agent is lost, and its cluster reads from it.
    @Test(arguments: serving) func `for a broker that Mesos has lost and that serves on is`(change: Change) { change.check(.service) }

    static func dead(_ others: MemberStatus..., partitions: [PartitionStatus]? = nil) -> ServiceStatus {
        let all = (0..<5).map { number in number == 0 ? down(0) : others.first { $0.broker == number } ?? Scene.member(number) }
        return Scene.service(isQuiet: false, members: all, partitions: partitions ?? Scene.partitions(out: Set([0] + others.compactMap(\.broker))))
    }

    static let alreadyDown: [Change] = [
        Change("open, whatever the minimum and the plans say", .open, service(dead())),
        Change("open with another dead too, or two would wait for each other for ever", .open, service(dead(down(3)))),
        Change("open with another to move that nobody has begun to", .open) {
            $0.services = [Scene.kafka: dead()]; $0.inFlight = [Scene.work(3)]
        },
        Change("shut with another's move running", .shut) {
            $0.services = [Scene.kafka: dead()]
            $0.inFlight = [Scene.work(3, moving: [Scene.broker(3)])]
        },
        Change("never when it has the last copy", .never, service(dead(partitions: partition([0], baseline: [0, 1], hasLeader: false)))),
        Change(
            "open when that may be lost", .open,
            service(dead(partitions: partition([0], baseline: [0, 1], hasLeader: false, isExpendable: true)))),
        Change("shut when a partition has no leader", .shut, service(dead(partitions: partition([], baseline: [0, 3], hasLeader: false)))),
    ]

    @Test(arguments: alreadyDown) func `for a member already down is`(change: Change) { change.check(.service) }

    @Test func `does not count its own members before harm, and counts all but the one that moves in a move`() {
        var situation = Scene.open()
        situation.nodes[Scene.id(0)] = Scene.node(0, members: [Scene.broker(0), Scene.broker(1)])
        let places = (0..<5).map { Scene.member($0, on: $0 == 1 ? 0 : $0) }
        situation.services = [Scene.kafka: Scene.service(members: places)]
        let work = Scene.work(0, members: [Scene.broker(0), Scene.broker(1)])
        situation.inFlight = [work]
        #expect(Gate.service.start(0, situation).isOpen)
        #expect(Gate.service.harm(.cordon, work, situation).isOpen)
        #expect(Gate.service.harm(.move, member: Scene.broker(0), work, situation).isOpen)
        // The first has been asked to go and is down: the second waits for it, and the first's own move is nobody else's.
        let moving = Scene.work(0, step: .move, members: [Scene.broker(0), Scene.broker(1)], moving: [Scene.broker(0)])
        situation.inFlight = [moving]
        situation.services = [
            Scene.kafka: Scene.service(isQuiet: false, members: [Self.down(0)] + places.dropFirst(), partitions: Scene.partitions(out: [0], minInSync: 1))
        ]
        #expect(!Gate.service.harm(.move, member: Scene.broker(1), moving, situation).isOpen)
        #expect(Gate.service.harm(.move, member: Scene.broker(0), moving, situation).isOpen)
    }

    @Test func `does not let two that are in flight wait for each other, nor move at once`() {
        var situation = Scene.open()
        let (first, second) = (Scene.work(0, id: 1, step: .move), Scene.work(1, id: 2, step: .move))
        situation.inFlight = [first, second]
        #expect(Gate.service.harm(.move, member: Scene.broker(0), first, situation).isOpen)
        let moving = Scene.work(0, id: 1, step: .move, moving: [Scene.broker(0)])
        situation.inFlight = [moving, second]
        #expect(!Gate.service.harm(.move, member: Scene.broker(1), second, situation).isOpen)
        #expect(Gate.service.harm(.move, member: Scene.broker(0), moving, situation).isOpen)
    }

    @Test func `asks after the end of a machine for the member in the place where its agent was`() {
        var situation = Scene.open()
        let gone = MemberStatus(
            member: Scene.broker(0), broker: 0, node: nil, agent: Scene.agent(0), task: nil, isRunning: false, isRegistered: false, isInSync: false)
        situation.services = [Scene.kafka: Scene.service(members: [gone] + (1..<5).map { Scene.member($0) }, partitions: Scene.partitions(out: [0]))]
        situation.nodes[Scene.id(0)] = Scene.node(0, vital: .dead, members: .some(nil))
        let work = Scene.work(0, order: .dead, step: .move)
        #expect(Gate.service.harm(.move, member: Scene.broker(0), work, situation).isOpen)
        // It runs elsewhere: nothing is to be replaced.
        situation.services = [Scene.kafka: Scene.service(members: [Scene.member(0, on: 9)] + (1..<5).map { Scene.member($0) })]
        #expect(!Gate.service.harm(.move, member: Scene.broker(0), work, situation).isOpen)
    }

    @Test func `allows the member of a machine that is no more to be replaced where its scheduler has it nowhere, but not while it is not known to be down`() {
        func member(isRegistered: Bool?) -> MemberStatus {
            MemberStatus(member: Scene.broker(0), broker: 0, node: nil, agent: nil, task: nil, isRunning: nil, isRegistered: isRegistered, isInSync: false)
        }
        var situation = Scene.open()
        situation.nodes[Scene.id(0)] = Scene.node(0, vital: .dead, members: .some(nil))
        let work = Scene.work(0, order: .dead, step: .move)
        for (isRegistered, isOpen) in [(false, true), (nil, false), (true, false)] as [(Bool?, Bool)] {
            let members = [member(isRegistered: isRegistered)] + (1..<5).map { Scene.member($0) }
            situation.services = [Scene.kafka: Scene.service(members: members, partitions: Scene.partitions(out: [0]))]
            #expect(Gate.service.harm(.move, member: Scene.broker(0), work, situation).isOpen == isOpen, "\(isRegistered as Any)")
        }
        // A machine that lives has it, or nobody knows where it is.
        situation.services = [Scene.kafka: Scene.service(members: [member(isRegistered: false)] + (1..<5).map { Scene.member($0) })]
        situation.nodes[Scene.id(0)] = Scene.node(0)
        #expect(Gate.service.harm(.move, member: Scene.broker(0), Scene.work(0, step: .move), situation).state == .unknown)
    }

    @Test func `is shut by a service of unknown ways that has a member here, or may have`() {
        let name: ServiceName = "prod/cassandra"
        func other(_ members: [MemberStatus], isFresh: Bool = true) -> ServiceStatus {
            ServiceStatus(
                name: name, settings: ServiceSettings(), readAt: Scene.now, isFresh: isFresh, isQuiet: true, members: members, partitions: nil,
                partitionsReadAt: nil)
        }
        let here = MemberStatus(
            member: ServiceMember(name, "node-0"), broker: nil, node: Scene.id(9), agent: nil, task: nil, isRunning: true, isRegistered: nil, isInSync: nil)
        var situation = Scene.open()
        situation.services?[name] = other([here])
        #expect(Gate.service.start(9, situation).state == .never)
        #expect(Gate.service.start(8, situation).isOpen)
        situation.services?[name] = other([], isFresh: false)
        #expect(Gate.service.start(8, situation).state == .unknown)
    }
}

@Suite struct `An app` {
    static let needs: [(instances: Int, capacity: Double, up: Int)] = [
        (2, 1, 1), (2, 0.5, 1), (2, 0, 1), (3, 1, 2), (3, 0.5, 2), (4, 0.5, 2), (5, 1, 4), (5, 0.5, 3), (5, 0, 1), (20, 1, 19), (20, 0.9, 18), (20, .nan, 19),
    ]

    @Test(arguments: needs) func `keeps up what it declares, but never all and never none`(need: (instances: Int, capacity: Double, up: Int)) {
        #expect(AppStatus(id: "/a", instances: need.instances, minimumHealthCapacity: need.capacity, running: [:]).staysUp == need.up)
    }

    @Test func `may lose what it can spare, over all work in flight`() {
        func answer(_ running: [NodeID: Int], instances: Int = 4, inFlight: [WorkInFlight] = []) -> Bool {
            var situation = Scene.open()
            situation.apps = [AppStatus(id: "/a", instances: instances, minimumHealthCapacity: 0.5, running: running)]
            situation.inFlight = inFlight
            return Gate.service.start(9, situation).isOpen
        }
        #expect(answer([Scene.id(9): 1, Scene.id(8): 1, Scene.id(7): 1]))
        #expect(!answer([Scene.id(9): 1, Scene.id(8): 1]))
        #expect(!answer([Scene.id(9): 1, Scene.id(8): 1, Scene.id(7): 1], inFlight: [Scene.work(8)]))
        #expect(answer([Scene.id(8): 1]))
        #expect(answer([Scene.id(9): 1], instances: 1))
    }

    /// Six of which five have to stay, and two of them here.
    @Test func `that cannot do without all it has on a node lets it begin, gives its instances one at a time, and the node is drained after that`() {
        var situation = Scene.open()
        func app(here: Int, elsewhere: Int) -> AppStatus {
            AppStatus(id: "/a", instances: 6, minimumHealthCapacity: 1, running: [Scene.id(9): here, Scene.id(8): elsewhere])
        }
        situation.inFlight = [Scene.work(9, step: .drain)]
        func isOpen(before step: Step?, here: Int, elsewhere: Int) -> Bool {
            situation.apps = [app(here: here, elsewhere: elsewhere)]
            return step.map { Gate.service.harm($0, situation.inFlight[0], situation).isOpen } ?? Gate.service.start(9, situation).isOpen
        }
        func mayGo(_ app: String = "/a") -> Bool { Gate.service.instance(of: app, situation.inFlight[0], situation).isOpen }
        #expect(isOpen(before: nil, here: 2, elsewhere: 4) && isOpen(before: .cordon, here: 2, elsewhere: 4))
        #expect(!isOpen(before: nil, here: 2, elsewhere: 3), "one is down already")
        #expect(!mayGo() && mayGo("/b"))
        #expect(!isOpen(before: .drain, here: 2, elsewhere: 4) && mayGo())
        #expect(!isOpen(before: .drain, here: 1, elsewhere: 4) && !mayGo(), "the first is not up elsewhere yet")
        #expect(isOpen(before: .drain, here: 1, elsewhere: 5))
        situation.nodes[Scene.id(9)] = Scene.node(9, canDeactivate: false)
        #expect(!isOpen(before: nil, here: 2, elsewhere: 4), "where it cannot be kept from offers they would come back")
    }

    @Test func `is not kept up by instances of which nobody knows whether they are well, and loses those all the same`() {
        var situation = Scene.open()
        func isOpen(up: [NodeID: Int]) -> Bool {
            situation.apps = [AppStatus(id: "/a", instances: 2, minimumHealthCapacity: 1, running: [Scene.id(9): 1, Scene.id(8): 1], up: up)]
            return Gate.service.start(9, situation).isOpen
        }
        #expect(isOpen(up: [Scene.id(9): 1, Scene.id(8): 1]) && isOpen(up: [Scene.id(8): 1]))
        #expect(!isOpen(up: [Scene.id(9): 1]) && !isOpen(up: [:]))
    }

    @Test(arguments: [(Fact.mesosState, "inactive"), (.mesosState, "absent"), (.ec2State, "shutting-down")])
    func `is not kept up by what runs on a node that is lost`(fact: Fact, value: String) {
        var situation = Scene.open()
        situation.apps = [AppStatus(id: "/a", instances: 2, minimumHealthCapacity: 1, running: [Scene.id(9): 1, Scene.id(8): 1])]
        #expect(Gate.service.start(9, situation).isOpen)
        situation.change(8, fact, .text(value))
        #expect(!Gate.service.start(9, situation).isOpen)
    }

    @Test func `is not kept up by what ran on a node that has left the fleet`() {
        var situation = Scene.open()
        situation.apps = [AppStatus(id: "/a", instances: 2, minimumHealthCapacity: 1, running: [Scene.id(9): 1, Scene.id(8): 1])]
        situation.nodes[Scene.id(8)] = nil
        #expect(!Gate.service.start(9, situation).isOpen)
    }
}
