import Fleet
import Logging

/// The keys of the values that log messages carry.
package enum LogKey {
    package static let node = "node.id", rule = "rule.name", state = "finding.state", verdict = "rule.verdict", summary = "finding.summary"
    package static let resolution = "finding.resolution", since = "finding.since"
    package static let source = "source.name", error = "error", reason = "reason", kind = "audit.kind", duration = "duration.ms"
    package static let nodes = "round.nodes", changes = "round.changes", rows = "round.rows", stale = "round.stale"
    package static let ruleSet = "rule_set.hash", rules = "rule_set.rules", url = "url", version = "version", mode = "mode", path = "path"
    package static let user = "user.name", replacement = "replacement.id", action = "replacement.action", outcome = "call.outcome"
    package static let change = "replacement.change"
    package static let service = "service.name", services = "services.count", calls = "poll.calls", bytes = "poll.bytes", count = "count"

    package static let instance = "instance.id"
    package static let target = "alert.target", alert = "alert.name", subject = "own_finding.subject", remedy = "own_finding.remedy"
    package static let ownKind = "own_finding.kind"

    static func metadata(of finding: OwnFinding) -> Logger.Metadata {
        [
            ownKind: "\(finding.kind.rawValue)", subject: "\(finding.subject)", reason: "\(finding.summary)", since: "\(finding.since)",
            remedy: "\(finding.kind.remedy)",
        ]
    }

    static func metadata(of finding: Finding) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            node: "\(finding.node)", rule: "\(finding.rule.name)", state: "\(finding.state.rawValue)", verdict: "\(finding.rule.verdict.rawValue)",
            summary: "\(finding.summary)", since: "\(finding.firingSince ?? finding.since)",
        ]
        if let ended = finding.resolution { metadata[resolution] = "\(ended.rawValue)" }
        return metadata
    }
}
