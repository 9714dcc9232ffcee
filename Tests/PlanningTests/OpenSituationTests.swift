import Fleet
import Planning
import Scenes
import Testing

@Suite struct `The gates` {
    @Test func `are the thirteen, in order, each asked when the contract says`() {
        #expect(Gate.all.map(\.name) == Gate.Name.allCases)
        #expect(
            Gate.all.map(\.name.rawValue).joined(separator: " ")
                == "pause mode hold identity fresh breaker image window rate in-flight successor capacity service")
        #expect(Gate.all.allSatisfy { $0.isAskedAtStart })
        #expect(Gate.all.filter(\.isAskedBeforeHarm).map(\.name) == [.pause, .mode, .hold, .identity, .fresh, .successor, .service])
        #expect(Gate.all.filter(\.isAskedAtTurn).map(\.name) == [.image, .inFlight, .capacity])
    }

    @Test func `are all open for a node with nothing against it`() {
        let situation = Scene.open()
        for number in 0..<Scene.size {
            for gate in Gate.all {
                let answer = gate.start(number, situation)
                #expect(answer.state == .open, "\(number) \(gate.name): \(answer.reason)")
            }
        }
        let work = Scene.work(0, isCordoning: true)
        for step in Step.allCases {
            let question = Scene.question(0, in: situation, moment: .harm(step, member: step == .move ? Scene.broker(0) : nil), work: work)
            #expect(harmRefused(question, in: situation, gates: Gate.all).isEmpty, "\(step)")
        }
    }

    static let unknowns: [Change] = [
        Change("the claim", .unknown) { $0.claim = .unknown },
        Change("whether anybody can be told", .unknown) { $0.isAlertingProven = nil },
        Change("the keep rules", .unknown) { $0.nodes[Scene.id(0)] = Scene.node(0, keeps: .some(nil)) },
        Change("a keep rule", .unknown) { $0.nodes[Scene.id(0)] = Scene.node(0, keeps: .init(unknown: [.init(rule: "k", why: "x")])) },
        Change("its tags", .unknown) { $0.change(0, .tags, .unknown) },
        Change("its state at Mesos", .unknown) { $0.change(0, .mesosState, .unknown) },
        Change("its instance's state", .unknown) { $0.change(0, .ec2State, .unknown) },
        Change("its group", .unknown) { $0.change(0, .asg, .unknown) },
        Change("what its group says of it", .unknown) { $0.nodes[Scene.id(0)] = Scene.node(0, inGroup: .some(nil)) },
        Change("its pool", .unknown) { $0.change(0, .pool, .unknown) },
        Change("its zone", .unknown) { $0.change(0, .zone, .unknown) },
        Change("its image", .unknown) { $0.change(0, .imageID, .unknown) },
        Change("whether it is public", .unknown) { $0.change(0, .public, .unknown) },
        Change("its members", .unknown) { $0.nodes[Scene.id(0)] = Scene.node(0, members: .some(nil)) },
        Change("what is allocated on it", .unknown) { $0.nodes[Scene.id(0)] = Scene.node(0, resources: .some(nil)) },
        Change("whether it lives", .unknown) { $0.nodes[Scene.id(0)] = Scene.node(0, vital: .undecided) },
        Change("on what Mayfly stands", .unknown) { $0.areDependencesKnown = false },
        Change("how large the fleet is meant to be", .unknown) { $0.capacity = 0 },
        Change("how large the fleet was", .unknown) { $0.fleetMax = nil },
        Change("the target image", .unknown) { $0.targets = [:] },
        Change("the target image's state", .unknown) {
            $0.targets[Scene.pool] = TargetStatus(image: Scene.target, since: Scene.now - .seconds(90_000), state: nil, isProven: true)
        },
        Change("which image is launched", .unknown) { $0.launchImages = [:] },
        Change("the group", .unknown) { $0.groups = [:] },
        Change("the services", .unknown) { $0.services = nil },
        Change("the service of its member", .unknown) { $0.services = [:] },
        Change("the apps", .unknown) { $0.apps = nil },
        Change("its rule's interval", .unknown) { $0.windows = [:] },
        Change("its scheduler's members", .unknown) { $0.services = [Scene.kafka: Scene.service(members: [])] },
        Change("its service's freshness", .unknown) { $0.services = [Scene.kafka: Scene.service(isFresh: false)] },
        Change("its service's plans", .unknown) { $0.services = [Scene.kafka: Scene.service(isQuiet: nil)] },
        Change("the in-sync sets", .unknown) { $0.services = [Scene.kafka: Scene.service(partitions: .some(nil))] },
        Change("whether its member runs", .unknown) { $0.services = [Scene.kafka: Scene.service(members: [Scene.member(0, isRunning: nil)])] },
        Change("whether its member is registered", .unknown) { $0.services = [Scene.kafka: Scene.service(members: [Scene.member(0, isRegistered: nil)])] },
        Change("whether its member is in sync", .unknown) { $0.services = [Scene.kafka: Scene.service(members: [Scene.member(0, isInSync: nil)])] },
    ]

    @Test(arguments: unknowns) func `are shut by what is unknown:`(change: Change) {
        var situation = Scene.open()
        change.apply(&situation)
        let plan = plan([Candidate(node: Scene.id(0), cause: .finding(Scene.finding(0)))], in: situation, gates: Gate.all)
        let answers = plan[Scene.id(0)]?.answers ?? []
        #expect(plan[Scene.id(0)]?.outcome != .decided)
        #expect(answers.count == 13)
        #expect(answers.contains { $0.state == .unknown }, "\(answers.filter { !$0.isOpen }.map(\.reason))")
    }

    @Test func `are shut by any source that is missing, stale or failing`() {
        for source in Scene.open().sources.keys.sorted() where source != .statuses {
            var situation = Scene.open()
            situation.sources[source] = nil
            #expect(Gate.fresh.start(situation).state == .unknown, "\(source)")
            situation.sources[source] = SourceStatus(interval: .seconds(15), readAt: Scene.now - .seconds(60), isFresh: false)
            #expect(Gate.fresh.start(situation).state == .unknown, "\(source)")
            situation.sources[source] = SourceStatus(interval: .seconds(15), readAt: Scene.now - .seconds(20), isFresh: true, failure: "503")
            #expect(Gate.fresh.start(situation).state == .shut, "\(source)")
        }
    }
}
