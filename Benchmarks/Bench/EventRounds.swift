import AWS
import Fleet
import Foundation
import Glibc
import Ledger
import Mesos
import Rounds
import Rules
import Wire

/// What a round takes, stage by stage, for each kind of event between two polls and for the polls themselves: `bench rounds FOLDER [TIMES]`. Once as it is,
/// and once with every node derived and looked at in each round, to compare.
///
/// The sources are read once, over the real clients; what happens after that is made of what they said. The ledger is a real file.
final class EventRounds {
    /// What wakes the round.
    enum Kind: String, CaseIterable {
        case task, agents, instances, mesos, ec2

        var meaning: String {
            switch self {
            case .task: "a task fails"
            case .agents: "a look at the agents, one of them inactive"
            case .instances: "a look at one instance, terminated"
            case .mesos: "a poll of Mesos, nothing changed"
            case .ec2: "a poll of EC2, nothing changed"
            }
        }
    }

    private static let rules = """
        version: 1
        rules:
          - {name: detected-task, when: "task_failures_1h > 0", for: 0s, verdict: notify, summary: "{{id}}"}
          - {name: detected-agent, when: "mesos_state = 'inactive'", for: 0s, verdict: notify, summary: "{{id}}"}
          - {name: detected-instance, when: "ec2_state = 'terminated'", for: 0s, verdict: notify, summary: "{{id}}"}

        """

    private let round: Round
    private let ledger: LedgerStore
    private var now: Timestamp
    private var mesos: MesosSighting
    private var ec2: EC2Sighting
    private var times: [Kind: [[Part: Double]]] = [:]
    private var free: [AgentID]
    private var alive: [Instance]
    /// From the event to the report, by the clock.
    private var clocks: [Kind: [Double]] = [:]

    private init(_ round: Round, _ ledger: LedgerStore, now: Timestamp, mesos: MesosSighting, ec2: EC2Sighting) throws {
        (self.round, self.ledger, self.now, self.mesos, self.ec2) = (round, ledger, now, mesos, ec2)
        let running = Set(try mesos.tasks.get().running.map(\.agent))
        free = mesos.agents.filter { $0.isActive && running.contains($0.id) }.map(\.id).sorted()
        alive = try ec2.instances.get().filter { $0.state == .running }
    }

