package import Fleet

/// What the program around the round knows of itself, and the round cannot see: handed in before each round.
package struct ProgramStanding: Hashable, Sendable {
    /// The rule files that are there now have errors, and since when; nil while the rules in use are those on the disk.
    package var rulesRefused: Refusal?
    /// Since when no round could be recorded, up to this one, and why; nil when the last one was.
    package var roundsFailing: Refusal?
    /// How the targets of alerts are doing. By name.
    package var alerts: [AlertStanding]
    /// Whether an alert target answered a test. Nil: not known.
    package var isAlertingProven: Bool?
    /// The addresses of the host that this program runs on, and its instance's id where it is one. Empty: they could not be found out.
    package var ownAddresses: Set<String> = []
    /// Names and addresses of the hosts that it asks and tells by its configuration: masters, Admin Router, Marathon, schedulers, alert targets.
    package var dependedOn: Set<String> = []
    /// Spot instances that AWS has said it takes back, and that may be there still. By instance.
    package var warnings: [InstanceID: SpotWarning] = [:]
    /// What `/etc/mayfly/pause` says, or why it cannot be read. Nil: it is not there.
    package var pauseFile: String?

    /// Something that could not be done.
    package struct Refusal: Hashable, Sendable {
        package let since: Timestamp
        /// Why, in words for people.
        package var reason: String

        package init(since: Timestamp, reason: String) {
            self.since = since
            self.reason = reason
        }
    }

    package init(rulesRefused: Refusal? = nil, roundsFailing: Refusal? = nil, alerts: [AlertStanding] = []) {
        self.rulesRefused = rulesRefused
        self.roundsFailing = roundsFailing
        self.alerts = alerts
    }
}
