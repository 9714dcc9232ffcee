package import Fleet
import Ledger
import Planning
import Rules

/// A source, in JSON.
package struct SourceView: Encodable, Sendable {
    let state: SourceState
    let now: Timestamp

    package init(_ state: SourceState, now: Timestamp) {
        self.state = state
        self.now = now
    }

    private enum Key: String, CodingKey {
        case source, fresh, intervalSeconds = "interval_seconds", lastSuccess = "last_success", lastAttempt = "last_attempt", ageSeconds = "age_seconds",
            failure
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(state.source.description, forKey: .source)
        try container.encode(state.isFresh(at: now), forKey: .fresh)
        try container.encode(state.interval.inSeconds, forKey: .intervalSeconds)
        try container.encodeIfPresent(state.lastSuccess?.description, forKey: .lastSuccess)
        try container.encodeIfPresent(state.lastAttempt?.description, forKey: .lastAttempt)
        try container.encodeIfPresent(state.lastSuccess.map { (now - $0).inSeconds }, forKey: .ageSeconds)
        try container.encodeIfPresent(state.failure?.message, forKey: .failure)
    }
}

/// A look at the whole fleet, in JSON: what was seen, and what was decided.
package struct PictureView: Encodable, Sendable {
    let picture: Picture
    let cluster: String
    let notices: [String]

    package init(_ picture: Picture, cluster: String, notices: [String] = []) {
        self.picture = picture
        self.cluster = cluster
        self.notices = notices
    }

    private enum Key: String, CodingKey {
        case cluster, at, mode, ruleSet = "rule_set", master, mesosCounts = "mesos_counts", sources, nodes, findings, ownFindings = "own_findings",
            dispositions,
            rules, notices
    }
    private enum MasterKey: String, CodingKey { case id, url, version, electedAt = "elected_at" }
    private enum CountKey: String, CodingKey { case disconnected, unreachable }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(cluster, forKey: .cluster)
        try container.encode(picture.at.description, forKey: .at)
        try container.encode(picture.settings.mode, forKey: .mode)
        try container.encode(picture.rules.hash.rawValue, forKey: .ruleSet)
        if let master = picture.master {
            var nested = container.nestedContainer(keyedBy: MasterKey.self, forKey: .master)
            try nested.encode(master.id.rawValue, forKey: .id)
            try nested.encode(master.url, forKey: .url)
            try nested.encode(master.version, forKey: .version)
            try nested.encode(master.electedTime.description, forKey: .electedAt)
        }
        if let counts = picture.counts {
            var nested = container.nestedContainer(keyedBy: CountKey.self, forKey: .mesosCounts)
            try nested.encode(counts.disconnected, forKey: .disconnected)
            try nested.encode(counts.unreachable, forKey: .unreachable)
        }
        try container.encode(picture.state.sources.values.sorted { $0.source < $1.source }.map { SourceView($0, now: picture.at) }, forKey: .sources)
        try container.encode(picture.nodeViews(), forKey: .nodes)
        try container.encode(picture.openFindings.map { FindingView($0, now: picture.at) }, forKey: .findings)
        try container.encode(picture.ownFindings.map { OwnFindingView($0) }, forKey: .ownFindings)
        let assessments = picture.assessments
        try container.encode(
            picture.dispositions().map { Decided(node: $0.node, disposition: $0.disposition, assessment: assessments[$0.node], at: picture.at) },
            forKey: .dispositions)
        try container.encode(picture.judgement.rules.map { RuleStandingView($0) }, forKey: .rules)
        try container.encode(notices, forKey: .notices)
    }

    private struct Decided: Encodable {
        let node: NodeID
        let disposition: Disposition
        let assessment: Assessment?
        let at: Timestamp

        private enum Key: String, CodingKey { case node, disposition, assessment }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(node.rawValue, forKey: .node)
            try container.encode(DispositionView(disposition, now: at), forKey: .disposition)
            try container.encodeIfPresent(assessment.map { AssessmentView($0, now: at, isBrief: true) }, forKey: .assessment)
        }
    }
}

extension Picture {
    /// Findings that are not resolved: firing before pending, then by rule and node.
    package var openFindings: [Finding] {
        state.findings.values.sorted {
            ($0.state == .firing ? 0 : 1, $0.rule.name, $0.node) < ($1.state == .firing ? 0 : 1, $1.rule.name, $1.node)
        }
    }
}
