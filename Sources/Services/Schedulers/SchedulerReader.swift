internal import Fleet
internal import Wire

/// Asks one scheduler, over one route, in the words of its flavour.
struct SchedulerReader: Sendable {
    let asking: SchedulerAsking
    let route: SchedulerRoute

    private var limits: ServicesLimits { asking.limits }

    /// The framework that it says it is. Nil where it does not know such a question, or is not registered yet.
    func framework() async throws(SchedulerError) -> FrameworkID? {
        do throws(SchedulerError) {
            return try await texts("/v1/state/frameworkId").first.map { FrameworkID($0) }
        } catch  where error.isOutage {
            throw error
        } catch {
            return nil
        }
    }

    // MARK: Flavour

    /// Which of these APIs it has; nil when it has said itself that it has none of them.
    ///
    /// Each has to answer well-formed. A newer API can have an older one's paths too, and a scheduler can come back between two questions: so before an
    /// older one is believed, the newer ones are asked again.
    func flavour(of candidates: [ServiceSighting.Flavour]) async throws(SchedulerError) -> ServiceSighting.Flavour? {
        for (index, flavour) in candidates.enumerated() {
            guard try await answers(flavour) else { continue }
            for newer in candidates[..<index] {
                if try await answers(newer) { return newer }
            }
            return flavour
        }
        return nil
    }

    private func answers(_ flavour: ServiceSighting.Flavour) async throws(SchedulerError) -> Bool {
        do throws(SchedulerError) {
            switch flavour {
            case .sdk: _ = try await texts("/v1/pod")
            case .sdkPods: _ = try await texts("/v1/pods")
            case .brokers: _ = try await brokers()
            case .community: _ = try await community()
            }
            return true
        } catch  where error.isNotFound {
            return false
        }
    }

    // MARK: Members

    /// Every pod with where it is. Only for tasks that are new is the pod itself asked: a task never changes its agent.
    ///
    /// - Parameter agents: of the tasks that are known, by task; comes back with those that there are now.
    func members(_ flavour: ServiceSighting.Flavour, agents: inout [TaskID: AgentID], isKafka: Bool) async throws(SchedulerError) -> [MemberSighting] {
        let root = flavour == .sdk ? "/v1/pod" : "/v1/pods"
        let most = limits.membersMax
        let pods = try await asking.ask(root + "/status", by: route) { (bytes) throws(JSONProblem) in try PodsAnswer(bytes, membersMax: most) }.pods
        let current = Set(pods.flatMap { $0.tasks.compactMap(\.id) })
        agents = agents.filter { current.contains($0.key) }
        var members: [MemberSighting] = []
        for pod in pods {
            let task = pod.representative
            if let id = task?.id, agents[id] == nil {
                let path = root + "/" + SchedulerRoute.segment(pod.name) + "/info"
                agents.merge(try await asking.ask(path, by: route) { (bytes) throws(JSONProblem) in try PodInfoAnswer.agents(bytes) }) { $1 }
                guard agents[id] != nil else {
                    throw SchedulerError(
                        problem: .unusable("has no task \(id), which the pod had a moment ago; it changes, and the next poll asks again"), url: route.url + path
                    )
                }
            }
            let broker = isKafka ? pod.typeAndIndex.flatMap { $0.type == "kafka" ? $0.index : nil } : nil
            members.append(
                MemberSighting(name: MemberName(pod.name), broker: broker, task: task?.id, agent: task?.id.flatMap { agents[$0] }, state: task?.state))
        }
        return members
    }

    func community() async throws(SchedulerError) -> CommunityAnswer {
        let most = limits.membersMax
        return try await asking.ask("/api/broker/list", by: route) { (bytes) throws(JSONProblem) in try CommunityAnswer(bytes, membersMax: most) }
    }

    func brokers() async throws(SchedulerError) -> [Int] {
        try await asking.ask("/v1/brokers", by: route) { (bytes) throws(JSONProblem) in try BrokersAnswer.numbers(bytes) }
    }

    // MARK: Plans

    /// All plans. Schedulers before the list of plans have one, which is the deploy plan.
    func plans() async throws(SchedulerError) -> [PlanAnswer] {
        let names: [String]
        do throws(SchedulerError) {
            names = try await texts("/v1/plans")
        } catch  where error.isNotFound {
            return [try await plan("/v1/plan", name: "deploy")]
        }
        guard names.count <= limits.plansMax else {
            throw SchedulerError(problem: .unusable("lists \(names.count) plans, and at most \(limits.plansMax) are read"), url: route.url + "/v1/plans")
        }
        var plans: [PlanAnswer] = []
        for name in names.sorted() { plans.append(try await plan("/v1/plans/" + SchedulerRoute.segment(name), name: name)) }
        return plans
    }

    /// 200 complete, 202 not, 417 with errors; 503 instead of 202 until SDK 0.14. The body is the plan, whatever the code.
    private func plan(_ path: String, name: String) async throws(SchedulerError) -> PlanAnswer {
        try await asking.ask(path, by: route, statuses: [200, 202, 417, 503]) { (bytes) throws(JSONProblem) in try PlanAnswer(bytes, name: name) }
    }

    // MARK: Topics

    func topicNames() async throws(SchedulerError) -> [String] { try await texts("/v1/topics", countMax: limits.topicsMax) }

    /// - Parameter now: the time that the sighting gets: of the poll's start, so that it is never taken for newer than it is.
    func topic(_ name: String, now: Timestamp) async throws(SchedulerError) -> TopicSighting {
        let path = "/v1/topics/" + SchedulerRoute.segment(name)
        guard !Self.scripts.contains(name) else {
            throw SchedulerError(problem: .unusable("a topic of this name cannot be read: the scheduler has something else under it"), url: route.url + path)
        }
        let partitions = try await asking.ask(path, by: route) { (bytes) throws(JSONProblem) in try TopicAnswer.partitions(bytes) }
        asking.tally.noteTopic()
        return TopicSighting(name: name, partitions: partitions, readAt: now)
    }

    /// Under these the scheduler starts a script, which costs it its CPU for seconds to minutes and answers the same when it fails as when all is well.
    private static let scripts: Set<String> = ["under_replicated_partitions", "unavailable_partitions"]

    private func texts(_ path: String, countMax: Int = 1000) async throws(SchedulerError) -> [String] {
        try await asking.ask(path, by: route) { (bytes) throws(JSONProblem) in try ListAnswer.texts(bytes, countMax: countMax) }
    }
}
