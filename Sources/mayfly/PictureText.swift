import Fleet
import Planning
import Rounds
import Rules

/// A look at the fleet, for people.
struct PictureText {
    let picture: Picture
    let cluster: String
    let notices: [String]

    init(_ picture: Picture, cluster: String, notices: [String] = []) {
        self.picture = picture
        self.cluster = cluster
        self.notices = notices
    }

    func lines() -> [String] {
        var lines = head()
        lines += [""] + sources() + [""] + nodes()
        lines += section("Findings", findings())
        lines += section("What would be done", dispositions())
        lines += section("Rules that could not be judged", rulesAtFault())
        lines += section("To be looked at", notices.map { "  " + $0 })
        return lines
    }

    private func head() -> [String] {
        var line = "Cluster \(cluster) at \(picture.at), mode \(picture.settings.mode.rawValue), \(picture.state.nodes.count) nodes, \(picture.rules.rules.count) rules (\(picture.rules.hash))"
        if let master = picture.master {
            line += "\nMaster \(master.url), Mesos \(master.version)"
            if let counts = picture.counts { line += ", which counts \(counts.disconnected) agents disconnected and \(counts.unreachable) unreachable" }
        }
        return line.split(separator: "\n").map(String.init)
    }

    private func sources() -> [String] {
        var table = Table("SOURCE", "READ", "")
        for source in picture.state.sources.values.sorted(by: { $0.source < $1.source }) {
            let read = source.lastSuccess.map { (picture.at - $0).text + " ago" } ?? "never"
            table.add(source.source.description, read, source.failure?.message ?? (source.isFresh(at: picture.at) ? "fresh" : "stale"))
        }
        return table.lines()
    }

    /// Every node with its states; what is unknown says so.
    func nodes() -> [String] {
        var table = Table("NODE", "POOL", "ADDRESS", "ZONE", "MESOS", "FOR", "EC2", "CHECKS", "IMAGE", "TASKS", "FINDINGS")
        for node in picture.state.nodes.values.sorted(by: { $0.node.id < $1.node.id }) {
            let facts = Dictionary(picture.facts(of: node.node.id).map { ($0.fact, $0.reading) }, uniquingKeysWith: { $1 })
            func word(_ fact: Fact) -> String { Self.word(facts[fact] ?? .unknown) }
            let findings = picture.findings(of: node.node.id).map { $0.rule.name.rawValue + ($0.state == .pending ? " (pending)" : "") }
            table.add(
                node.node.id.rawValue, word(.pool), word(.privateIP), word(.zone), word(.mesosState), Self.duration(facts[.mesosStateAge]), word(.ec2State),
                checks(facts), image(facts), word(.tasks), findings.isEmpty ? "-" : findings.joined(separator: ", "))
        }
        return table.lines()
    }

    private static func word(_ reading: Reading) -> String {
        switch reading {
        case .text(let text): text
        case .integer(let number): String(number)
        case .none: "-"
        case .unknown: "?"
        }
    }

    private static func duration(_ reading: Reading?) -> String {
        guard case .integer(let seconds) = reading else { return "?" }
        return Duration.seconds(seconds).text
    }

    private func checks(_ facts: [Fact: Reading]) -> String {
        let words = [facts[.systemStatus], facts[.instanceStatus]].map { Self.word($0 ?? .unknown) }
        return words[0] == words[1] ? words[0] : "system \(words[0]), instance \(words[1])"
    }

    private func image(_ facts: [Fact: Reading]) -> String {
        let id = Self.word(facts[.imageID] ?? .unknown)
        return facts[.imageOutdated] == .integer(1) ? id + " outdated" : id
    }

    private func findings() -> [String] {
        var table = Table("  RULE", "NODE", "STATE", "SINCE", "SUMMARY")
        for finding in picture.openFindings {
            let since = finding.firingSince ?? finding.since
            table.add("  " + finding.rule.name.rawValue, finding.node.rawValue, finding.state.rawValue, "\(since)", finding.summary)
        }
        return table.rows.isEmpty ? ["  none"] : table.lines()
    }

    private func dispositions() -> [String] {
        var table = Table("  NODE", "CLASS", "WHY")
        for (node, disposition) in picture.dispositions() {
            switch disposition {
            case .ephemeral(let ephemeral): table.add("  " + node.rawValue, ephemeral.findingClass.rawValue, disposition.reason(at: picture.at))
            case .kept: table.add("  " + node.rawValue, "kept", disposition.reason(at: picture.at))
            case .notEphemeral: break
            }
        }
        return table.rows.isEmpty ? ["  nothing: no node is to be treated as ephemeral"] : table.lines()
    }

    private func rulesAtFault() -> [String] {
        picture.judgement.rules.compactMap { standing in
            if let idle = standing.idle { return "  \(standing.rule): idle, it \(idle)" }
            if let failure = standing.failure { return "  \(standing.rule): \(failure)" }
            if let limit = standing.limit { return "  \(standing.rule): holds on \(limit.matches) nodes, more than its limit of \(limit.limit): the rule is the suspect" }
            if !standing.unknown.isEmpty { return "  \(standing.rule): unknown on \(standing.unknown.count) nodes" }
            return nil
        }
    }

    private func section(_ title: String, _ lines: [String]) -> [String] { lines.isEmpty ? [] : ["", title] + lines }
}
