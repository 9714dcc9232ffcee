package import Fleet
package import Rounds

/// How it stands with the queue of AWS' events, in this run of the program.
package struct QueueStanding: Hashable, Sendable {
    /// When it was last read. Nil: not yet.
    package var lastRead: Timestamp?
    /// Since when it cannot be read, or nothing be deleted from it, and why. Nil while all is well.
    package var failing: ProgramStanding.Refusal?
    /// Messages that came, however often each.
    package var messages = 0
    /// Those that were about nothing that a look shows.
    package var nothings = 0
    /// Those that nobody could read.
    package var unreadable = 0
    /// Hints that were new, and had an instance looked at.
    package var looked = 0
    /// Hints that had come before.
    package var repeated = 0
    /// Hints that came an hour late or later.
    package var old = 0
    /// Hints of which the instance is not known yet, now.
    package var parked = 0
    /// Looks at some instances alone: for hints, and for agents that Mesos' events name.
    package var looks = 0
    /// Messages that are in quarantine, now.
    package var quarantined = 0
    /// Why the last message could not be read, in this run of the program.
    package var lastReason: String?

    package init() {}
}
