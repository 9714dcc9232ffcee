#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension LedgerStore {
    /// Bytes of the file and of its WAL together, as the file system has them; without opening either.
    package var sizeBytes: Int64 { Self.sizeBytes(path: path) }

    package static func sizeBytes(path: String) -> Int64 {
        ["", "-wal"].reduce(into: 0) { sum, ending in
            var status = stat()
            if stat(path + ending, &status) == 0 { sum += Int64(status.st_size) }
        }
    }

    /// Bytes that are free where a file is or would be, for who is not root. Nil when the file system does not say.
    package static func freeBytes(beside path: String) -> Int64? {
        let directory = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
        var status = statvfs()
        guard statvfs(directory.isEmpty ? "/" : directory, &status) == 0 else { return nil }
        return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }
}
