import Daemon
import Fleet

extension EventStanding {
    /// For people: whether the stream lives, and what came of it.
    var words: String {
        let came = "\(events) came, and woke \(rounds) round\(rounds == 1 ? "" : "s") and \(looks) look\(looks == 1 ? "" : "s")"
        if isUp { return "the stream lives since \(since.shown); \(came)" }
        guard let problem else { return "no stream yet" }
        return "no stream since \(since.shown), polls go on without it: \(problem); \(came)"
    }
}

/// The same, for programs.
struct EventStandingView: Encodable {
    private let standing: EventStanding

    init(_ standing: EventStanding) { self.standing = standing }

    private enum Key: String, CodingKey { case isUp = "up", since, problem, events, unreadable, streams, rounds, looks }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(standing.isUp, forKey: .isUp)
        try container.encode(standing.since.description, forKey: .since)
        try container.encodeIfPresent(standing.problem, forKey: .problem)
        try container.encode(standing.events, forKey: .events)
        try container.encode(standing.unreadable, forKey: .unreadable)
        try container.encode(standing.streams, forKey: .streams)
        try container.encode(standing.rounds, forKey: .rounds)
        try container.encode(standing.looks, forKey: .looks)
    }
}
