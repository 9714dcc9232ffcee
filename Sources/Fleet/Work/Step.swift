/// One stage of a replacement.
package enum Step: String, Hashable, Sendable, CaseIterable, Codable, CustomStringConvertible {
    /// Reads the world now and asks every gate.
    case validate
    /// Takes the agent out of the offers.
    case cordon
    /// Moves the guarded members away, one at a time.
    case move = "move-members"
    /// Starts a stray node's agent again, once.
    case restartAgent = "restart-agent"
    /// Stops a stray node's Docker, agent and executors.
    case stopHost = "stop-host"
    /// Lets the rest of the tasks go elsewhere.
    case drain
    /// Takes the agent out of the cluster.
    case leave
    /// Ends the instance.
    case terminate
    /// Marks the agent of a machine that is no more as gone.
    case gone
    /// Has a fresh instance run.
    case provision
    /// Waits for the fresh machine's agent.
    case join
    /// Watches the fresh node for a while.
    case probation

    package var description: String { rawValue }
}

/// In which order the steps of a replacement come.
package enum Order: String, Hashable, Sendable, CaseIterable, Codable, CustomStringConvertible {
    case living
    /// `living` of a pool that has its successor first.
    case launchFirst = "launch-first"
    case dead
    /// As `dead` from after the termination, which somebody else has done.
    case departed
    case stray

    package var description: String { rawValue }
}
