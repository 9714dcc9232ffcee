import AWS
import Fleet
import Ledger
import Mesos
import Rounds
import Rules
import Services
import Wire

/// The real clients, the real round and a real ledger, pointed at the canned server.
final class Watching {
    let http: HTTPCaller
    private let mesos: MesosClient
    private let aws: AWSClient
    private let services: ServicesClient
    private let ledger: LedgerStore
    private let round: Round
    private let settings: Settings
    private(set) var now: Timestamp
    private var lastMesos: MesosSighting?
    private var lastEC2: EC2Sighting?
    private(set) var findings: Set<FoundFinding> = []
    /// The members of which a node's fact says that they live there, after the last poll of the services.
    private(set) var housed: Set<ServiceMember> = []
    /// What is odd about the fleet, in words, in the last round.
    private(set) var notices: [String] = []

    /// Rounds are this far apart, so that the longest `for` of the shipped rules is over after few of them. What a round costs does not depend on it.
    static let interval = Duration.seconds(300)
    /// The client paces its calls as AWS wants it. Here its time runs faster, for waiting is not what is measured.
    private static let pacing = 50.0

    /// - Parameter servicesInterval: nil where no services are watched.
    init(url: String, ledger path: String, rules directory: String, now: Timestamp, servicesInterval: Duration? = nil) throws {
        http = try HTTPCaller()
        mesos = MesosClient(masters: [url], http: http)
        let start = ContinuousClock.now
        var clock = AWSClock.real
        clock.uptime = { (ContinuousClock.now - start) * Self.pacing }
        clock.sleep = { try await Task.sleep(for: $0 / Self.pacing) }
        let environment = ["AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "any"]
        aws = try AWSClient(settings: AWSSettings(region: "us-east-1", endpointURL: url, environment: environment), http: http, clock: clock)
        services = ServicesClient(site: ServicesSite(router: url), http: http)
        let selector = Pool.Selector(tags: [Instance.Tag(key: "Role", value: "dcos-agent")])
        let pools = [Pool(name: "private", selector: selector, image: .parameter("/dcos/agent/ami"))]
        settings = Settings(pools: pools, mesosInterval: Self.interval, ec2Interval: Self.interval, servicesInterval: servicesInterval)
        ledger = try LedgerStore.open(path: path, purpose: .daemon, now: now)
        round = try Round(ledger: ledger, rules: try RuleSet.load(directory: directory), settings: settings, now: now)
        self.now = now
    }

    /// A full round: both pollers look once, and each wakes the round, as in the daemon.
    func lookAtAll() async throws -> Measurement {
        now = now + Self.interval
        var measurement = Measurement()
        let sighting = try await mesos.sight()
        if case .failure(let failure) = sighting.tasks { throw failure }
        measurement.mark(.mesos)
        try take(.mesos(.success(sighting)), &measurement)
        let ec2 = await aws.sight(pools: settings.pools)
        for case .failure(let failure) in [ec2.instances.map { _ in }, ec2.statuses.map { _ in }, ec2.images.map { _ in }] { throw failure }
        measurement.mark(.aws)
        try take(.ec2(ec2), &measurement)
        return measurement
    }

    /// One poll of Marathon and the schedulers, and the round that it wakes: what the poll brought and cost, and what the round took.
    func lookAtServices() async throws -> (sighting: ServicesSighting, cost: ServicesCost, poll: Double, round: Measurement) {
        let before = Usage.cpuSeconds()
        let sighting = await services.sight(knownAt: now)
        let poll = Usage.cpuSeconds() - before
        var round = Measurement()
        try take(.services(sighting), &round)
        return (sighting, services.lastCost, poll, round)
    }

    /// Lets time pass while the sources go on saying what they said last.
    func wait(_ duration: Duration) throws {
        let end = now + duration
        while now < end { try step(Self.interval) }
    }

    /// The same in one step.
    func step(_ duration: Duration) throws {
        now = now + duration
        if let lastEC2 {
            var unmeasured = Measurement()
            try take(.ec2(lastEC2), &unmeasured)
            if let lastMesos { try take(.mesos(.success(lastMesos)), &unmeasured) }
        }
    }

    private func take(_ event: Event, _ measurement: inout Measurement) throws {
        // `Round` tells of its stages one by one; the closure may not hold on to `measurement` itself.
        var marks: [(Round.Stage, Double)] = []
        round.onStage = { marks.append(($0, Usage.cpuSeconds())) }
        defer { round.onStage = nil }
        let report = try round.take(event, at: now)
        for (stage, time) in marks { measurement.mark(Part(stage), at: time) }
        measurement.mark(.other)
        if let report {
            measurement.add(report.rows)
            findings = FoundFinding.all(report.picture.state.findings.values)
            notices = report.notices
            if case .services = event { housed = Self.housed(report.picture.state.nodes.values) }
        }
        switch event {
        case .ec2(let sighting): lastEC2 = sighting
        case .mesos(.success(let sighting)): lastMesos = sighting
        case .mesos, .agents, .tasks, .instances, .entrances, .health, .services, .probe, .terraform, .rules, .command, .acted, .claim, .look: break
        }
        measurement.skip()
    }

    private static func housed(_ nodes: some Sequence<State.NodeState>) -> Set<ServiceMember> {
        nodes.reduce(into: []) { housed, node in
            if case .text(let text) = node.told[.members] { housed.formUnion(ServiceMember.list(text) ?? []) }
        }
    }

    func close() async throws {
        await http.shutdown()
        try ledger.close()
    }
}
