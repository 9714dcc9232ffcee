import AWS
import Fleet
import Mesos
import Rounds
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1))) final class `A wake by Mesos` {
    private let folder: TemporaryFolder
    private let clock = TurningClock(turns: 1000)
    private let keeper: RoundKeeper
    private let mesos = MesosBell()
    private let ec2 = EC2Bell()
    private let desk: EventDesk

    init() throws {
        folder = try TemporaryFolder()
        (keeper, _) = try Samples.keeper(folder, clock, Lines().logger())
        desk = EventDesk(mesos: mesos, ec2: ec2, bulletin: keeper.bulletin, time: clock.time)
    }

    /// The agents of this many machines, each joined with its instance.
    private func see(_ count: Int = 3) async {
        let addresses = (0..<count).map { "10.0.\($0 / 250).\($0 % 250 + 1)" }
        let instances = addresses.map { address in
            Instance(
                id: Self.instance(address), image: "ami-1", state: .running, privateIP: address, zone: "us-east-1a", type: "m5.large",
                launchTime: TurningClock.start, tags: [Instance.Tag(key: "Role", value: "agent")])
        }
        let agents = addresses.map {
            Agent(id: Self.agent($0), hostname: $0, pid: "slave(1)@\($0):5051", version: "1.12.0", registeredTime: TurningClock.start)
        }
        await keeper.take(.mesos(.success(MesosSighting(master: Samples.mesos().master, agents: agents))))
        await keeper.take(.ec2(EC2Sighting(instances: .success(instances), statuses: .success([]), images: .success([]), targets: [:])))
    }

    private static func agent(_ address: String) -> AgentID { AgentID("S-\(address)") }
    private static func instance(_ address: String) -> InstanceID { InstanceID("i-\(address)") }

    private func update(_ state: String, on agent: AgentID?, isMastersWord: Bool = false) -> MesosEvent {
        .taskUpdated(TaskNews(id: "t", framework: "f", agent: agent, state: state, since: TurningClock.start, isMastersWord: isMastersWord))
    }

    /// What EC2 is wanted to be asked for since this was last asked; nil: nothing.
    ///
    /// - Parameter agents: whether a look at the agents is to be wanted, too.
    private func wanted(agents: Bool) async throws -> EC2Bell.Part? {
        // What is to have rung is waited for; what is not is asked without waiting.
        let time = agents ? Time.system : .fleeting
        #expect(try await mesos.wait(atMost: .seconds(60), time) == (agents ? .agents : nil))
        let mark: InstanceID = "i-mark"
        ec2.ring(for: [mark])
        switch try await ec2.wait(atMost: .seconds(60), .system) {
        case .instances(let instances)? where instances == [mark]: return nil
        case .instances(let instances)?: return .instances(instances.subtracting([mark]))
        case let part: return part
        }
    }

    private func wanted(by event: MesosEvent, agents: Bool = true) async throws -> EC2Bell.Part? {
        desk.hear(event)
        return try await wanted(agents: agents)
    }

    @Test func `that names an agent looks at its instance alone, by whatever event`() async throws {
        await see()
        let (agent, instance) = (Self.agent("10.0.0.2"), Self.instance("10.0.0.2"))
        let events: [MesosEvent] = [
            .agentAdded(agent), .agentRemoved(agent), update("TASK_LOST", on: agent), update("TASK_UNREACHABLE", on: agent), update("TASK_GONE", on: agent),
            update("TASK_GONE_BY_OPERATOR", on: agent), update("TASK_UNKNOWN", on: agent), update("TASK_FAILED", on: agent, isMastersWord: true),
        ]
        for event in events {
            #expect(try await wanted(by: event) == .instances([instance]), "\(event)")
        }
        desk.hear(.agentRemoved(Self.agent("10.0.0.1")))
        desk.hear(.agentRemoved(Self.agent("10.0.0.3")))
        #expect(try await wanted(agents: true) == .instances([Self.instance("10.0.0.1"), Self.instance("10.0.0.3")]))
    }

    @Test func `knows an agent that is gone by the instance that it had last`() async throws {
        await see()
        await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1", "10.0.0.3"))))
        #expect(try await wanted(by: .agentRemoved(Self.agent("10.0.0.2"))) == .instances([Self.instance("10.0.0.2")]))
    }

    @Test func `of a task that went wrong by itself looks at no agent and no instance`() async throws {
        await see()
        for state in ["TASK_FAILED", "TASK_ERROR", "TASK_DROPPED", "TASK_FINISHED", "TASK_KILLED", "TASK_RUNNING"] {
            #expect(try await wanted(by: update(state, on: Self.agent("10.0.0.1")), agents: false) == nil, "\(state)")
        }
    }

    @Test func `of an agent whose instance is not known, or that nobody names, has the whole of EC2 polled, a quarter of a minute apart`() async throws {
        #expect(try await wanted(by: .agentAdded(Self.agent("10.0.0.1"))) == .whole, "before any round")
        await see()
        for event in [MesosEvent.agentAdded("S-new"), update("TASK_UNREACHABLE", on: nil)] {
            #expect(try await wanted(by: event) == nil)
            clock.step(EventDesk.ec2Distance)
            let counts = MesosSighting.Counts(disconnected: 0, unreachable: 0)
            desk.hear(counts)
            #expect(try await wanted(agents: false) == .whole, "what was wanted too soon")
            desk.hear(counts)
            #expect(try await wanted(agents: false) == nil)
        }
        // One that is named waits for nothing.
        #expect(try await wanted(by: .agentRemoved(Self.agent("10.0.0.1"))) == .instances([Self.instance("10.0.0.1")]))
    }

    @Test(arguments: [
        MesosSighting.Counts(disconnected: 1, unreachable: 0, unreachableScheduled: 0),
        MesosSighting.Counts(disconnected: 0, unreachable: 1, unreachableScheduled: 0),
        MesosSighting.Counts(disconnected: 0, unreachable: 0, unreachableScheduled: 1),
    ]) func `by a count of the master's that has moved, up or down, is of all agents and instances`(moved: MesosSighting.Counts) async throws {
        await see()
        let still = MesosSighting.Counts(disconnected: 0, unreachable: 0, unreachableScheduled: 0)
        for (counts, isMoved) in [(still, false), (still, false), (moved, true), (moved, false), (still, true)] {
            clock.step(EventDesk.ec2Distance)
            desk.hear(counts)
            #expect(try await wanted(agents: isMoved) == (isMoved ? .whole : nil), "\(counts)")
        }
    }

    @Test func `of a rack of 500 agents wants no more than one look can ask for, which is the whole`() async throws {
        await see(500)
        for number in 0..<500 { desk.hear(update("TASK_UNREACHABLE", on: Self.agent("10.0.\(number / 250).\(number % 250 + 1)"))) }
        guard case .instances(let instances)? = try await ec2.wait(atMost: .seconds(60), .system) else {
            Issue.record("no instances are wanted")
            return
        }
        #expect(instances.count == AWSClient.lookMax + 1)
    }
}
