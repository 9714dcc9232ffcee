package import Fleet

/// Something that is to be done in the world. A value: decided here, stored before it is done, carried out by whoever has hands.
///
/// Each is safe to repeat but `replaceMember`, which is repeated only after looking.
package enum Action: Hashable, Sendable, Codable {
    // Reading
    /// Reads these sources now, before anything harmful is done. Changes nothing, and is not stored.
    case look([Scope])

    // Mesos
    /// `DEACTIVATE_AGENT`.
    case deactivate(AgentID)
    /// `REACTIVATE_AGENT`.
    case reactivate(AgentID)
    /// `DRAIN_AGENT`.
    case drain(AgentID)
    /// `MARK_AGENT_GONE`.
    case markGone(AgentID)

    // A service's scheduler
    /// `pod replace`, or the older broker call: its data here is given up, and it starts anew elsewhere.
    case replaceMember(ServiceMember, task: TaskID?, agent: AgentID?)

    // Marathon
    /// Kills one instance of an app without making the app smaller, so that Marathon starts another elsewhere: the node takes no offers. Of a pod: its instance.
    case moveInstance(AppInstance)

    // The host, over SSM or SSH
    case restartAgent(NodeID)
    /// Stops Docker, the agent and its executors.
    case stopHost(NodeID)
    /// The drain commands, where Mesos has no drain.
    case drainHost(NodeID)
    /// Starts Docker and the agent again, after a drain or a leave that is undone.
    case startHost(NodeID)
    /// The leave commands: SIGUSR1 and stop of the agent.
    case leave(NodeID)
    /// The hook before the drain.
    case beforeDrain(NodeID)

    // AWS
    /// Takes the node out of the load balancers and addresses that it is in.
    case detach(InstanceID)
    /// Puts the successor into those that the old one was in.
    case attach(InstanceID, like: InstanceID)
    /// `GetConsoleOutput`, kept with the replacement.
    case keepConsole(InstanceID)
    /// `TerminateInstances`; with a group: its own call, without making it smaller.
    case terminate(InstanceID, group: String?)
    /// The group's own call that makes it smaller by one: the successor was launched on top and stands in the group already.
    case retire(InstanceID, group: String)
    /// Launches one from the pool's template; the token makes a repeated call find the first one's instance.
    ///
    /// Of a pool that a group provisions: from the group's template, and put into the group on top of what is there; asking twice adds one.
    case launch(PoolName, image: ImageID?, zone: String?, token: String)
    /// Has Terraform apply a plan that was judged: it destroys the instance and creates another at its address, or where that one is gone only creates.
    case apply(PlannedReplacement)
    /// The hook on the fresh node.
    case ready(NodeID)

    /// What a look reads.
    package enum Scope: Hashable, Sendable, Codable, Comparable {
        /// The master: agents and tasks.
        case mesos
        /// EC2: instances, statuses, groups.
        case ec2
        /// A service's scheduler with the in-sync sets of all its topics.
        case service(ServiceName)
        /// Marathon's apps.
        case marathon

        private var key: String {
            switch self {
            case .mesos: "mesos"
            case .ec2: "ec2"
            case .service(let name): "service/\(name)"
            case .marathon: "marathon"
            }
        }

        package static func < (left: Self, right: Self) -> Bool { left.key < right.key }
    }

    /// Whether it can take something away from somebody, or touches a machine that somebody may have asked to leave alone: what every gate
    /// that is asked before harm must allow.
    package var isHarmful: Bool {
        switch self {
        case .deactivate, .drain, .markGone, .replaceMember, .moveInstance, .restartAgent, .stopHost, .drainHost, .leave, .detach, .terminate, .retire,
            .beforeDrain:
            true
        case .apply(let planned): !planned.isGone
        case .look, .reactivate, .startHost, .attach, .keepConsole, .launch, .ready: false
        }
    }
}

/// An action that is stored, and may have been done.
package struct Intent: Hashable, Sendable, Codable {
    /// Counts the intents of one replacement, from 1.
    package let number: Int
    package let step: Step
    /// The attempt of the step that it belongs to: an answer to an attempt that is over changes nothing.
    package let attempt: Int
    package let action: Action
    package let at: Timestamp
    /// Nil: nobody has said how it went; it may have been done all the same.
    package var answer: Answer?

    package init(number: Int, step: Step, attempt: Int, action: Action, at: Timestamp, answer: Answer? = nil) {
        self.number = number
        self.step = step
        self.attempt = attempt
        self.action = action
        self.at = at
        self.answer = answer
    }

    /// What the call came to, as far as it was told. A hint: done is only what is seen.
    package struct Answer: Hashable, Sendable, Codable {
        package let at: Timestamp
        package let outcome: Outcome

        package typealias Outcome = CallOutcome

        package init(at: Timestamp, outcome: Outcome) {
            self.at = at
            self.outcome = outcome
        }
    }
}

/// An action as a round hands it out, after the commit that stored it.
package struct Errand: Hashable, Sendable {
    package let replacement: ReplacementID
    /// The intent that it is; nil for a look, which is not stored.
    package let intent: Int?
    package let action: Action
    /// It must not be begun after this: what allowed it was seen too long ago.
    package let notAfter: Timestamp

    package init(replacement: ReplacementID, intent: Int?, action: Action, notAfter: Timestamp) {
        self.replacement = replacement
        self.intent = intent
        self.action = action
        self.notAfter = notAfter
    }
}
