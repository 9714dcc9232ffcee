import Fleet
import Ledger
import Wire

/// Tries every source and permission that a configuration needs, without changing anything.
///
/// Each check is a function that returns what it found; another source is another one in `checks`.
package struct Examination: Sendable {
    package let configuration: Configuration
    package let clients: Clients
    package let time: Time

    package typealias Check = @Sendable (Examination) async -> [Checkup]

    package init(_ configuration: Configuration, clients: Clients, time: Time) {
        self.configuration = configuration
        self.clients = clients
        self.time = time
    }

    /// All of them, in the order in which they are told.
    package static let checks: [Check] = [
        { $0.ledger() }, { await $0.masters() }, { await $0.aws() }, { await $0.dcos() }, { await $0.services() }, { await $0.alerts() },
    ]

    /// Tries all side by side: a source that hangs holds up no other. Each client has its own time-outs, of a minute at most.
    package func run() async -> [Checkup] {
        await withTaskGroup(of: (Int, [Checkup]).self) { group in
            for (index, check) in Self.checks.enumerated() { group.addTask { (index, await check(self)) } }
            var found: [(Int, [Checkup])] = []
            for await one in group { found.append(one) }
            return found.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    /// Less than so much free space is said, in bytes: a first round of 10,000 nodes takes 30 MB.
    private static let freeBytesMin: Int64 = 512 << 20

    private func ledger() -> [Checkup] {
        let path = configuration.ledger.path
        let size = LedgerStore.sizeBytes(path: path)
        var found: [Checkup] = []
        if let free = LedgerStore.freeBytes(beside: path) {
            found.append(
                free >= Self.freeBytesMin
                    ? .ok("ledger space", "\(path) has \(size >> 20) MiB, \(free >> 20) MiB are free")
                    : .warn("ledger space", "\(path): only \(free >> 20) MiB are free", remedy: "make room, or shorten ledger.retention"))
        } else {
            found.append(.fail("ledger space", "\(path): its directory cannot be read", remedy: "create it, or change ledger.path"))
        }
        do throws(LedgerError) {
            try LedgerStore.open(path: path, purpose: .reading, now: time.now()).close()
            found.append(.ok("ledger", "\(path) can be read"))
        } catch {
            switch error.problem {
            case .held: found.append(.ok("ledger", "\(path) is held by a running daemon"))
            case .missing: found.append(.warn("ledger", "\(path) is not there yet", remedy: "the daemon makes it in its first round"))
            default: found.append(.fail("ledger", "\(error)", remedy: "mend the file or its permissions, or change ledger.path"))
            }
        }
        return found
    }
}
