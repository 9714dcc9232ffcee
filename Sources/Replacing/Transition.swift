package import Fleet

/// What changes a replacement. Stored, each with its audit row, in the transaction of the round that made it.
package enum Transition: Hashable, Sendable, Codable {
    /// It begins: the whole first state.
    case began(Replacement)
    /// The step is done; the next one of the order begins.
    case stepped(to: Step)
    /// Another order from here on, and why: a living node that died on the way. With the same order: back to a step that is not done after all.
    case reordered(Order, to: Step, reason: String)
    /// The step is tried again.
    case retried(attempt: Int, reason: String)
    /// Stored before it is done.
    case intended(Intent)
    case answered(intent: Int, Intent.Answer)
    /// The members that are to be moved, as they were seen.
    case membersSeen([MemberMove])
    /// How one move goes.
    case moved(MemberMove)
    /// What leads to the node from outside, as it was seen: written down before it is taken out of there.
    case entrancesSeen([Entrance])
    /// A gate that is asked before harm is shut; `vital`: the node is undecided.
    case waits([String])
    /// Those are open again.
    case goesOn
    case parked(ParkReason, String)
    /// By a person; by `mayfly` when what it waited for is seen to have happened.
    case unparked(who: String, reason: String)
    /// With the image that it runs. Nil: not known.
    case successorSeen(InstanceID, image: ImageID? = nil)
    case successorJoined(AgentID)
    /// What was launched or adopted is no more.
    case successorLost(InstanceID)
    /// It is to be ended once everything that can be undone is.
    case cancelling(who: String, reason: String)
    case ended(Replacement.Outcome)
}

/// What a replacement was told or seen to become at one time.
package struct TransitionEntry: Hashable, Sendable, Codable {
    package let replacement: ReplacementID
    package let at: Timestamp
    package let transition: Transition
    /// `mayfly`, or a person.
    package let who: String

    package init(replacement: ReplacementID, at: Timestamp, transition: Transition, who: String = "mayfly") {
        self.replacement = replacement
        self.at = at
        self.transition = transition
        self.who = who
    }
}
