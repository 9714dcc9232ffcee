import Fleet
package import Rules

/// How a rule stands over the fleet, in JSON.
package struct RuleStandingView: Encodable, Sendable {
    let standing: RuleStanding

    package init(_ standing: RuleStanding) { self.standing = standing }

    private enum Key: String, CodingKey { case rule, matches, unknown, limited, limit, idle, failure }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(standing.rule.rawValue, forKey: .rule)
        try container.encode(standing.matches, forKey: .matches)
        try container.encode(standing.unknown.count, forKey: .unknown)
        if let limit = standing.limit {
            try container.encode(true, forKey: .limited)
            try container.encode(limit.limit, forKey: .limit)
        }
        try container.encodeIfPresent(standing.idle?.description, forKey: .idle)
        try container.encodeIfPresent(standing.failure, forKey: .failure)
    }
}
