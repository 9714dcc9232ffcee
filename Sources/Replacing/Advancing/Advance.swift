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
    /// - Parameter refuses: what the gates that are asked before harm say to a call of a step and, where it takes less than the whole node away, of what it takes: the
    ///   names of those that are shut.
    package func advance(_ look: Look, refuses: (Step, Taken?) -> [String], playbook: Playbook) -> Advance {
        withoutActuallyEscaping(refuses) { refuses in
            var deliberation = Deliberation(self, look: look, refuses: refuses, playbook: playbook)
            deliberation.run()
            return deliberation.advance
        }
    }
}