    static func run(folder: String, python: String, count: Int) async throws -> String {
        let temporary = FileManager.default.temporaryDirectory.appendingPathComponent("mayfly-bench-\(UUID().uuidString)").path
        let directory = temporary + "/rules"
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: temporary) }
        try FileManager.default.copyItem(atPath: "rules", toPath: directory)
        try rules.write(toFile: directory + "/detected.yaml", atomically: true, encoding: .utf8)
        let server = try CannedServer(python: python, folder: folder)
        defer { server.end() }
        let http = try HTTPCaller()
        let environment = ["AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "any"]
        let aws = try AWSClient(settings: AWSSettings(region: "us-east-1", endpointURL: server.url, environment: environment), http: http)
        let selector = Pool.Selector(tags: [Instance.Tag(key: "Role", value: "dcos-agent")])
        var settings = Settings(pools: [Pool(name: "private", selector: selector, image: .parameter("/dcos/agent/ami"))])
        (settings.mesosInterval, settings.ec2Interval) = (interval, interval)
        let now = Timestamp(milliseconds: try Expected(folder: folder).nowMilliseconds)
        let mesos = try await MesosClient(masters: [server.url], http: http).sight()
        let ec2 = await aws.sight(pools: settings.pools)
        await http.shutdown()
        var tables: [String] = []
        var sums: [Double] = []
        for remembers in [true, false] {
            let ledger = try LedgerStore.open(path: temporary + "/\(remembers).db", purpose: .daemon, now: now)
            let round = try Round(
                ledger: ledger, rules: try RuleSet.load(directory: directory), settings: settings, now: now, remembersNodes: remembers)
            let rounds = try EventRounds(round, ledger, now: now, mesos: mesos, ec2: ec2)
            try rounds.begin()
            for kind in Kind.allCases {
                for _ in 0..<count { try rounds.happen(kind) }
            }
            try ledger.close()
            tables.append(rounds.text(remembers ? "as it is" : "every node anew"))
            sums.append(rounds.cpu(of: .task))
        }
        return (tables + [String(format: "The round of a failed task takes %.3f of the CPU that it takes with every node anew.", sums[0] / sums[1])])
            .joined(separator: "\n")
    }

    /// Far apart, so that few rounds fill the longest `for` of the shipped rules. What a round costs does not depend on it.
    private static let interval = Duration.seconds(300)

    /// Until the findings of the shipped rules are what they are going to be.
    private func begin() throws {
        for _ in 0..<16 {
            now = now + Self.interval
            _ = try round.take(.ec2(ec2), at: now)
            _ = try round.take(.mesos(.success(mesos)), at: now)
        }
    }

    private func happen(_ kind: Kind) throws {
        now = now + .seconds(1)
        let event: Event
        switch kind {
        case .task:
            let agent = free.removeFirst()
            guard let task = try mesos.tasks.get().running.first(where: { $0.agent == agent }) else { throw BenchFailure("agent \(agent) has no task") }
            event = .tasks([TaskNews(id: task.id, framework: task.framework, agent: agent, state: "TASK_FAILED", since: now)])
        case .agents:
            let agent = free.removeFirst()
            mesos = mesos.with(agents: mesos.agents.map { $0.id == agent ? $0.inactive : $0 })
            event = .agents(
                .success(AgentsSighting(master: mesos.master, timeouts: mesos.timeouts, agents: mesos.agents, recovered: mesos.recovered, counts: mesos.counts))
            )
        case .instances:
            let ended = alive.removeFirst().terminated
            event = .instances(InstancesSighting(asked: [ended.id], instances: .success([ended]), statuses: .success([])))
            ec2 = ec2.with(try ec2.instances.get().map { $0.id == ended.id ? ended : $0 })
        case .mesos: event = .mesos(.success(mesos))
        case .ec2: event = .ec2(ec2)
        }
        try take(event, kind)
    }

    private func take(_ event: Event, _ kind: Kind) throws {
        var marks: [(Round.Stage, Double)] = []
        round.onStage = { marks.append(($0, Self.cpuSeconds())) }
        defer { round.onStage = nil }
        let start = ContinuousClock.now
        var last = Self.cpuSeconds()
        let report = try round.take(event, at: now)
        let end = Self.cpuSeconds()
        clocks[kind, default: []].append((ContinuousClock.now - start) / .seconds(1))
        guard report != nil else { throw BenchFailure("\(kind.meaning), and no round was held") }
        var seconds: [Part: Double] = [:]
        for (stage, at) in marks {
            seconds[Part(stage), default: 0] += at - last
            last = at
        }
        seconds[.other] = end - last
        times[kind, default: []].append(seconds)
    }

    /// Of this thread, on which the whole round is.
    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func cpu(of kind: Kind) -> Double { Detecting.Times((times[kind] ?? []).map { $0.values.reduce(0, +) }).quantile(0.5) }

    private static let parts: [Part] = [.derive, .facts, .judge, .plan, .record, .other]

    private func text(_ how: String) -> String {
        let head = Self.parts.map(\.rawValue) + ["all", "by clock", "p99"]
        var lines = ["Milliseconds of CPU, p50; \(how)".padded(46) + head.map { $0.padded(-9) }.joined()]
        for kind in Kind.allCases {
            let parts = Self.parts.map { part in Detecting.Times((times[kind] ?? []).map { $0[part] ?? 0 }).quantile(0.5) }
            let clock = Detecting.Times(clocks[kind] ?? [])
            let numbers = parts + [cpu(of: kind), clock.quantile(0.5), clock.quantile(0.99)]
            lines.append("  \(kind.meaning)".padded(46) + numbers.map { String(format: "%9.2f", $0 * 1000) }.joined())
        }
        return lines.joined(separator: "\n")
    }
}

extension MesosSighting {
    fileprivate func with(agents: [Agent]) -> MesosSighting {
        MesosSighting(master: master, timeouts: timeouts, agents: agents, recovered: recovered, tasks: tasks, maintenance: maintenance, counts: counts)
    }
}

extension EC2Sighting {
    fileprivate func with(_ instances: [Instance]) -> EC2Sighting {
        EC2Sighting(instances: .success(instances), statuses: statuses, images: images, targets: targets, groups: groups)
    }
}

extension Agent {
    fileprivate var inactive: Agent {
        Agent(
            id: id, hostname: hostname, pid: pid, isActive: false, isDeactivated: isDeactivated, drain: drain, version: version, registeredTime: registeredTime,
            reregisteredTime: reregisteredTime, attributes: attributes, allocatedRoles: allocatedRoles, reservesPublicRole: reservesPublicRole,
            reservations: reservations, volumes: volumes, resources: resources)
    }
}

extension Instance {
    fileprivate var terminated: Instance {
        Instance(id: id, image: image, state: .terminated, privateIP: nil, zone: zone, type: type, launchTime: launchTime, lifecycle: lifecycle, tags: tags)
    }
}
