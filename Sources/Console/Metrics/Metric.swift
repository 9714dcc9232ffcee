/// Every metric of the program: the interface that dashboards rest on. `docs/metrics.md` has the same table, and a test holds them together.
package enum Metric: String, CaseIterable, Sendable {
    case buildInfo = "mayfly_build_info"
    case roundLastSuccess = "mayfly_round_last_success_timestamp_seconds"
    case rounds = "mayfly_rounds_total"
    case roundFailures = "mayfly_round_failures_total"
    case roundDuration = "mayfly_round_duration_seconds_total"
    case sourceFresh = "mayfly_source_fresh"
    case sourceLastSuccess = "mayfly_source_last_success_timestamp_seconds"
    case eventStreamUp = "mayfly_event_stream_up"
    case eventStreams = "mayfly_event_streams_total"
    case events = "mayfly_events_total"
    case eventsUnreadable = "mayfly_events_unreadable_total"
    case eventWakes = "mayfly_event_wakes_total"
    case queueUp = "mayfly_queue_up"
    case queueMessages = "mayfly_queue_messages_total"
    case hints = "mayfly_hints_total"
    case hintsParked = "mayfly_hints_parked"
    case quarantined = "mayfly_quarantined"
    case rules = "mayfly_rules"
    case rulesRefused = "mayfly_rules_refused"
    case findings = "mayfly_findings"
    case ownFindings = "mayfly_own_findings"
    case nodes = "mayfly_nodes"
    case paused = "mayfly_paused"
    case latches = "mayfly_latches"
    case candidates = "mayfly_candidates"
    case refused = "mayfly_refused"
    case replacements = "mayfly_replacements"
    case replacementsStarted = "mayfly_replacements_started_total"
    case replacementsEnded = "mayfly_replacements_ended_total"
    case alertsQueued = "mayfly_alerts_queued"
    case alertsDelivered = "mayfly_alerts_delivered_total"
    case alertsRefused = "mayfly_alerts_refused_total"
    case alertsDropped = "mayfly_alerts_dropped_total"
    case ledgerBytes = "mayfly_ledger_bytes"

    package var type: String { rawValue.hasSuffix("_total") ? "counter" : "gauge" }

    /// The labels, each with a closed set of values: what is configured, or a list in the code.
    package var labels: [String] {
        switch self {
        case .buildInfo: ["version"]
        case .sourceFresh, .sourceLastSuccess: ["source"]
        case .findings: ["rule", "state"]
        case .ownFindings: ["kind"]
        case .nodes: ["pool", "mesos_state"]
        case .alertsQueued, .alertsDelivered, .alertsRefused, .alertsDropped: ["target"]
        case .roundLastSuccess, .rounds, .roundFailures, .roundDuration, .rules, .rulesRefused, .paused, .replacementsStarted, .ledgerBytes: []
        case .eventStreamUp, .eventStreams, .events, .eventsUnreadable: []
        case .eventWakes: ["kind"]
        case .queueUp, .hintsParked, .quarantined: []
        case .queueMessages, .hints: ["outcome"]
        case .latches: ["kind"]
        case .candidates, .replacementsEnded: ["outcome"]
        case .refused: ["gate"]
        case .replacements: ["standing", "step"]
        }
    }

    package var help: String {
        switch self {
        case .buildInfo: "Always 1; the version of the program."
        case .roundLastSuccess: "When the last round was recorded. Absent before the first. Alert on its age."
        case .rounds: "Rounds recorded since the program started."
        case .roundFailures: "Rounds that could not be recorded since the program started."
        case .roundDuration: "What all rounds since the program started took together."
        case .sourceFresh: "1 while the source was read whole within three of its intervals."
        case .sourceLastSuccess: "When the source was last read whole. Absent for one that never was."
        case .eventStreamUp: "1 while Mesos' event stream lives. Absent where none is wanted. Without it polls go on, and failures are seen later."
        case .eventStreams: "Event streams that began since the program started: more than one is that many times begun anew."
        case .events: "Events that came since the program started, heartbeats included."
        case .eventsUnreadable: "Of those, the ones that could not be read; a poll was asked instead."
        case .eventWakes: "What was done before its time since the program started: a round for what was told of tasks, a look at the agents alone."
        case .queueUp: "1 while the queue of AWS' events can be read and emptied. Absent where there is none. Without it polls go on, and see it later."
        case .queueMessages: "Messages of that queue since the program started, however often each came: understood, nothing that a look shows, unreadable."
        case .hints: "Hints at instances since the program started: looked at, come before, or an hour old."
        case .hintsParked: "Hints of which the instance is not known yet."
        case .quarantined: "Messages that nobody could read, and that are kept for people to look at."
        case .rules: "Rules in use."
        case .rulesRefused: "1 while the rule files have errors and the set before goes on."
        case .findings: "Nodes on which a rule is pending or firing; 0 for every other rule in use."
        case .ownFindings: "What Mayfly has found about itself and is not over."
        case .nodes: "Nodes by pool and mesos_state, as far as it is known; unknown where it is not. Pool none: in no pool."
        case .paused: "1 while somebody has paused, by command or by the pause file."
        case .latches: "Latches that have tripped and are not accepted, by the word before their slash. Each is for a person."
        case .candidates: "Nodes that something wants replaced, by what the gates came to in the last round."
        case .refused: "Nodes that something wants replaced and that this gate held in the last round; one node counts at each gate that holds it."
        case .replacements: "Replacements that are open, by how they stand and in which step. Parked ones are for a person."
        case .replacementsStarted: "Replacements that were begun since the program started."
        case .replacementsEnded: "Replacements that ended since the program started, by their outcome."
        case .alertsQueued: "Changes that wait to be told to a target."
        case .alertsDelivered: "Changes that a target took, in this ledger."
        case .alertsRefused: "Changes that a target said no to for good, in this ledger."
        case .alertsDropped: "Changes that were given up because the queue was full, in this ledger."
        case .ledgerBytes: "Bytes of the ledger and its WAL."
        }
    }
}
