import Fleet
import Ledger
import Planning

extension Working {
    /// How often it is written that a latch goes on: what a cool-down is counted from may be a minute old after a restart.
    private static let latchWrittenEvery = Duration.seconds(60)

    mutating func accept(_ name: LatchName, _ command: Command) throws(CommandRefusal) {
        guard work.latches[name] != nil else {
            let names = work.latches.keys.sorted().map(\.rawValue).joined(separator: ", ")
            throw CommandRefusal(command, "no latch \(name) has tripped" + (names.isEmpty ? "" : ": \(names) have"))
        }
        work.latches[name] = nil
        work.storedLatches[name] = nil
        entry.brakes.append(.latch(name, nil))
    }

    /// What the planning made of the latches.
    mutating func noteLatches(_ latches: [LatchName: Latch]) {
        for name in Set(work.latches.keys).union(latches.keys).sorted() {
            switch (work.latches[name], latches[name]) {
            case (nil, let latch?):
                audit.append(AuditEntry(at: now, kind: .latchTripped, details: ["latch": name.rawValue, "reason": latch.reason]))
                write(latch, name)
            case (_?, nil):
                audit.append(AuditEntry(at: now, kind: .latchReleased, details: ["latch": name.rawValue]))
                write(nil, name)
            case (_, let latch?) where isWorthWriting(latch, name): write(latch, name)
            case (_, _): break
            }
        }
        work.latches = latches
    }

    private mutating func write(_ latch: Latch?, _ name: LatchName) {
        work.storedLatches[name] = latch
        entry.brakes.append(.latch(name, latch))
    }

    private func isWorthWriting(_ latch: Latch, _ name: LatchName) -> Bool {
        guard var stored = work.storedLatches[name] else { return true }
        if latch.lastSeen - stored.lastSeen >= Self.latchWrittenEvery { return true }
        stored.lastSeen = latch.lastSeen
        return stored != latch
    }
}
