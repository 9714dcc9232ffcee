/// A hint as it was taken in.
package struct RecordedHint: Hashable, Sendable {
    package let hint: Hint
    package let receivedAt: Timestamp
    package var standing: Standing

    /// What became of it.
    package enum Standing: String, Hashable, Sendable, CaseIterable {
        /// A look was asked for.
        case looked
        /// It came so late that others have looked since.
        case old
        /// Its instance is not known yet.
        case parked
        /// Its instance was not known in time: it is somebody else's.
        case unknown
    }

    package init(_ hint: Hint, receivedAt: Timestamp, standing: Standing) {
        self.hint = hint
        self.receivedAt = receivedAt
        self.standing = standing
    }

    /// What is told so late is no news: EC2 is polled at least once an hour, and mostly each minute.
    package static let oldAfter = Duration.seconds(3600)
    /// A fresh instance is in EC2's lists within minutes of its first event (EC2's developer guide, "Eventual consistency").
    package static let parkedFor = Duration.seconds(900)

    /// Takes a hint in.
    ///
    /// - Parameter isKnown: whether its instance is one of the fleet's.
    package init(_ hint: Hint, at now: Timestamp, isKnown: Bool) {
        self.init(hint, receivedAt: now, standing: now - hint.at > Self.oldAfter ? .old : isKnown ? .looked : .parked)
    }
}
