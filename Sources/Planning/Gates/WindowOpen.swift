package import Fleet

extension Gate {
    /// The rule's interval is open, and the replacement is expected to end before it closes; so, of an outdated node, with the refresh that it waits for.
    ///
    /// Starts are spread over the first minutes, each node at its own place: many daemons, or many nodes, that share an interval do not all begin at
    /// its first second. A person who asks has chosen the time.
    package static let window = Gate(.window, beforeHarm: false) { question, situation in
        guard let rule = question.rule else { return GateAnswer(.window, .open, "a person asked for it, at any time") }
        if let refusal = unopened(question, situation) { return refusal }
        guard let window = situation.windows[rule.name] else {
            return GateAnswer(.window, .unknown, "what the interval of \(rule.name) says is unknown")
        }
        let now = situation.now
        switch window.state {
        case .none: return GateAnswer(.window, .open, "\(rule.name) names no interval")
        case .shut(opens: nil): return GateAnswer(.window, .never, "the interval of \(rule.name) never opens")
        case .shut(opens: let opens?):
            let expected = expected(question, situation)
            if let first = window.coming.first, !first.fits(expected) {
                return waiting(for: expected, in: window, "the interval of \(rule.name) is shut", at: now, values: ["opens": opens.description])
            }
            return GateAnswer(
                .window, .shutUntil(opens), "the interval of \(rule.name) is shut until \(opens.text(at: now))", values: ["opens": opens.description])
        case .open: return open(window, question, situation)
        }
    }

    /// Over how long starts are spread after an interval opens, at most.
    package static let jitterMax = Duration.seconds(600)

    private static func open(_ window: Window, _ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        let expected = expected(question, situation)
        let now = situation.now
        var values = ["expected_duration": expected.text]
        if let closes = window.closes {
            values["closes"] = closes.description
            if now + expected > closes {
                return waiting(for: expected, in: window, "the interval closes at \(closes.text(at: now))", at: now, values: values)
            }
        }
        if let opened = window.opened {
            let room = window.closes.map { $0 - expected - opened } ?? jitterMax
            let start = opened + place(of: question.node, within: min(jitterMax, max(.zero, room)))
            if start > now {
                return GateAnswer(
                    .window, .shutUntil(start),
                    "starts are spread after the interval opened at \(opened.text(at: now)), and its turn is at \(start.text(at: now))",
                    values: values)
            }
        }
        return GateAnswer(.window, .open, window.closes.map { "the interval is open until \($0.text(at: now))" } ?? "the interval is open", values: values)
    }

    /// What stands against an outdated node where outdated nodes wait until somebody has opened a refresh. Nil: nothing.
    private static func unopened(_ question: GateQuestion, _ situation: Situation) -> GateAnswer? {
        guard situation.asksForRefresh, question.cause.findingClass == .outdated else { return nil }
        let now = situation.now
        guard let refresh = situation.refresh, refresh.until > now else {
            return GateAnswer(.window, .shut, "nobody has opened a refresh: mayfly refresh does, for a time")
        }
        let expected = expected(question, situation)
        if now + expected <= refresh.until { return nil }
        let end = refresh.until.text(at: now)
        return GateAnswer(
            .window, .shut, "a replacement is expected to take \(expected.text), and the refresh that \(refresh.who) opened ends at \(end)",
            values: ["expected_duration": expected.text, "refresh_until": refresh.until.description])
    }

    private static func expected(_ question: GateQuestion, _ situation: Situation) -> Duration {
        situation.expectedDuration(of: question.node.pool) * (1 + before(question, situation))
    }

    /// Until the next opening that is long enough. Where the calendar shows openings and none is, that is for a person.
    private static func waiting(
        for expected: Duration, in window: Window, _ present: String, at now: Timestamp, values: [String: String]
    ) -> GateAnswer {
        var values = values
        values["expected_duration"] = expected.text
        let words = "a replacement is expected to take \(expected.text), and \(present)"
        guard let next = window.coming.first(where: { $0.fits(expected) }) else {
            guard let last = window.coming.last else { return GateAnswer(.window, .shut, words, values: values) }
            let longest = window.coming.compactMap { opening in opening.closes.map { $0 - opening.opens } }.max() ?? .zero
            return GateAnswer(
                .window, .never, "\(words); none of its openings until \(last.opens.text(at: now)) lasts longer than \(longest.text)", values: values)
        }
        let skipped = window.coming.first == next ? "" : " for long enough"
        values["opens"] = next.opens.description
        return GateAnswer(.window, .shutUntil(next.opens), "\(words), it opens\(skipped) again at \(next.opens.text(at: now))", values: values)
    }

    /// How many of the same service go before it, where it begins ahead and waits for its turn.
    private static func before(_ question: GateQuestion, _ situation: Situation) -> Int {
        guard question.isAhead(in: situation), let members = question.node.members else { return 0 }
        let others = question.others(in: situation)
        return Set(members.map(\.service)).map { service in others.count { work in work.members.contains { $0.service == service } } }.max() ?? 0
    }

    /// A node with members has its place in the second half, so that the order of work is kept: fewest members first.
    private static func place(of node: NodeStatus, within span: Duration) -> Duration {
        let half = span / 2
        return node.members?.isEmpty == true ? jitter(of: node.id, within: half) : half + jitter(of: node.id, within: span - half)
    }

    /// A node's own place within a span, the same on every machine and after every restart: 64 bits of FNV-1a, mixed so that ids that differ in their last
    /// letter lie apart.
    package static func jitter(of node: NodeID, within span: Duration) -> Duration {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in node.rawValue.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
        hash ^= hash >> 33
        return .milliseconds(Int64(hash % UInt64(max(0, span.inMilliseconds) + 1)))
    }
}
