package import Fleet

/// What is to be run on a node's host: the operator's own lines of shell, and what they may know of the node.
///
/// Nothing of a node is ever put into the lines: it stands in variables, which the lines use or not.
package struct HostCommand: Hashable, Sendable {
    /// What it is for.
    package enum Purpose: String, Hashable, Sendable, CaseIterable {
        /// Before the drain; nothing by default.
        case beforeDrain = "before_drain"
        /// Ends the tasks, where Mesos cannot drain.
        case drain
        /// Lets the agent sign off from its master and stops it.
        case leave
        /// Restarts an agent that Mesos has lost.
        case restart
        /// Stops the agent, its executors and Docker, so that no task is left.
        case stop
        /// Starts Docker and the agent again.
        case start
        /// Whether a fresh node is ready; nothing by default.
        case ready
    }

    package let purpose: Purpose
    /// Lines of POSIX shell, run together as one script.
    package let lines: [String]
    /// What they find in their environment: `MAYFLY_NODE` and the like.
    package let values: [Value]

    /// A variable and what it holds.
    package struct Value: Hashable, Sendable {
        package let name: String
        package let text: String

        package init(_ name: String, _ text: String) {
            self.name = name
            self.text = text
        }
    }

    /// How long the lines may be together. 16 KiB: SSM takes no more than 64 KiB with all that is around them.
    package static let linesBytesMax = 16_384
    /// How long a value may be. 1 KiB: ids and names, not documents.
    package static let valueBytesMax = 1024

    package init(_ purpose: Purpose, lines: [String], values: [Value] = []) {
        self.purpose = purpose
        self.lines = lines
        self.values = values
    }

    /// Why it cannot be run anywhere, in words; nil where it can.
    package var fault: String? {
        if lines.reduce(0, { $0 + $1.utf8.count + 1 }) > Self.linesBytesMax { return "its lines are longer than \(Self.linesBytesMax) bytes" }
        if lines.contains(where: { $0.utf8.contains(0) }) { return "its lines hold a zero byte" }
        for value in values {
            if !Self.isName(value.name) { return "\(value.name.debugDescription) is no name of a variable: MAYFLY_ and capital letters" }
            if value.text.utf8.count > Self.valueBytesMax { return "\(value.name) is longer than \(Self.valueBytesMax) bytes" }
            if value.text.utf8.contains(0) { return "\(value.name) holds a zero byte" }
        }
        return nil
    }

    /// `MAYFLY_` and capital letters, digits and `_`: nothing that changes what a shell or a program does.
    private static func isName(_ name: String) -> Bool {
        name.hasPrefix("MAYFLY_") && name.utf8.count <= 64
            && name.utf8.allSatisfy {
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
            }
    }
}

extension HostCommand {
    /// What a host's commands may know of its node: each present one in a variable of its own.
    package static func values(
        node: NodeID, pool: PoolName?, address: Address?, agent: AgentID?, instance: InstanceID?, replacement: ReplacementID?
    ) -> [Value] {
        let all: [(String, String?)] = [
            ("MAYFLY_NODE", node.rawValue), ("MAYFLY_POOL", pool?.rawValue), ("MAYFLY_ADDRESS", address?.description), ("MAYFLY_AGENT", agent?.rawValue),
            ("MAYFLY_INSTANCE", instance?.rawValue), ("MAYFLY_REPLACEMENT", replacement.map { "\($0.number)" }),
        ]
        return all.compactMap { name, text in text.map { Value(name, $0) } }
    }

    /// The lines that do it on a DC/OS agent, where the configuration names no others. Empty: nothing is run.
    ///
    /// SIGUSR1 lets the agent unregister; the stop that follows keeps systemd from starting it again.
    package static func standardLines(_ purpose: Purpose) -> [String] {
        switch purpose {
        case .drain: ["systemctl kill -s SIGUSR1 docker && systemctl stop docker"]
        case .leave: [agent, #"systemctl kill -s SIGUSR1 "$agent" && systemctl stop "$agent""#]
        case .restart: [agent, #"systemctl restart "$agent""#]
        case .stop:
            // Executors live in a slice of their own and outlive their agent.
            [
                agent, #"systemctl stop "$agent""#, "stopped=$?", "systemctl stop mesos_executors.slice", "systemctl stop docker.socket docker || stopped=$?",
                "exit $stopped",
            ]
        case .start: [agent, #"systemctl start docker && systemctl start "$agent""#]
        case .beforeDrain, .ready: []
        }
    }

    /// The host knows best whether it is a public agent: what it was installed as is a file of this name, and one that Mesos has lost cannot be asked otherwise.
    private static let agent = "agent=dcos-mesos-slave; if [ -e /etc/mesosphere/roles/slave_public ]; then agent=dcos-mesos-slave-public; fi"
}
