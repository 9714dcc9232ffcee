package import Fleet
internal import Synchronization
package import Wire

/// Reads Marathon and the schedulers of the stateful services that it runs, whatever their versions; and has a scheduler move one of its members.
///
/// What is asked, how often, and what is unknown when: `docs/services.md`.
package struct ServicesClient: Sendable {
    /// What is remembered from poll to poll. Polls do not overlap: there is one loop.
    private final class Memory: Sendable {
        struct Content {
            /// Marathon's last good list.
            var apps: [MarathonApp] = []
            var appCount = EmptyList()
            var podCount = EmptyList()
            var services: [ServiceName: ServiceMemory] = [:]
            var cost = ServicesCost()
        }
        let content = Mutex(Content())
    }

    private let site: ServicesSite
    private let http: HTTPCaller
    private let login: HTTPLogin
    private let limits: ServicesLimits
    private let memory = Memory()

    /// - Parameter login: for Admin Router, and sent nowhere else.
    package init(site: ServicesSite, http: HTTPCaller, login: HTTPLogin = .none, limits: ServicesLimits = ServicesLimits()) {
        self.site = site
        self.http = http
        self.login = login
        self.limits = limits
    }

    /// What the last poll cost.
    package var lastCost: ServicesCost { memory.content.withLock { $0.cost } }

    /// Polls Marathon and every scheduler once. Each part of each service fails by itself.
    ///
    /// First all schedulers are asked for what costs little, then those with topics for a slice of them.
    ///
    /// - Parameters:
    ///   - now: the time of the poll's start.
    ///   - inFull: services of which all topics are read, whosever turn it is.
    package func sight(knownAt now: Timestamp, inFull: Set<ServiceName> = []) async -> ServicesSighting {
        let asking = SchedulerAsking(
            http: http, login: login, hasLogin: site.hasLogin, limits: limits, deadline: ContinuousClock.now + limits.pollTimeout,
            tally: SchedulerAsking.Tally())
        let marathon = await readMarathon(asking.limited(to: limits.marathonTimeout))
        let (apps, remembered) = memory.content.withLock { content in
            if case .success(let apps) = marathon.apps { content.apps = apps }
            return (content.apps, content.services)
        }
        let found = Discovery(site: site).targets(apps)
        let targets = found.prefix(limits.servicesMax).filter { target in
            target.isCertain || remembered[target.name]?.saidNone != ServiceMemory.SaidNone(version: target.version)
        }
        var polls = await each(Self.ordered(targets, remembered)) { target in
            await ServicePoll.take(target, memory: remembered[target.name] ?? ServiceMemory(), asking: asking)
        }
        let slice = limits.topicsRead(clusters: polls.count { $0.hasTopics })
        polls = await each(polls) { await $0.readingTopics(inFull.contains($0.target.name) ? limits.topicsMax : slice, asking: asking, now: now) }
        remember(polls, left: remembered.filter { name, _ in found.contains { $0.name == name } }, cost: asking.tally.cost)
        let beyond = found.dropFirst(limits.servicesMax).map {
            let failure = SourceFailure("\($0.name): not asked, for it is one of more than \(limits.servicesMax) services")
            return ServicePoll($0, memory: ServiceMemory(), failure: failure).sighting
        }
        return ServicesSighting(
            services: polls.filter { !$0.isNone }.map(\.sighting) + beyond,
            marathon: marathon.sighting)
    }

    /// The ways to Marathon, in the order in which they are tried.
    var marathonRoutes: [SchedulerRoute] { site.marathonRoutes }

    /// For one change: its own time, and counted in no poll.
    func changing() -> SchedulerAsking {
        SchedulerAsking(
            http: http, login: login, hasLogin: site.hasLogin, limits: limits, deadline: ContinuousClock.now + limits.serviceTimeout,
            tally: SchedulerAsking.Tally())
    }

    /// Where the scheduler of a service is, by Marathon's last good list and the configuration. Nil: nobody says.
    func target(of name: ServiceName) -> ServiceTarget? {
        let apps = memory.content.withLock { $0.apps }
        return Discovery(site: site).targets(apps).first { $0.name == name }
    }

    func remembered(_ name: ServiceName) -> ServiceMemory? { memory.content.withLock { $0.services[name] } }

    /// Those first that the last poll did not get to, those last that let it wait; else by name.
    static func ordered(_ targets: [ServiceTarget], _ memory: [ServiceName: ServiceMemory]) -> [ServiceTarget] {
        targets.map { (rank: (memory[$0.name]?.standing ?? .normal).rawValue, target: $0) }
            .sorted { ($0.rank, $0.target.name) < ($1.rank, $1.target.name) }
            .map(\.target)
    }

    /// - Parameter left: what was remembered of the services that there still are; those that were not asked keep it.
    private func remember(_ polls: [ServicePoll], left: [ServiceName: ServiceMemory], cost: ServicesCost) {
        memory.content.withLock { content in
            content.services = left
            for poll in polls { content.services[poll.target.name] = poll.memory }
            content.cost = cost
        }
    }

    /// What one reading of Marathon brought. Schedulers are found among its apps; what is tied to a machine is known only with its pods.
    private struct Marathon {
        var apps: Result<[MarathonApp], SourceFailure>
        var pods: Result<[MarathonSighting.App], SourceFailure>

        var sighting: Result<MarathonSighting, SourceFailure> {
            apps.flatMap { apps in pods.map { MarathonSighting(apps: apps.map(\.app) + $0) } }
        }
    }

    /// Nobody has said where Marathon is: then there is nothing to know of its apps, which is not the same as that there are none.
    private func readMarathon(_ asking: SchedulerAsking) async -> Marathon {
        var failure = SourceFailure("Marathon is not configured; name dcos.url, or services.marathon")
        for route in site.marathonRoutes {
            do throws(SchedulerError) {
                let apps = try await asking.ask(MarathonAnswer.path, by: route, bytesMax: limits.marathonBytesMax, timeout: limits.marathonTimeout) {
                    (bytes) throws(JSONProblem) in try MarathonAnswer(bytes)
                }.apps
                return believed(Marathon(apps: .success(apps), pods: await readPods(asking, by: route)))
            } catch {
                failure = error.failure
                guard error.isNotFound || error.isUnknownService else { break }
            }
        }
        return Marathon(apps: .failure(failure), pods: .failure(failure))
    }

    /// Before Marathon 1.4 there were no pods, and nothing under their path.
    private func readPods(_ asking: SchedulerAsking, by route: SchedulerRoute) async -> Result<[MarathonSighting.App], SourceFailure> {
        do throws(SchedulerError) {
            return .success(
                try await asking.ask(MarathonPodsAnswer.path, by: route, bytesMax: limits.marathonBytesMax, timeout: limits.marathonTimeout) {
                    (bytes) throws(JSONProblem) in try MarathonPodsAnswer(bytes)
                }.pods)
        } catch {
            return error.isNotFound ? .success([]) : .failure(error.failure)
        }
    }

    /// Where there were apps, a list without any is not believed at once; nor is one without any pods where there were some.
    private func believed(_ marathon: Marathon) -> Marathon {
        memory.content.withLock { content in
            Marathon(
                apps: Self.believed(marathon.apps, by: &content.appCount, "apps"), pods: Self.believed(marathon.pods, by: &content.podCount, "pods"))
        }
    }

    private static func believed<Item>(_ list: Result<[Item], SourceFailure>, by count: inout EmptyList, _ what: String) -> Result<[Item], SourceFailure> {
        guard case .success(let items) = list else { return list }
        let before = count.countBefore
        if count.believes(count: items.count) { return list }
        return .failure(SourceFailure("Marathon lists no \(what) at all, and before there were \(before): an empty list is not believed at once"))
    }

    /// Does something for each of a list, a few at the same time, and returns what came in the list's order.
    private func each<Item: Sendable, Value: Sendable>(_ items: [Item], _ body: @escaping @Sendable (Item) async -> Value) async -> [Value] {
        await withTaskGroup(of: (Int, Value).self) { group in
            var values = [Value?](repeating: nil, count: items.count)
            var next = 0
            func start() {
                guard next < items.count else { return }
                let (index, item) = (next, items[next])
                group.addTask { (index, await body(item)) }
                next += 1
            }
            for _ in 0..<max(1, limits.callsAtOnce) { start() }
            while let (index, value) = await group.next() {
                values[index] = value
                start()
            }
            return values.compactMap { $0 }
        }
    }
}
