package import Fleet

/// How a target of alerts is doing, in JSON.
package struct AlertStandingView: Encodable, Sendable {
    let standing: AlertStanding

    package init(_ standing: AlertStanding) { self.standing = standing }

    private enum Key: String, CodingKey {
        case target, queued, oldestQueuedAt = "oldest_queued_at", lastSuccess = "last_success", lastFailure = "last_failure", failure,
            failingSince = "failing_since", delivered, refused, dropped, merged, lostAt = "lost_at"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(standing.target.rawValue, forKey: .target)
        try container.encode(standing.queued, forKey: .queued)
        try container.encodeIfPresent(standing.oldestQueuedAt?.description, forKey: .oldestQueuedAt)
        try container.encodeIfPresent(standing.lastSuccess?.description, forKey: .lastSuccess)
        try container.encodeIfPresent(standing.lastFailure?.description, forKey: .lastFailure)
        try container.encodeIfPresent(standing.failure, forKey: .failure)
        try container.encodeIfPresent(standing.failingSince?.description, forKey: .failingSince)
        try container.encode(standing.delivered, forKey: .delivered)
        try container.encode(standing.refused, forKey: .refused)
        try container.encode(standing.dropped, forKey: .dropped)
        try container.encode(standing.merged, forKey: .merged)
        try container.encodeIfPresent(standing.lostAt?.description, forKey: .lostAt)
    }
}
