package import Fleet
internal import Synchronization
package import Wire

/// Reads a Mesos cluster from its leading master.
///
/// Only the v1 operator API is asked. A starting master answers the older `/slaves` with an empty list, from which nothing could be told.
package struct MesosClient: Sendable {
    /// What a master may cost us. The defaults suit 10,000 agents; tests make them smaller.
    package struct Limits: Hashable, Sendable {
        /// Bytes of `GET_AGENTS` and of `GET_TASKS`, unpacked. 128 MiB by default.
        package var largeBytesMax = MesosCall.largeBytesMax
        /// Bytes of `GET_FRAMEWORKS`. 32 MiB by default.
        package var mediumBytesMax = MesosCall.mediumBytesMax
        /// Bytes of every other answer. 4 MiB by default.
        package var smallBytesMax = MesosCall.smallBytesMax
        /// 5 s by default.
        package var connectTimeout = Duration.seconds(5)
        /// The master prints an answer before it sends the first byte. 15 s by default.
        package var idleTimeout = Duration.seconds(15)
        /// For one call. 60 s by default.
        package var totalTimeout = Duration.seconds(60)
        /// For all calls of one poll together. 60 s by default.
        package var pollTimeout = Duration.seconds(60)

        package init() {}
    }

    /// What is remembered from poll to poll: only where to ask first, and flags, which a master cannot change while it lives.
    private final class Memory: Sendable {
        struct Content {
            var leaderURL: String?
            var flags: (master: MasterID, timeouts: MesosSighting.Timeouts)?
        }
        let content = Mutex(Content())
    }

    private let masters: [String]
    let credentials: MesosCredentials
    private let http: HTTPCaller
    private let limits: Limits
    private let memory = Memory()

    /// - Parameter masters: base URLs, `http://10.0.0.5:5050` or Admin Router's `https://dcos.example.com/mesos`. Any of them may lead.
    package init(masters: [String], credentials: MesosCredentials = .none, http: HTTPCaller, limits: Limits = Limits()) {
        self.masters = masters
        self.credentials = credentials
        self.http = http
        self.limits = limits
    }

    /// Polls the leader once.
    ///
    /// Everything in a sighting is of one master: who it is is asked before and after. Throws when there is no leader or its agents cannot be read whole.
    /// Tasks, maintenance and counts fail by themselves.
    package func sight() async throws(SourceFailure) -> MesosSighting {
        let asking = try asking()
        let (master, url) = try await findLeader(asking)
        do {
            return try await sight(master, at: url, asking)
        } catch {
            throw SourceFailure(error.description)
        }
    }

    /// Reads the leader's agents and counts, and neither tasks nor maintenance: for a look between two polls. Everything in it is of one master, as in `sight`.
    package func sightAgents() async throws(SourceFailure) -> AgentsSighting {
        let asking = try asking()
        let (master, url) = try await findLeader(asking)
        do {
            let agents = try await sightAgents(master, at: url, asking)
            try await check(master, at: url, asking)
            return agents
        } catch {
            throw SourceFailure(error.description)
        }
    }

    /// Asks whoever led last for the master's counts of agents, and nothing else: one small call, five seconds at most.
    package func counts() async throws(SourceFailure) -> MesosSighting.Counts {
        let asking = try asking(lasting: .seconds(5), silent: .seconds(5))
        let remembered = memory.content.withLock { $0.leaderURL }
        let url = if let remembered { remembered } else { try await findLeader(asking).url }
        do throws(MesosError) {
            return try await counts(at: url, asking)
        } catch {
            throw SourceFailure(error.description)
        }
    }

    private func sight(_ master: MasterAnswer, at url: String, _ asking: MesosAsking) async throws(MesosError) -> MesosSighting {
        let seen = try await sightAgents(master, at: url, asking)
        let tasks = await tasks(at: url, MesosVersion(master.version), asking)
        let maintenance = await Self.part { () async throws(MesosError) in
            try await asking.ask(.maintenance, at: url) { (bytes) throws(JSONProblem) in try MaintenanceAnswer(bytes) }.answer.maintenance
        }
        try await check(master, at: url, asking)
        return MesosSighting(
            master: seen.master, timeouts: seen.timeouts, agents: seen.agents, recovered: seen.recovered, tasks: tasks, maintenance: maintenance,
            counts: seen.counts)
    }

    private func sightAgents(_ master: MasterAnswer, at url: String, _ asking: MesosAsking) async throws(MesosError) -> AgentsSighting {
        let version = MesosVersion(master.version)
        let timeouts = try await timeouts(of: master, at: url, asking)
        let agents = try await asking.ask(.agents, at: url) { (bytes) throws(JSONProblem) in try AgentsAnswer(bytes, version: version) }.answer
        let counts = await Self.part { () async throws(MesosError) in try await self.counts(at: url, asking) }
        return AgentsSighting(
            master: MesosSighting.Master(
                id: master.id, hostname: master.hostname, version: master.version, electedTime: master.electedTime, url: MesosAsking.shownBase(url)),
            timeouts: timeouts, agents: agents.agents, recovered: agents.recovered, counts: counts)
    }

    private func counts(at url: String, _ asking: MesosAsking) async throws(MesosError) -> MesosSighting.Counts {
        try await asking.ask(.metrics, at: url) { (bytes) throws(JSONProblem) in try MetricsAnswer(bytes) }.answer.counts
    }

    /// Asks once more who leads.
    private func check(_ master: MasterAnswer, at url: String, _ asking: MesosAsking) async throws(MesosError) {
        let after = try await asking.ask(.master, at: url) { (bytes) throws(JSONProblem) in try MasterAnswer(bytes) }.answer
        guard after.id == master.id, after.electedTime == master.electedTime else {
            throw asking.error(.leaderChanged(from: master.id, to: after.id), url: url, call: .master)
        }
    }

    /// For one poll, or one change.
    func asking() throws(SourceFailure) -> MesosAsking {
        MesosAsking(http: http, limits: limits, credentials: credentials, login: try login())
    }

    /// For one call that lasts.
    func asking(lasting duration: Duration, silent silence: Duration) throws(SourceFailure) -> MesosAsking {
        var limits = limits
        limits.idleTimeout = silence
        (limits.totalTimeout, limits.pollTimeout) = (duration, duration)
        return MesosAsking(http: http, limits: limits, credentials: credentials, login: try login())
    }

    /// Asks the last leader, then each master, until one leads us to it.
    func findLeader(_ asking: MesosAsking) async throws(SourceFailure) -> (master: MasterAnswer, url: String) {
        let remembered = memory.content.withLock { $0.leaderURL }
        var urls = remembered.map { [$0] } ?? []
        var failures: [String] = []
        for base in masters {
            guard let url = MesosAsking.endpoint(of: base) else {
                failures.append(asking.error(.badBase, url: base, call: .master).description)
                continue
            }
            if !urls.contains(url) { urls.append(url) }
        }
        for url in urls {
            do throws(MesosError) {
                let found = try await asking.ask(.master, at: url) { (bytes) throws(JSONProblem) in try MasterAnswer(bytes) }
                memory.content.withLock { $0.leaderURL = found.url }
                return (found.answer, found.url)
            } catch {
                failures.append(error.description)
            }
        }
        memory.content.withLock { $0.leaderURL = nil }
        guard failures.count > 1 else { throw SourceFailure(failures.first ?? "no Mesos master is configured") }
        throw SourceFailure("none of the Mesos masters answered as a leader: " + failures.joined(separator: "; "))
    }

    private func timeouts(of master: MasterAnswer, at url: String, _ asking: MesosAsking) async throws(MesosError) -> MesosSighting.Timeouts {
        if let known = memory.content.withLock({ $0.flags }), known.master == master.id { return known.timeouts }
        let timeouts: MesosSighting.Timeouts
        do throws(MesosError) {
            timeouts = try await asking.ask(.flags, at: url) { (bytes) throws(JSONProblem) in try FlagsAnswer(bytes) }.answer.timeouts
        } catch {
            // Whoever may not see the flags goes by Mesos' defaults, and asks again: permissions change.
            guard case .refused(status: 403, _) = error.problem else { throw error }
            return MesosSighting.Timeouts()
        }
        memory.content.withLock { $0.flags = (master.id, timeouts) }
        return timeouts
    }

    private func tasks(at url: String, _ version: MesosVersion, _ asking: MesosAsking) async -> Result<MesosSighting.Tasks, SourceFailure> {
        await Self.part { () async throws(MesosError) in
            let frameworks = try await asking.ask(.frameworks, at: url) { (bytes) throws(JSONProblem) in try FrameworksAnswer(bytes, version: version) }.answer
            return try await asking.ask(.tasks, at: url) { (bytes) throws(JSONProblem) in
                try TasksAnswer(bytes, version: version, frameworks: frameworks)
            }.answer.tasks
        }
    }

    private static func part<Value>(_ read: () async throws(MesosError) -> Value) async -> Result<Value, SourceFailure> {
        do throws(MesosError) {
            return .success(try await read())
        } catch {
            return .failure(SourceFailure(error.description))
        }
    }

    private func login() throws(SourceFailure) -> HTTPLogin {
        do throws(SecretProblem) {
            return try credentials.login()
        } catch {
            throw SourceFailure("Mesos: " + error.text)
        }
    }
}
