package import Fleet

extension Pause {
    /// `by alice since 2026-11-26T09:12:00Z until 2026-11-26T11:12:00Z: the reason`.
    package var words: String {
        "by \(who) since \(since.description.prefix(19))Z" + (until.map { " until \($0.description.prefix(19))Z" } ?? ", until somebody resumes")
            + ": \(reason)"
    }
}

/// The kill switch, in JSON.
package struct PauseView: Encodable, Sendable {
    let pause: Pause

    package init(_ pause: Pause) { self.pause = pause }

    private enum Key: String, CodingKey { case who, reason, since, until }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(pause.who, forKey: .who)
        try container.encode(pause.reason, forKey: .reason)
        try container.encode(pause.since.description, forKey: .since)
        try container.encodeIfPresent(pause.until?.description, forKey: .until)
    }
}

extension Refresh {
    /// `open until 2026-11-26T16:00:00Z, by alice since 2026-11-26T09:00:00Z: the reason`.
    package var words: String { "open until \(until.description.prefix(19))Z, by \(who) since \(since.description.prefix(19))Z: \(reason)" }
}

/// A refresh that is open, in JSON.
package struct RefreshView: Encodable, Sendable {
    let refresh: Refresh

    package init(_ refresh: Refresh) { self.refresh = refresh }

    private enum Key: String, CodingKey { case who, reason, since, until }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(refresh.who, forKey: .who)
        try container.encode(refresh.reason, forKey: .reason)
        try container.encode(refresh.since.description, forKey: .since)
        try container.encode(refresh.until.description, forKey: .until)
    }
}

/// A hold, in JSON.
package struct HoldView: Encodable, Sendable {
    let hold: Hold

    package init(_ hold: Hold) { self.hold = hold }

    private enum Key: String, CodingKey { case node, who, reason, since, until }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(hold.node.rawValue, forKey: .node)
        try container.encode(hold.who, forKey: .who)
        try container.encode(hold.reason, forKey: .reason)
        try container.encode(hold.since.description, forKey: .since)
        try container.encode(hold.until.description, forKey: .until)
    }
}

/// A latch, in JSON.
package struct LatchView: Encodable, Sendable {
    let latch: Latch

    package init(_ latch: Latch) { self.latch = latch }

    private enum Key: String, CodingKey { case name, reason, since, lastSeen = "last_seen", releasesAt = "releases_at", accepted }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(latch.name.rawValue, forKey: .name)
        try container.encode(latch.reason, forKey: .reason)
        try container.encode(latch.since.description, forKey: .since)
        try container.encode(latch.lastSeen.description, forKey: .lastSeen)
        try container.encodeIfPresent(latch.releases?.description, forKey: .releasesAt)
        try container.encode(!latch.isTripped, forKey: .accepted)
    }
}

extension Latch {
    /// Why it tripped, since when, and how it is released.
    package var words: String {
        let release =
            if let acceptance {
                "; accepted by \(acceptance.who): \(acceptance.reason)"
            } else if let releases {
                "; releases by itself at \(releases.description.prefix(19))Z, if it is over"
            } else {
                "; mayfly accept \(name) --reason … releases it"
            }
        return "since \(since.description.prefix(19))Z: \(reason)\(release)"
    }
}

extension ClaimStanding {
    /// How it stands, for people.
    package func words(at now: Timestamp) -> String {
        switch self {
        case .none: "none: there is no store that could hold one, so nothing is done in the cluster"
        case .ours(let confirmedAt): "ours, confirmed \(max(.zero, now - confirmedAt).text) ago"
        case .settling(let end): "ours, and nothing is done on it before \(end.description.prefix(19))Z: whoever had it may act until then"
        case .foreign(let claim, _):
            "another's: ledger \(claim.ledger) on machine \(claim.machine), written \(claim.writtenAt.description.prefix(19))Z by its clock; "
                + "mayfly take-over takes it over once nobody has written it for five minutes"
        case .unknown: "unknown: it could not be read or written yet, so nothing is done in the cluster"
        }
    }

    /// The word in JSON.
    package var word: String {
        switch self {
        case .none: "none"
        case .ours: "ours"
        case .settling: "settling"
        case .foreign: "foreign"
        case .unknown: "unknown"
        }
    }
}
