internal import Fleet

/// How leadership passes from one master to the next, as three real masters with ZooKeeper were seen to do it.
extension World {
    /// For so long the standbys redirect to a dead leader: the ZooKeeper session.
    private static let session = Duration.seconds(5)
    private static let election = Duration.seconds(15)
    /// From the election until the registry is read and the API answers.
    private static let recovery = Duration.seconds(25)
    /// Until the dead master's process answers again, as a standby.
    private static let restart = Duration.seconds(40)
    private static let frameworksBack = Duration.seconds(20)
    /// Agents register with the new leader one after another.
    private static let returnsFrom = Duration.seconds(5)
    private static let returnsTo = Duration.seconds(170)

    mutating func loseLeader() {
        guard leadership.phase == .leading, let old = leadership.announced else { return }
        tell("The leading master \(Self.masterHostnames[old]) dies")
        leadership.phase = .none
        leadership.epoch += 1
        leadership.starting.insert(old)
        plan(.leaderForgotten(epoch: leadership.epoch), in: Self.session)
        plan(.leaderElected(epoch: leadership.epoch), in: Self.election)
        plan(.masterRestarted(old), in: Self.restart)
    }

    mutating func elect(_ event: Event) {
        switch event {
        case .leaderForgotten(let epoch): if epoch == leadership.epoch { leadership.announced = nil }
        case .leaderElected(let epoch): if epoch == leadership.epoch { electNext() }
        case .masterRestarted(let position): leadership.starting.remove(position)
        case .recoveryFinished(let epoch): if epoch == leadership.epoch { finishRecovery() }
        case .frameworksBack(let epoch): if epoch == leadership.epoch { returnFrameworks() }
        case .recoveredTimedOut(let epoch): if epoch == leadership.epoch { timeOutRecovered() }
        default: break
        }
    }

    private mutating func electNext() {
        let leader = leadership.epoch % Self.masterHostnames.count
        leadership.announced = leader
        leadership.phase = .recovering
        leadership.id = MasterID(random.uuid())
        leadership.startTime = now - .seconds(10 * 86_400)
        leadership.electedTime = now
        tell("The master \(Self.masterHostnames[leader]) is elected and reads its registry")
        plan(.recoveryFinished(epoch: leadership.epoch), in: Self.recovery)
    }

    /// The registry knows which agents there were, and nothing else: who was listed is recovered until it comes back.
    private mutating func finishRecovery() {
        leadership.phase = .leading
        completedTasks = completedTasks.map { _ in [] }
        plan(.frameworksBack(epoch: leadership.epoch), in: Self.frameworksBack)
        plan(.recoveredTimedOut(epoch: leadership.epoch), in: Self.reregisterTimeout)
        for position in machines.indices {
            machines[position].areTasksKnown = false
            if machines[position].isListed { machines[position].listing = .recovered }
            guard machines[position].process == .running, machines[position].agent != nil else { continue }
            machines[position].link += 1
            let delay = random.draw(from: Self.returnsFrom, to: Self.returnsTo)
            plan(.agentReturns(position, link: machines[position].link), in: delay)
        }
        tell("The new leader answers; its agents register with it over the next minutes")
    }

    private mutating func returnFrameworks() {
        for position in frameworks.indices { frameworks[position].registeredTime = now }
    }

    /// Who has not come back by now is silently unreachable.
    private mutating func timeOutRecovered() {
        for position in machines.indices where machines[position].listing == .recovered { machines[position].listing = .unreachable(since: now) }
    }

    /// Frameworks that have registered with the present leader and that our account may see, by their position.
    package var visibleFrameworks: [Int] { frameworks.indices.filter { isRegistered($0) && !hiddenFrameworks.contains($0) } }

    package func isRegistered(_ framework: Int) -> Bool { frameworks[framework].registeredTime >= leadership.electedTime }
}
