package import Fleet

/// Something that must be open before a replacement may start, or before it may do harm.
///
/// A value in a list, so that what holds a node can be told apart, explained, and left out in a test that shows what it is for.
package struct Gate: Sendable {
    package let name: Name
    /// Whether it is asked before the start.
    package let isAskedAtStart: Bool
    /// Whether it is asked again before every harmful call.
    package let isAskedBeforeHarm: Bool
    /// Whether it is asked again when it is the turn of work that has waited and taken nothing yet: others may have gone before it meanwhile.
    package let isAskedAtTurn: Bool
    package let answer: @Sendable (GateQuestion, Situation) -> GateAnswer

    /// In the order in which they are asked.
    package enum Name: String, Hashable, Sendable, CaseIterable, Codable, CustomStringConvertible {
        case pause, mode, hold, identity, fresh, breaker, image, window, rate
        case inFlight = "in-flight"
        case successor, capacity, service

        package var description: String { rawValue }
    }

    package init(
        _ name: Name, atStart: Bool = true, beforeHarm: Bool, atTurn: Bool = false, answer: @escaping @Sendable (GateQuestion, Situation) -> GateAnswer
    ) {
        self.name = name
        isAskedAtStart = atStart
        isAskedBeforeHarm = beforeHarm
        isAskedAtTurn = atTurn
        self.answer = answer
    }
}

/// For which node, and before what, a gate is asked.
package struct GateQuestion: Sendable {
    package let node: NodeStatus
    /// Why it is to be replaced.
    package let cause: Cause
    /// Before what.
    package let moment: Moment
    /// This replacement itself, whose own slot, cordon and members do not count. Nil before the start.
    package let work: WorkInFlight?

    package enum Moment: Hashable, Sendable {
        case start
        /// Before a harmful call of this step; in `move`, of this member.
        case harm(Step, member: ServiceMember?)
        /// Before one instance of this app is asked to go, in `drain`.
        case instance(of: String)
    }

    /// What asks for the replacement.
    package enum Cause: Hashable, Sendable {
        case finding(Finding)
        case person(Request)

        package var findingClass: FindingClass {
            switch self {
            case .finding(let finding): finding.rule.findingClass
            case .person: .failing
            }
        }

        package var rule: RuleName? { if case .finding(let finding) = self { finding.rule.name } else { nil } }
        package var since: Timestamp {
            switch self {
            case .finding(let finding): finding.firingSince ?? finding.since
            case .person(let request): request.since
            }
        }
    }

    package init(node: NodeStatus, cause: Cause, moment: Moment, work: WorkInFlight? = nil) {
        self.node = node
        self.cause = cause
        self.moment = moment
        self.work = work
    }
}

/// What a gate says: open, or shut with the reason, and when it could open.
package struct GateAnswer: Hashable, Sendable, Codable {
    package let gate: Gate.Name
    package let state: State
    /// One sentence for people with the values that it rests on, without a full stop: `1 of 1 replacements of pool private are in flight: i-0a1 since 09:12`.
    package let reason: String
    /// The values, by name, as texts. For JSON.
    package let values: [String: String]

    package enum State: Hashable, Sendable, Codable {
        case open
        /// Shut; nobody can say when it opens.
        case shut
        /// Shut; the earliest time at which it could open.
        case shutUntil(Timestamp)
        /// Shut for good, as things are: a person has to change something. `reason` says what.
        case never
        /// Shut, for what it asks cannot be seen.
        case unknown
        /// It cannot be asked: in a back-test, of what was not recorded. Neither open nor shut.
        case notEvaluable
    }

    package init(_ gate: Gate.Name, _ state: State, _ reason: String, values: [String: String] = [:]) {
        self.gate = gate
        self.state = state
        self.reason = reason
        self.values = values
    }

    package var isOpen: Bool { state == .open || state == .notEvaluable }
    /// The earliest time at which it could open; nil when nobody can say, and when it is open.
    package var opens: Timestamp? { if case .shutUntil(let time) = state { time } else { nil } }
}
