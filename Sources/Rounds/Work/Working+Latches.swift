import Fleet
import Ledger
import Planning
import Replacing

extension Working {
    /// How often it is written that a latch goes on: what a cool-down is counted from may be a minute old after a restart.
    private static let latchWrittenEvery = Duration.seconds(60)

    mutating func accept(_ name: LatchName, _ command: Command) throws(CommandRefusal) {
        guard work.latches[name]?.isTripped == true else {
            let names = work.latches.values.filter(\.isTripped).map(\.name).sorted().map(\.rawValue).joined(separator: ", ")
            throw CommandRefusal(command, "no latch \(name) has tripped" + (names.isEmpty ? "" : ": \(names) have"))
        }
        work.latches[name]?.accept(who: command.who, reason: command.reason, at: now)
        write(work.latches[name], name)
    }

    /// A fresh node that did not come, or not through probation, makes its image the suspect, for all that come after it.
    mutating func quarantine(by transition: Replacing.Transition, of id: ReplacementID, in situation: inout Situation) {
        guard case .parked(let reason, let words) = transition, [.joinFailed, .probationFailed].contains(reason) else { return }
        guard let replacement = work.replacements[id], let image = replacement.triedImage else { return }
        let name = LatchName.quarantine(image)
        let before = work.latches[name]
        let nodes = Set((before?.nodes ?? []) + [replacement.node]).sorted()
        let latch = Latch(
            name: name, reason: "a fresh node of \(image) failed in replacement \(id): \(words)",
            since: before.flatMap { $0.isTripped ? $0.since : nil } ?? now, lastSeen: now, cooldown: nil, nodes: nodes, count: nodes.count)
        if before?.isTripped != true { noteTrip(latch) }
        work.latches[name] = latch
        situation.latches[name] = latch
        write(latch, name)
    }

    private mutating func noteTrip(_ latch: Latch) {
        audit.append(AuditEntry(at: now, kind: .latchTripped, details: ["latch": latch.name.rawValue, "reason": latch.reason]))
    }

    /// What the planning made of the latches.
    mutating func noteLatches(_ latches: [LatchName: Latch]) {
        for name in Set(work.latches.keys).union(latches.keys).sorted() {
            switch (work.latches[name], latches[name]) {
            case (nil, let latch?):
                noteTrip(latch)
                write(latch, name)
            case (let before?, let latch?) where latch.isTripped && !before.isTripped:
                noteTrip(latch)
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
