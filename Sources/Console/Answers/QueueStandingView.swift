import Daemon
import Fleet
import Rounds

extension QueueStanding {
    /// For people: whether the queue of AWS' events is read, and what came of it.
    func words(at now: Timestamp) -> String {
        var words: [String] = []
        if let failing {
            words.append("fails since \(failing.since.shown), polls go on without it: \(failing.reason)")
        } else {
            words.append(lastRead.map { "read \((now - $0).text) ago" } ?? "not read yet")
        }
        words.append("\(messages) message\(messages == 1 ? "" : "s") came")
        words.append("\(looks) look\(looks == 1 ? "" : "s") at some instances alone")
        if parked > 0 { words.append("\(parked == 1 ? "1 hint waits" : "\(parked) hints wait") for an instance that is not known yet") }
        if quarantined > 0 {
            words.append("\(quarantined) message\(quarantined == 1 ? "" : "s") in quarantine" + (lastReason.map { ", the last: \($0)" } ?? ""))
        }
        return words.joined(separator: "; ")
    }
}

/// The same, for programs.
struct QueueStandingView: Encodable {
    private let standing: QueueStanding

    init(_ standing: QueueStanding) { self.standing = standing }

    private enum Key: String, CodingKey {
        case lastRead = "last_read", failingSince = "failing_since", problem, messages, nothing, unreadable, looked, repeated, old, parked, quarantined,
            lastReason = "last_reason", looks
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(standing.lastRead?.description, forKey: .lastRead)
        try container.encodeIfPresent(standing.failing?.since.description, forKey: .failingSince)
        try container.encodeIfPresent(standing.failing?.reason, forKey: .problem)
        try container.encode(standing.messages, forKey: .messages)
        try container.encode(standing.nothings, forKey: .nothing)
        try container.encode(standing.unreadable, forKey: .unreadable)
        try container.encode(standing.looked, forKey: .looked)
        try container.encode(standing.repeated, forKey: .repeated)
        try container.encode(standing.old, forKey: .old)
        try container.encode(standing.parked, forKey: .parked)
        try container.encode(standing.quarantined, forKey: .quarantined)
        try container.encodeIfPresent(standing.lastReason, forKey: .lastReason)
        try container.encode(standing.looks, forKey: .looks)
    }
}
