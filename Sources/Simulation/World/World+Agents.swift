internal import Fleet

/// What agents do and what befalls them, as a real Mesos 1.12 was seen to show it.
extension World {
    /// EC2's instance check fails about two minutes after the instance stops answering.
    private static let checkDelay = Duration.seconds(120)
    /// How long a drained agent's tasks take to end.
    private static let drainDuration = Duration.seconds(180)

    /// The process is gone, and with it its connection: inactive at once, unreachable when the pings have run out.
    mutating func killAgent(_ position: Int) {
        guard machines[position].process == .running else { return }
        machines[position].process = .stopped
        loseConnection(position)
    }

    private mutating func loseConnection(_ position: Int) {
        machines[position].link += 1
        guard machines[position].isListed else { return }
        machines[position].listing = .listed(isConnected: false)
        plan(.pingsRanOut(position, link: machines[position].link), in: Self.unreachableTimeout)
    }

    /// A broken socket would show at once; of a host that hangs the master learns nothing but that pings are not answered.
    ///
    /// `showsInEC2` is false for a kernel that still answers EC2's own check.
    mutating func freezeHost(_ position: Int, showsInEC2: Bool = true) {
        guard machines[position].process != .frozen else { return }
        machines[position].process = .frozen
        machines[position].hungSince = now
        machines[position].link += 1
        let link = machines[position].link
        if machines[position].isListed { plan(.pingsRanOut(position, link: link), in: Self.unreachableTimeout) }
        if showsInEC2 { plan(.instanceCheckFails(position, link: link), in: Self.checkDelay) }
    }

    /// Not listed any more; the tasks are unreachable.
    mutating func losePings(_ position: Int) {
        guard leadership.phase == .leading, machines[position].isListed else { return }
        machines[position].listing = .unreachable(since: now)
        for task in machines[position].tasks.indices {
            var status = removal("TASK_UNREACHABLE", reason: "REASON_AGENT_REMOVED", message: "health check timed out")
            status.unreachableTime = now
            machines[position].tasks[task].statuses.append(status)
        }
    }

    mutating func failInstanceCheck(_ position: Int) {
        guard machines[position].process == .frozen, machines[position].ec2State == .running else { return }
        machines[position].instanceCheck = .impaired
        machines[position].instanceImpairedSince = now
        tell("EC2 calls the instance \(name(position)) impaired")
    }

    /// The process runs again and registers with the leader, if there is one.
    mutating func startAgent(_ position: Int) {
        guard machines[position].ec2State == .running else { return }
        machines[position].process = .running
        machines[position].isHostStopped = false
        machines[position].hungSince = nil
        machines[position].isCutOff = false
        machines[position].link += 1
        if machines[position].instanceCheck == .impaired { passInstanceCheck(position) }
        register(position)
    }

    /// The agent registers. In time it keeps its registration; from unreachable, recovered or removed it gets a new one under its old id;
    /// one that was marked gone, and a fresh machine, get a new id.
    mutating func register(_ position: Int) {
        guard leadership.phase == .leading, machines[position].process == .running, machines[position].maintenance != .down else { return }
        switch machines[position].listing {
        case .listed(isConnected: true): return
        case .listed(isConnected: false): machines[position].reregisteredTime = now
        case .recovered, .unreachable, .removed:
            machines[position].registeredTime = now
            machines[position].reregisteredTime = now
            reviveTasks(position)
        case .never, .gone:
            forgetAgent(at: machines[position].privateIP, but: position)
            machines[position].agent = newAgentID()
            machines[position].reserved = []
            machines[position].registeredTime = now
            machines[position].reregisteredTime = nil
            machines[position].isDeactivated = false
            machines[position].drain = nil
            machines[position].tasks = []
        }
        machines[position].areTasksKnown = true
        machines[position].listing = .listed(isConnected: true)
        if !machines[position].tasks.contains(where: \.isMarathons) { plan(.tasksPlaced(position), in: .seconds(60)) }
    }

