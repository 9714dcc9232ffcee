internal import Fleet
internal import FoundationEssentials
internal import Replacing
internal import Simulation
internal import Synchronization

/// The commands that SSM was told to run, and how they stand.
final class CommandDesk: Sendable {
    private let commands = Mutex<[String: Command]>([:])

    struct Command: Sendable {
        let id: String
        let instance: InstanceID
        let comment: String
        let sentAt: Timestamp
        let end: End
    }

    /// How a command ends, once it has had the time that it takes.
    enum End: Hashable, Sendable {
        case success
        /// The host did not know what was asked of it: the exit code and what it wrote.
        case failed(Int, String)
        /// Nobody took it.
        case undeliverable
    }

    /// From the call to the end of the command.
    static let duration = Duration.seconds(2)
    private static let commandsMax = 10_000

    /// Notes a command; its id.
    func enter(_ instance: InstanceID, comment: String, end: End, at time: Timestamp) -> String {
        let id = UUID().uuidString.lowercased()
        commands.withLock { commands in
            if commands.count >= Self.commandsMax { commands = [:] }
            commands[id] = Command(id: id, instance: instance, comment: comment, sentAt: time, end: end)
        }
        return id
    }

    func command(_ id: String) -> Command? { commands.withLock { $0[id] } }
}

/// What an invented host makes of lines of shell: it has no shell, and knows the few commands by which agents are restarted, stopped and signed off.
enum HostShell {
    /// Nil: lines that it does not know.
    static func action(of lines: [String], on node: NodeID) -> Action? {
        // Hooks that have nothing to do.
        if lines.allSatisfy({ ["true", "set -u"].contains($0) }) { return .ready(node) }
        let text = lines.joined(separator: "\n")
        let isAgent = text.contains("dcos-mesos-slave")
        if text.contains("systemctl restart"), isAgent { return .restartAgent(node) }
        if text.contains("SIGUSR1"), isAgent { return .leave(node) }
        if text.contains("SIGUSR1"), text.contains("docker") { return .drainHost(node) }
        if text.contains("systemctl stop"), text.contains("mesos_executors.slice") { return .stopHost(node) }
        if text.contains("systemctl start"), isAgent { return .startHost(node) }
        return nil
    }
}
