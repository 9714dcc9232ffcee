import Fleet
import Ledger
import Rounds

extension Examination {
    /// Less than so much free space is said, in bytes: a first round of 10,000 nodes takes 30 MB.
    private static let freeBytesMin: Int64 = 512 << 20

    func ledger() -> [Checkup] { [space(), bulletin.map { held($0.read()) } ?? atRest()] }

    private func space() -> Checkup {
        let path = configuration.ledger.path
        guard let free = LedgerStore.freeBytes(beside: path) else {
            return .fail("ledger space", "\(path): its directory cannot be read", remedy: "create it, or change ledger.path")
        }
        let size = LedgerStore.sizeBytes(path: path)
        return free >= Self.freeBytesMin
            ? .ok("ledger space", "\(path) has \(size >> 20) MiB, \(free >> 20) MiB are free")
            : .warn("ledger space", "\(path): only \(free >> 20) MiB are free", remedy: "make room, or shorten ledger.retention")
    }

    /// The daemon has it open, and no second connection is made for an examination: the last round says whether it can be written.
    private func held(_ content: Bulletin.Content) -> Checkup {
        let path = configuration.ledger.path
        if let failing = content.failing {
            return .fail(
                "ledger", "\(path): no round could be recorded since \(failing.since): \(failing.reason)",
                remedy: "make room on its disk, or mend its permissions; the daemon tries again with every round")
        }
        guard content.report != nil else {
            return .warn("ledger", "\(path): no round has been recorded yet", remedy: "the first comes when Mesos and EC2 have answered once, or failed")
        }
        return .ok("ledger", "\(path) is held by this daemon; \(content.rounds) rounds recorded since it started")
    }

    private func atRest() -> Checkup {
        let path = configuration.ledger.path
        do throws(LedgerError) {
            try LedgerStore.open(path: path, purpose: .reading, now: time.now()).close()
            return .ok("ledger", "\(path) can be read")
        } catch {
            switch error.problem {
            case .held: return .ok("ledger", "\(path) is held by a running daemon")
            case .missing: return .warn("ledger", "\(path) is not there yet", remedy: "the daemon makes it in its first round")
            default: return .fail("ledger", "\(error)", remedy: "mend the file or its permissions, or change ledger.path")
            }
        }
    }
}
