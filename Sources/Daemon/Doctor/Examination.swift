import Fleet
import Ledger
import Rules
import Wire

/// Tries every source and permission that a configuration needs, without changing anything.
///
/// Each check is a function that returns what it found; another source is another one in `checks`.
package struct Examination: Sendable {
    package let configuration: Configuration
    package let clients: Clients
    package let time: Time
    /// Of the daemon that examines itself. Nil: of a command, which opens the ledger to see whether it can be read.
    let bulletin: Bulletin?

    package struct Check: Sendable {
        /// What is said of it when it does not end.
        let name: String
        let perform: @Sendable (Examination) async -> [Checkup]

        package init(_ name: String, _ perform: @escaping @Sendable (Examination) async -> [Checkup]) {
            self.name = name
            self.perform = perform
        }
    }

    package init(_ configuration: Configuration, clients: Clients, time: Time, bulletin: Bulletin? = nil) {
        self.configuration = configuration
        self.clients = clients
        self.time = time
        self.bulletin = bulletin
    }

    /// All of them, in the order in which they are told.
    package static let checks: [Check] = [
        Check("files") { Self.files($0.configuration, isDaemon: $0.bulletin != nil) }, Check("ledger") { $0.ledger() },
        Check("masters") { await $0.masters() }, Check("AWS") { await $0.aws() }, Check("acting") { await $0.acting() }, Check("DC/OS") { await $0.dcos() },
        Check("Terraform") { await $0.terraform() }, Check("services") { await $0.services() }, Check("alerts") { await $0.alerts() },
    ]

    /// No check takes longer, whatever it waits for. The services' poll, the longest, takes 50 seconds by itself; AWS' answers come in pages.
    package static let timeMax = Duration.seconds(90)

    /// Tries all side by side: a source that hangs holds up no other, and is said to hang after `timeMax`.
    package func run(_ checks: [Check] = Self.checks, within timeMax: Duration = Self.timeMax) async -> [Checkup] {
        await withTaskGroup(of: (Int, [Checkup]).self) { group in
            for (index, check) in checks.enumerated() { group.addTask { (index, await perform(check, within: timeMax)) } }
            var found: [(Int, [Checkup])] = []
            for await one in group { found.append(one) }
            return found.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    /// In real time, as the time-outs of HTTP are: what is tried is outside of the program.
    private func perform(_ check: Check, within timeMax: Duration) async -> [Checkup] {
        await withTaskGroup(of: [Checkup]?.self) { group in
            group.addTask { await check.perform(self) }
            group.addTask {
                // Cut short when the check has ended first: then nobody waits for what this returns.
                do { try await Task.sleep(for: timeMax) } catch {}
                return nil
            }
            defer { group.cancelAll() }
            if let found = await group.next() ?? nil { return found }
            return [.fail(check.name, "no end within \(timeMax.text)", remedy: "look for what hangs: the other checks and the daemon's log name each call")]
        }
    }

    /// What needs no client.
    package static func files(_ configuration: Configuration, isDaemon: Bool) -> [Checkup] {
        [.ok("configuration", configuration.path + (isDaemon ? ", as it was when the daemon started" : "")), rules(configuration)]
    }

    private static func rules(_ configuration: Configuration) -> Checkup {
        do throws(RuleFileErrors) {
            let rules = try RuleSet.load(directory: configuration.rulesDirectory)
            return .ok("rules", "\(rules.rules.count) in \(configuration.rulesDirectory)")
        } catch {
            return .fail("rules", "\(error)".replacing("\n", with: "; "), remedy: "mend the files; mayfly rules check shows them one by one")
        }
    }
}
