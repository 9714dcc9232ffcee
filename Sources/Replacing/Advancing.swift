package import Fleet

/// What one look comes to for a replacement.
package struct Advance: Hashable, Sendable {
    /// In order; applied and stored in the round.
    package var transitions: [Transition] = []
    /// What is to be read at once, for something harmful is next and rests on what was seen too long ago. Sorted.
    package var looks: [Action.Scope] = []

    package init(transitions: [Transition] = [], looks: [Action.Scope] = []) {
        self.transitions = transitions
        self.looks = looks
    }
}

extension Replacement {
    /// What is to become of it, given what is seen now. Pure: the same look gives the same, however often it is asked.
    ///
    /// - Parameter refuses: what the gates that are asked before harm say to a call of a step and, in `move`, of a member: the names of those that are shut.
    package func advance(_ look: Look, refuses: HarmVerdict, playbook: Playbook) -> Advance { Advance() }

    /// What it is after a transition. A transition that does not fit what it is, an event of an attempt that is over, changes nothing.
    package mutating func apply(_ transition: Transition, at now: Timestamp) {}

    /// A replacement as its transitions make it; nil when they do not begin with its beginning.
    package init?(replaying entries: [TransitionEntry]) {
        guard let first = entries.first, case .began(var replacement) = first.transition else { return nil }
        for entry in entries.dropFirst() { replacement.apply(entry.transition, at: entry.at) }
        self = replacement
    }

    /// What others have to take into account of it. Nil once it is over.
    package var inFlight: WorkInFlight? { nil }
}

extension Vital {
    /// By the witnesses' words, and what they said for people.
    package static func judge(_ signs: VitalSigns, playbook: Playbook) -> (vital: Vital, reason: String) { (.undecided, "") }
}

extension Playbook {
    package static let standard = Playbook(orders: [:], deadlines: [:], secondLooks: [:], witnesses: [])
}
