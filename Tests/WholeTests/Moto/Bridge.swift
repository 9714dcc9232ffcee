import Demo
import Fleet
import Foundation
import Simulation
import Testing

/// What happens in moto happens in the invented cluster: an instance that runs boots and its agent joins, one that ends takes its agent with it, and what SSM was
/// told to run on a host is done there. The other way nothing.
struct Bridge {
    let cloud: Cloud
    let cluster: DemoCluster

    /// How often moto is looked at, in real time: it tells nobody what happens in it.
    private static let every = Duration.milliseconds(100)

    /// For as long as the body goes on.
    func during(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask {
                do { try await run() } catch { if !Task.isCancelled { Issue.record("moto could not be looked at: \(error)") } }
            }
            defer { group.cancelAll() }
            try await body()
        }
    }

    private func run() async throws {
        var obeyed = 0
        while true {
            let seen = try await cloud.seen()
            // A host does what it was told before it ends.
            for command in seen.commands.dropFirst(obeyed) {
                let outcome = cluster.run(command.lines, on: InstanceID(command.instance))
                if outcome == nil { Issue.record("no invented host knows \(command.lines)") }
            }
            obeyed = seen.commands.count
            cluster.change { world in
                for host in seen.machines {
                    switch host.state {
                    case "running": if let given = host.given { world.admit(given) }
                    case "shutting-down", "terminated": world.dismiss(host.instance)
                    default: break
                    }
                }
            }
            // As often as it is looked at; it ends with the body.
            try await Task.sleep(for: Self.every)
        }
    }
}
