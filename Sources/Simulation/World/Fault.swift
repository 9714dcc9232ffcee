package import Fleet

extension World {
    /// Something that goes wrong, or that somebody does, in the invented cluster.
    ///
    /// A machine is named by its position in `World.machines`; a fault of a machine that is not there changes nothing.
    package enum Fault: Hashable, Sendable {
        /// The agent's process is killed: inactive at once, unreachable when the pings have run out.
        case agentKilled(Int)
        /// The agent's process is started again, or its host thaws.
        case agentStarted(Int)
        /// The host hangs: active until the pings have run out; EC2 calls the instance impaired about two minutes later.
        case hostFrozen(Int)
        /// The host hangs all the same, but EC2's own check does not see it.
        case hostHung(Int)
        /// The host's own check fails: power, network, hardware.
        case systemImpaired(Int)
        /// The instance's own check fails while its agent works: network configuration, a file system, memory.
        case instanceImpaired(Int)
        /// Both checks pass again.
        case checksPass(Int)
        /// EC2 announces that it will retire the host, no earlier than so long from now.
        case retirementScheduled(Int, after: Duration)
        /// An operator deactivates the agent; its tasks run on.
        case deactivated(Int)
        /// An operator drains the agent; drained once its tasks have ended.
        case drainStarted(Int, markGone: Bool)
        /// An operator takes the agent back, from deactivated or drained.
        case reactivated(Int)
        /// An operator puts the machine into the maintenance schedule.
        case maintenanceScheduled(Int)
        /// The machine is taken down for maintenance: not listed at once.
        case maintenanceStarted(Int)
        /// The maintenance is over; the agent registers again.
        case maintenanceEnded(Int)
        /// An operator marks the agent gone.
        case markedGone(Int)
        /// The agent gets SIGUSR1: it unregisters and ends.
        case unregistered(Int)
        /// The agent's process dies and is started again, over and over.
        case flapping(Int, every: Duration, downFor: Duration, times: Int)
        /// A task on the machine fails and is started again on it, over and over.
        case tasksFailing(Int, every: Duration, times: Int)
        /// Somebody terminates the instance. A machine of an Auto Scaling group gets a successor, which may never join.
        case terminated(Int, successorJoins: Bool)
        /// The group ends an instance by itself, and launches another: it rebalances, or has called it unhealthy. Where it has a hook, that is waited for.
        case endedByGroup(Int)
        /// EC2 takes a spot instance back, two minutes after it has told the instance. Its group launches another.
        case spotInterrupted(Int)
        /// A new image is built, and the pool's parameter points at it.
        case imageReleased(name: String, parameter: String)
        /// A component of DC/OS fails on the machine: system health says so at its next pull.
        case unitFailed(Int, unit: String)
        /// It works again.
        case unitMended(Int, unit: String)
        /// The machine's SSM agent ends; SSM calls its connection lost five minutes later.
        case ssmLost(Int)
        case ssmBack(Int)
        /// A volume of a service that nobody knows any more is on the machine.
        case volumeLeft(Int)
        /// A broker's process ends; its scheduler starts it again where its volume lies.
        case brokerCrashed(service: Int, broker: Int)
        /// An operator has a broker replaced: it starts elsewhere with an empty volume.
        case brokerReplaced(service: Int, broker: Int)
        /// A service's scheduler ends; Marathon starts it again, and until Admin Router has noticed it answers 502, 404 and 503.
        case schedulerRestarted(service: Int)
        /// A service's scheduler ends, and Marathon finds no place for it for so long: 404.
        case schedulerAway(service: Int, for: Duration)
        /// Our account may no longer see the tasks of a service's framework; its resources stay allocated.
        case tasksHidden(service: Int)
        case tasksShown(service: Int)
        /// The leading master dies; another is elected, and the agents register with it over the following minutes.
        case leaderLost
        /// AWS refuses calls of one kind for so long: "Request limit exceeded."
        case throttled(Service, for: Duration)
        /// The network between a machine and everybody else breaks; the machine is well.
        case cutOff(Int)
        /// The network is whole again.
        case reached(Int)
        /// EC2 has no machine to give for so long.
        case capacityShort(for: Duration)
        /// An operator suspends the group's launches, or lets it go on.
        case launchesSuspended(Bool)
        /// The group's template names the image of old, or again the one that is to be.
        case templateStale(Bool)
        /// The next machine gets the address of the last one of its zone that has been terminated.
        case addressReused
        /// The newest image of a parameter turns out to be one that never joins.
        case imageSpoiled(parameter: String)
        /// The image that a parameter points at is deregistered.
        case imageVanished(parameter: String)
        /// A drain of the machine never ends.
        case drainHangs(Int)
        case drainEnds(Int)
        /// The agent's process ends and cannot be started again until it is mended.
        case agentBroken(Int)
        /// Schedulers that have a broker to place prefer the agent that it was on, if that makes offers.
        case placesWhereItWas(Bool)
        /// Brokers of a service copy nothing for so long.
        case syncStalled(service: Int, for: Duration)
    }

    /// The AWS services that the invented cluster answers for.
    package enum Service: String, Hashable, Sendable, CaseIterable { case ec2, ssm }

    /// A fault and when it happens.
    package struct Scheduled: Hashable, Sendable {
        package let at: Timestamp
        package let fault: Fault

        package init(at: Timestamp, _ fault: Fault) {
            self.at = at
            self.fault = fault
        }
    }

    /// What a world does next: a scheduled fault, or what follows from an earlier one.
    enum Event: Hashable, Sendable {
        case fault(Fault)
        case pingsRanOut(Int, link: Int)
        case instanceCheckFails(Int, link: Int)
        case agentReturns(Int, link: Int)
        case tasksPlaced(Int)
        case drainFinished(Int)
        case flapDown(Int, every: Duration, downFor: Duration, remaining: Int)
        case flapUp(Int, isLast: Bool)
        case taskFails(Int, every: Duration, remaining: Int)
        case jobStarts(Int)
        case jobEnds(Int, TaskID)
        case shutDown(Int)
        case forgotten(Int)
        case spotTaken(Int)
        case successorLaunched(of: Int, joins: Bool)
        case instanceRuns(Int)
        case checksDone(Int, joins: Bool)
        case leaderForgotten(epoch: Int)
        case leaderElected(epoch: Int)
        case masterRestarted(Int)
        case recoveryFinished(epoch: Int)
        case frameworksBack(epoch: Int)
        case recoveredTimedOut(epoch: Int)
        case healthPulled
        case brokerSessionEnds(service: Int, number: Int, link: Int)
        case brokerRegisters(service: Int, number: Int, link: Int)
        case brokerCatchesUp(service: Int, number: Int, topic: Int, link: Int)
        case brokerTended(service: Int, number: Int)
        case routeChanges(service: Int, to: SimulatedService.Route, link: Int)
        case schedulerPlaced(service: Int, link: Int)
        case mischief
        case agentStarts(Int, link: Int)
        case appsTended
        case hookRanOut(Int)
    }
}
