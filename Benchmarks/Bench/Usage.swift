import Foundation
import Glibc

/// What this process has used so far. Children are not counted: the server that plays Mesos and AWS is one.
enum Usage {
    /// Seconds of CPU of all threads, in the program and in the kernel. POSIX counts them in millionths.
    static func cpuSeconds() -> Double { Double(clock()) / 1_000_000 }

    /// The most memory that was ever resident, in MiB. Nil where the kernel does not tell.
    static func peakMebibytes() throws -> Double? {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }) else { return nil }
        return line.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Double($0) }.map { $0 / 1024 }
    }
}
