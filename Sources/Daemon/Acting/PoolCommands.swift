package import Hosts

/// What is run on a pool's hosts, and how it gets there.
package struct PoolCommands: Hashable, Sendable {
    /// How a command reaches a host.
    package enum Way: Hashable, Sendable {
        /// AWS Systems Manager, by its document `AWS-RunShellScript`, which runs lines as they are: what a node is called they do not learn.
        case ssm
        case ssh(SSHSettings)
    }

    package var way: Way
    /// What the operator wrote, by purpose.
    package var written: [HostCommand.Purpose: [String]]
    /// How long one may run. Five minutes by default, within the deadline of every step that has one.
    package var timeout: Duration

    package init(way: Way, written: [HostCommand.Purpose: [String]] = [:], timeout: Duration = .seconds(300)) {
        self.way = way
        self.written = written
        self.timeout = timeout
    }

    /// Empty: there is nothing to run.
    package func lines(_ purpose: HostCommand.Purpose) -> [String] { written[purpose] ?? HostCommand.standardLines(purpose) }
}
