import Fleet
import Ledger

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A process of its own for the tests: holds a ledger, and records numbered rounds until it is killed.
///
/// `LedgerWriter PATH FIRST`: after each round whose `record` has returned it writes `recorded N` and a line feed, in one write. The first line is
/// `open`; or `error: …`, with exit code 1.
@main
enum LedgerWriter {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let first = Int64(arguments[2]) else {
            say("error: usage: LedgerWriter PATH FIRST")
            exit(2)
        }
        do {
            let ledger = try LedgerStore.open(path: arguments[1], purpose: .daemon, now: time(first))
            say("open")
            for number in first... {
                try ledger.record(entry(number))
                say("recorded \(number)")
            }
        } catch {
            say("error: \(error)")
            exit(1)
        }
    }

    /// Round `number`: one more node, a member that moves to it, an in-sync set, and a fact that says the number on each of eight nodes, so that a half of it would show.
    private static func entry(_ number: Int64) -> RoundEntry {
        let at = time(number)
        let node = Node(id: NodeID("i-\(number)"), instance: InstanceID("i-\(number)"), agent: nil, firstSeen: at)
        var observations = [Observation(node: node.id, fact: .imageTime, reading: .integer(number), from: at)]
        for back in 1..<Int64(8) where number - back >= 1 {
            observations.append(Observation(node: NodeID("i-\(number - back)"), fact: .imageTime, reading: .integer(number), from: at))
        }
        var entry = RoundEntry(
            at: at, interval: .seconds(1), nodes: [.came(node)], observations: observations,
            audit: [AuditEntry(at: at, kind: .gap, subject: node.id, details: ["round": "\(number)"])])
        let key = RecordedMember.Key(ServiceMember("prod/kafka", "kafka-0"), on: "A1")
        let sets = InSyncSets([TopicSighting.Partition(number: 0, leader: 0, inSync: [Int(number)])])
        entry.services.services = [RecordedService(name: "prod/kafka")]
        entry.services.members = [RecordedMember(key, node: node.id, state: "\(number)")]
        entry.services.topics = ["prod/kafka": [TopicSync(name: "orders", sets: sets, full: sets)]]
        return entry
    }

    private static func time(_ number: Int64) -> Timestamp { Timestamp(milliseconds: 1_800_000_000_000 + number * 1000) }

    /// One write, so that a line is there whole or not at all.
    private static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }
}
