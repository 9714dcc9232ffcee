package import Fleet

/// How it stands with what Mayfly hears between two polls, in this run of the program.
package struct EventStanding: Hashable, Sendable {
    /// Whether the stream lives: its first record is there, and its end is not.
    package var isUp = false
    /// Since when it lives, or does not.
    package var since: Timestamp
    /// Why it does not. Nil while it lives, and before the first try has ended.
    package var problem: String?
    /// Records of all streams, heartbeats included.
    package var events = 0
    /// Of those, the ones that could not be read.
    package var unreadable = 0
    /// Streams that began.
    package var streams = 0
    /// Rounds that were woken by what was told of tasks, and looks at the agents alone.
    package var rounds = 0
    package var looks = 0

    package init(since: Timestamp) { self.since = since }
}