    /// A new agent at the address of a registered one that is disconnected: the master removes the old one.
    private mutating func forgetAgent(at address: String, but position: Int) {
        for other in machines.indices where other != position && machines[other].privateIP == address && machines[other].isListed {
            machines[other].listing = .removed
            machines[other].link += 1
            let message = "Agent \(machines[other].hostname) removed: a new agent registered at the same address"
            endTasks(on: other, as: removal("TASK_LOST", reason: "REASON_AGENT_REMOVED", message: message))
        }
    }

    private mutating func reviveTasks(_ position: Int) {
        for task in machines[position].tasks.indices { machines[position].tasks[task].statuses.removeAll { $0.state == "TASK_UNREACHABLE" } }
    }

    /// Marathon puts its apps back on a machine that takes work and has none.
    mutating func refill(_ position: Int) {
        guard machines[position].isConnected, !machines[position].isDeactivated, machines[position].maintenance == nil else { return }
        placeTiedApps(on: position, at: now)
        if isAttended { return }
        if machines[position].tasks.contains(where: { $0.kind == .app }) { return }
        placeApps(on: position, since: now)
    }

    mutating func flap(_ position: Int, every: Duration, downFor: Duration, remaining: Int) {
        guard remaining > 0 else { return }
        killAgent(position)
        plan(.flapUp(position, isLast: remaining == 1), in: downFor)
        if remaining > 1 { plan(.flapDown(position, every: every, downFor: downFor, remaining: remaining - 1), in: every) }
    }

    mutating func unregister(_ position: Int) {
        guard machines[position].process == .running, machines[position].isListed else { return }
        machines[position].process = .stopped
        machines[position].link += 1
        machines[position].listing = .removed
        let message = "Agent \(machines[position].hostname) removed: the agent unregistered"
        endTasks(on: position, as: removal("TASK_LOST", reason: "REASON_AGENT_REMOVED", message: message))
    }

    /// A gone agent that still runs is told to shut down.
    mutating func markGone(_ position: Int) {
        guard machines[position].listing != .never, machines[position].listing != .gone else { return }
        if machines[position].process == .running { machines[position].process = .stopped }
        machines[position].link += 1
        machines[position].listing = .gone
        endTasks(
            on: position,
            as: removal("TASK_GONE_BY_OPERATOR", reason: "REASON_AGENT_REMOVED_BY_OPERATOR", message: "Agent has been marked gone"))
    }

    mutating func startDrain(_ position: Int, marksGone: Bool) {
        guard machines[position].isListed else { return }
        machines[position].isDeactivated = true
        machines[position].drain = Machine.DrainOrder(state: .draining, since: now, maxGracePeriod: .seconds(120), marksGone: marksGone)
        plan(.drainFinished(position), in: pace?.draining(position) ?? Self.drainDuration)
    }

    mutating func finishDrain(_ position: Int) {
        guard machines[position].drain?.state == .draining else { return }
        if machines[position].drainHangs { return plan(.drainFinished(position), in: .seconds(60)) }
        // A drain goes on only while the agent is there to do it.
        guard machines[position].isConnected, leadership.phase == .leading else { return plan(.drainFinished(position), in: .seconds(30)) }
        endTasks(on: position, as: ending("TASK_KILLED", message: "Command terminated with signal Terminated", reason: "REASON_AGENT_DRAINING"))
        machines[position].drain?.state = .drained
        tell("The agent of \(name(position)) is drained")
        if machines[position].drain?.marksGone == true { markGone(position) }
    }

    mutating func startMaintenance(_ position: Int) {
        machines[position].maintenance = .down
        machines[position].link += 1
        guard machines[position].isListed else { return }
        machines[position].listing = .removed
        let message = "Agent \(machines[position].hostname) removed: Operator initiated 'Machine DOWN'"
        endTasks(on: position, as: removal("TASK_LOST", reason: "REASON_AGENT_REMOVED", message: message))
    }
}
