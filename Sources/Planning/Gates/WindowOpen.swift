package import Fleet

extension Gate {
    /// The rule's interval is open, and the replacement is expected to end before it closes.
    ///
    /// Starts are spread over the first minutes, each node at its own place: many daemons, or many nodes, that share an interval do not all begin at
    /// its first second. A person who asks has chosen the time.
    package static let window = Gate(.window, beforeHarm: false) { question, situation in
        guard let rule = question.rule else { return GateAnswer(.window, .open, "a person asked for it, at any time") }
        guard let window = situation.windows[rule.name] else {
            return GateAnswer(.window, .unknown, "what the interval of \(rule.name) says is unknown")
        }
        let now = situation.now
        switch window.state {
        case .none: return GateAnswer(.window, .open, "\(rule.name) names no interval")
        case .shut(opens: nil): return GateAnswer(.window, .never, "the interval of \(rule.name) never opens")
        case .shut(opens: let opens?):
            return GateAnswer(
                .window, .shutUntil(opens), "the interval of \(rule.name) is shut until \(opens.text(at: now))", values: ["opens": opens.description])
        case .open: return open(window, question, situation)
        }
    }

    /// Over how long starts are spread after an interval opens, at most.
    package static let jitterMax = Duration.seconds(600)

    private static func open(_ window: Window, _ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        let before = before(question, situation)
        let expected = situation.expectedDuration(of: question.node.pool) * (1 + before)
        let now = situation.now
        var values = ["expected_duration": expected.text]
        if let closes = window.closes {
            values["closes"] = closes.description
            if let opened = window.opened, opened + expected > closes {
                let length = (closes - opened).text
                return GateAnswer(.window, .never, "a replacement is expected to take \(expected.text), and the interval lasts only \(length)", values: values)
            }
            if now + expected > closes {
                let next = window.reopens.map { ", it opens again at \($0.text(at: now))" } ?? ""
                return GateAnswer(
                    .window, window.reopens.map { .shutUntil($0) } ?? .shut,
                    "a replacement is expected to take \(expected.text), and the interval closes at \(closes.text(at: now))\(next)", values: values)
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
