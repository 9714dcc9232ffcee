/// That somebody else is about to end an instance that still runs: what `scheduled_event` says then, beside EC2's own codes.
package enum AnnouncedEnd: String, Hashable, Sendable, CaseIterable {
    /// AWS takes the spot instance back.
    case spotInterruption = "spot-interruption"
    /// Its Auto Scaling group ends it, and may wait for a lifecycle hook.
    case groupTermination = "group-termination"
}

extension NodeFacts {
    /// Nil: none is, or it is not known.
    package var announcedEnd: AnnouncedEnd? { if case .text(let word) = self[.scheduledEvent] { AnnouncedEnd(rawValue: word) } else { nil } }
}
