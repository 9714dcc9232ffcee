internal import Fleet

/// What becomes of schedulers: Marathon starts them again elsewhere, and Admin Router takes its time to notice.
extension World {
    /// Admin Router reads Marathon's apps every 25 s.
    private static let routeRefresh = Duration.seconds(25)
    /// From the end of a scheduler's task until Marathon has started it again.
    private static let relaunch = Duration.seconds(45)
    /// From then until it has registered, and Admin Router knows where it is.
    private static let startDuration = Duration.seconds(35)
    private static let retry = Duration.seconds(30)

    mutating func foundSchedulers() {
        for service in services.indices {
            let able = machines.indices.filter { machines[$0].takesWork }
            guard !able.isEmpty else {
                services[service].scheduler.route = .notFound
                continue
            }
            // Behind the machines that have brokers, as far as there are any.
            let behind = shape.brokers.reduce(0, +) + 1 + 2 * service
            placeScheduler(of: service, on: able[behind % able.count], at: machines[able[behind % able.count]].registeredTime + .seconds(30))
        }
    }

    private mutating func placeScheduler(of service: Int, on position: Int, at time: Timestamp) {
        let path = services[service].name.split(separator: "/").joined(separator: "_")
        let id = TaskID("\(path).instance-\(random.uuid())._app.1")
        startTask(
            id: id, name: services[service].taskName, framework: Self.marathon, kind: .scheduler(service: service),
            allotments: [Allotment("cpus", .scalar(1)), Allotment("mem", .scalar(1024))], on: position, at: time)
        services[service].scheduler.task = id
        services[service].scheduler.position = position
    }

    func isSchedulerConnected(_ service: Int) -> Bool { services[service].scheduler.route == .answers }

    /// Whether its task still runs, for Marathon: an agent that is only disconnected says nothing of its tasks.
    private func hasTask(_ scheduler: SimulatedService.Scheduler) -> Bool {
        guard let position = scheduler.position, let task = scheduler.task else { return false }
        switch machines[position].listing {
        case .listed, .recovered: return machines[position].tasks.contains { $0.id == task }
        case .never, .unreachable, .removed, .gone: return false
        }
    }

    mutating func settleScheduler(of service: Int) {
        let scheduler = services[service].scheduler
        guard let position = scheduler.position else { return }
        if !hasTask(scheduler) { return loseScheduler(of: service) }
        // A host that hangs takes its scheduler with it, and gives it back when it thaws.
        if !scheduler.isRestarting { services[service].scheduler.route = machines[position].hostAnswers ? .answers : .badGateway }
    }

    private mutating func loseScheduler(of service: Int) {
        services[service].scheduler.task = nil
        services[service].scheduler.position = nil
        services[service].scheduler.route = .badGateway
        services[service].scheduler.link += 1
        services[service].scheduler.isRestarting = true
        let link = services[service].scheduler.link
        plan(.routeChanges(service: service, to: .notFound, link: link), in: Self.routeRefresh)
        plan(.schedulerPlaced(service: service, link: link), in: Self.relaunch)
    }

    mutating func relaunchScheduler(of service: Int, link: Int) {
        let able = machines.indices.filter { machines[$0].takesWork }
        let isAway = services[service].scheduler.awayUntil.map { now < $0 } ?? false
        guard !isAway, !able.isEmpty, leadership.phase == .leading else { return plan(.schedulerPlaced(service: service, link: link), in: Self.retry) }
        services[service].scheduler.awayUntil = nil
        let position = able[random.draw(0...able.count - 1)]
        placeScheduler(of: service, on: position, at: now)
        services[service].scheduler.route = .unavailable
        plan(.routeChanges(service: service, to: .answers, link: link), in: Self.startDuration)
    }

    mutating func changeRoute(of service: Int, to route: SimulatedService.Route) {
        services[service].scheduler.route = route
        guard route == .answers else { return }
        services[service].scheduler.isRestarting = false
        // A new scheduler knows of no recovery that is over.
        services[service].recoveries.removeAll(where: \.isComplete)
        tell("The scheduler of \(services[service].name) answers again")
    }

    mutating func restartScheduler(of service: Int, awayFor duration: Duration?) {
        guard services.indices.contains(service), let position = services[service].scheduler.position else { return }
        let away = duration.map { ", and Marathon finds no place for it for \($0.text)" } ?? ""
        tell("The scheduler of \(services[service].name) on \(name(position)) fails\(away)")
        services[service].scheduler.awayUntil = duration.map { now + $0 }
        let id = services[service].scheduler.task
        endTasks(on: position, where: { $0.id == id }, as: ending("TASK_FAILED", message: "Command exited with status 1"))
    }
}
