/// That AWS says something happened, or will, to an instance: a reason to look at it, and never one to act.
///
/// Events come at least once, in any order, and sometimes hours late; what is so, the next look says.
package struct Hint: Hashable, Sendable {
    /// Of the event itself, the same each time that it is told.
    package let event: String
    package let instance: InstanceID
    package let kind: Kind
    /// When the event happened, by AWS' clock.
    package let at: Timestamp
    /// A few words of the event's own: the new state, the code of a maintenance. May be empty.
    package let detail: String

    package enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        /// Its state changed: `running`, `stopping`, `terminated`.
        case state
        /// A spot instance will be interrupted, two minutes after.
        case spotInterruption = "spot_interruption"
        /// A spot instance is more likely to be interrupted than others.
        case rebalance
        /// AWS Health: the instance will be retired, stopped, started again or maintained.
        case scheduledChange = "scheduled_change"
        /// Its Auto Scaling group is about to end it, and waits for a lifecycle hook.
        case terminating
    }

    package init(event: String, instance: InstanceID, kind: Kind, at: Timestamp, detail: String) {
        self.event = event
        self.instance = instance
        self.kind = kind
        self.at = at
        self.detail = detail
    }
}
