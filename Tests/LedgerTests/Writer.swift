import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// The process of its own that writes to a ledger: see `Tests/LedgerWriter`.
final class Writer {
    private let process = Process()
    private let output = Pipe()
    private var rest = Data()

    init(path: String, first: Int64 = 1) throws {
        // Beside the test runner, where the build puts both.
        let runner = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.executableURL = URL(fileURLWithPath: runner).deletingLastPathComponent().appendingPathComponent("LedgerWriter")
        process.arguments = [path, String(first)]
        process.standardOutput = output
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    /// The next line; nil at the end.
    func line() -> String? {
        while true {
            if let end = rest.firstIndex(of: 10) {
                let line = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
                rest = Data(rest[(end + 1)...])
                return line
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            rest.append(more)
        }
    }

    /// SIGKILL; then what it had written before.
    func kill() -> [String] {
        #if canImport(Glibc)
        Glibc.kill(process.processIdentifier, SIGKILL)
        #endif
        var lines: [String] = []
        while let line = line() { lines.append(line) }
        process.waitUntilExit()
        return lines
    }

    /// The exit code, once it has ended by itself.
    func exitCode() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }
}
