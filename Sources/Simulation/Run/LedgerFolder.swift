import FoundationEssentials
package import Fleet
package import Ledger

/// A folder with the ledger of one run, which is gone when the run is.
///
/// A process that is killed leaves its file and its WAL as they are: each opening works on a copy of what the one before has left.
package final class LedgerFolder {
    private let folder: String
    private var openings = 0

    /// - Parameter parent: where the folder is made; in memory where there is `/dev/shm`.
    package init(in parent: String? = nil) throws {
        let memory = "/dev/shm"
        let parent = parent ?? (FileManager.default.isWritableFile(atPath: memory) ? memory : FileManager.default.temporaryDirectory.path)
        folder = parent + "/mayfly-run-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    package func open(_ now: Timestamp) throws -> LedgerStore {
        let (old, new) = ("\(folder)/\(openings).db", "\(folder)/\(openings + 1).db")
        if openings > 0 {
            for ending in ["", "-wal"] where FileManager.default.fileExists(atPath: old + ending) {
                try FileManager.default.copyItem(atPath: old + ending, toPath: new + ending)
            }
        }
        openings += 1
        return try LedgerStore.open(path: new, purpose: .daemon, now: now)
    }
}
