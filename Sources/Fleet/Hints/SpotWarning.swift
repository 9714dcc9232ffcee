/// That AWS takes a spot instance back: no poll tells it, so it is kept for as long as it may be so.
package struct SpotWarning: Hashable, Sendable {
    package let instance: InstanceID
    /// When AWS said so: by its clock, and not after it came.
    package let at: Timestamp
    package let receivedAt: Timestamp

    /// From the warning to the end (EC2's user guide, "Spot Instance interruption notices").
    package static let endsWithin = Duration.seconds(120)
    /// An instance that runs on for longer was not taken, whatever was said.
    package static let holdsFor = Duration.seconds(600)

    package init(instance: InstanceID, at: Timestamp, receivedAt: Timestamp) {
        self.instance = instance
        self.at = min(at, receivedAt)
        self.receivedAt = receivedAt
    }

    /// Nil: the hint is another one. An instance that is to be stopped or to hibernate comes back, and is no departure.
    package init?(_ recorded: RecordedHint) {
        guard recorded.standing == .looked, recorded.hint.kind == .spotInterruption, recorded.hint.detail == "terminate" else { return nil }
        self.init(instance: recorded.hint.instance, at: recorded.hint.at, receivedAt: recorded.receivedAt)
    }

    package func isOver(at now: Timestamp) -> Bool { now - at >= Self.holdsFor }

    /// Whether it is to be believed: EC2 was asked since it came, and has a spot instance that runs.
    ///
    /// - Parameter readAt: when EC2 said what `instance` is. Nil: never.
    package func holds(of instance: Instance, readAt: Timestamp?, now: Timestamp) -> Bool {
        guard let readAt, readAt >= receivedAt, !isOver(at: now) else { return false }
        return instance.id == self.instance && instance.lifecycle == "spot" && instance.state == .running
    }
}
