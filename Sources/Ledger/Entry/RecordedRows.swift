/// How many rows a round inserted, updated or deleted, by kind.
package struct RecordedRows: Hashable, Sendable, CustomStringConvertible {
    /// Sources, and the rounds: what is written even when nothing has changed.
    package var freshness = 0
    package var nodes = 0
    package var observations = 0
    package var findings = 0
    package var clocks = 0
    /// Masters, targets, the watch.
    package var cluster = 0
    package var ruleSets = 0
    package var audit = 0
    /// Replacements and their transitions.
    package var replacements = 0
    package var brakes = 0
    package var assessments = 0
    package var ownFindings = 0
    /// The queue of alerts, and what is known of its targets.
    package var alerts = 0
    /// Services, members, in-sync sets.
    package var services = 0

    package init() {}

    package var total: Int { changes + freshness }
    /// All but the freshness.
    package var changes: Int {
        nodes + observations + findings + clocks + cluster + ruleSets + audit + replacements + brakes + assessments + ownFindings + alerts + services
    }

    package var description: String {
        "freshness \(freshness), nodes \(nodes), observations \(observations), findings \(findings), clocks \(clocks), cluster \(cluster), "
            + "rule sets \(ruleSets), audit \(audit), replacements \(replacements), brakes \(brakes), assessments \(assessments), own findings \(ownFindings), alerts \(alerts), services \(services)"
    }
}
