package import Fleet

extension Disposition {
    /// One line for people: what would become of the node, and why. Times are UTC; those of the same day without the date.
    package func reason(at now: Timestamp) -> String {
        switch self {
        case .ephemeral(let ephemeral): Self.reason(ephemeral, now)
        case .kept(let kept): Self.reason(kept, now)
        case .notEphemeral: "not ephemeral: no replace rule fires"
        }
    }

    private static func reason(_ ephemeral: Ephemeral, _ now: Timestamp) -> String {
        let others = ephemeral.findings.filter { $0 != ephemeral.deciding }.map(\.rule.name.rawValue)
        let also = others.isEmpty ? "" : " (also \(others.joined(separator: ", ")))"
        let lead =
            switch ephemeral.window {
            case .none, .open: "would be replaced"
            case .shut(opens: let opens?): "would be replaced from \(opens.text(at: now)), when its window opens"
            case .shut(opens: nil): "would be replaced, but its window never opens"
            }
        return "\(lead): \(fired(ephemeral.deciding, now))\(also)"
    }

    private static func reason(_ kept: Kept, _ now: Timestamp) -> String {
        let unknown = kept.unknown.map { "\($0.rule) (unknown: \($0.why))" }
        let against = kept.against.first.map { "; " + fired($0, now) } ?? ""
        return "kept by " + (kept.firing.map(\.rawValue) + unknown).joined(separator: ", ") + against
    }

    private static func fired(_ finding: Finding, _ now: Timestamp) -> String {
        "\(finding.rule.name) has fired since \((finding.firingSince ?? finding.since).text(at: now))"
    }
}
