import Foundation

/// What tells this machine from any other: a copy of the ledger on another one is no continuation of ours.
enum MachineID {
    /// `/etc/machine-id` (machine-id(5)): 32 hexadecimal digits, another on each machine, the same after a restart. Where there is none, as in some containers: the host's name.
    static func read(path: String = "/etc/machine-id") -> String {
        let written = (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        let isID = written.utf8.count == 32 && written.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        return isID ? written : ProcessInfo.processInfo.hostName
    }
}
