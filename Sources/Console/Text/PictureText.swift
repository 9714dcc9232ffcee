import Fleet
import Planning
package import Rounds
import Rules

/// A look at the fleet, for people.
package struct PictureText {
    let picture: Picture
    let cluster: String
    let notices: [String]

    package init(_ picture: Picture, cluster: String, notices: [String] = []) {
        self.picture = picture
        self.cluster = cluster
        self.notices = notices
    }

    /// - Parameter width: the table of nodes is cut there; nil: not at all.
    package func lines(width: Int? = nil) -> [String] {
        var lines = head()
        lines += [""] + sources() + [""] + nodes(width: width)
        lines += section("Findings", findings())
        lines += section("Mayfly's own findings", ownFindings())
        lines += section("What would be done", dispositions())
        lines += section("Rules that could not be judged everywhere", rulesAtFault())
        lines += section("To be looked at", notices.map { "  " + $0 })
        return lines
    }

    private func head() -> [String] {
        var line =
            "Cluster \(cluster) at \(picture.at.shown), mode \(picture.settings.mode.rawValue), \(picture.state.nodes.count) nodes, \(picture.rules.rules.count) rules (\(picture.rules.hash))"
        if let master = picture.master {
            line += "\nMaster \(master.url), Mesos \(master.version)"
            if let counts = picture.counts {
                line += ", which counts \(Self.count(counts.disconnected, "agent")) disconnected and \(counts.unreachable) unreachable"
            }
        }
        return line.split(separator: "\n").map(String.init)
    }

    private func sources() -> [String] {
        var table = Table("SOURCE", "READ", "STATE")
        for source in picture.state.sources.values.sorted(by: { $0.source < $1.source }) {
            let read = source.lastSuccess.map { (picture.at - $0).text + " ago" } ?? "never"
            table.add(source.source.description, read, source.failure?.message ?? (source.isFresh(at: picture.at) ? "fresh" : "stale"))
        }
        return table.lines()
    }

    /// Every node with its states; what is unknown says so.
    ///
    /// - Parameter width: a line is cut there; nil: not at all.
    package func nodes(width: Int? = nil) -> [String] {
        var table = Table("NODE", "POOL", "ADDRESS", "ZONE", "MESOS", "FOR", "EC2", "IMAGE", "TASKS", "FINDINGS")
        for node in picture.state.nodes.values.sorted(by: { $0.node.id < $1.node.id }) {
            let facts = Dictionary(picture.facts(of: node.node.id).map { ($0.fact, $0.reading) }, uniquingKeysWith: { $1 })
            func word(_ fact: Fact) -> String { Self.word(facts[fact] ?? .unknown) }
            table.add(
                node.node.id.rawValue, word(.pool), word(.privateIP), word(.zone), word(.mesosState), Self.duration(facts[.mesosStateAge]), Self.ec2(facts),
                Self.image(facts), word(.tasks), Self.findings(picture.findings(of: node.node.id)))
        }
        return table.lines().map { line in width.map { line.cut(to: $0) } ?? line }
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

    /// `ok` where the instance runs and both checks pass; else what is not so.
    private static func ec2(_ facts: [Fact: Reading]) -> String {
        let state = facts[.ec2State] ?? .unknown
        guard state == .text("running") else { return word(state) }
        let (system, instance) = (word(facts[.systemStatus] ?? .unknown), word(facts[.instanceStatus] ?? .unknown))
        if system == instance { return system }
        return system == "ok" ? "instance \(instance)" : instance == "ok" ? "system \(system)" : "\(system), \(instance)"
    }

    private static func image(_ facts: [Fact: Reading]) -> String {
        switch facts[.imageOutdated] ?? .unknown {
        case .integer(1): "outdated"
        case .integer: "current"
        case .none: "-"
        case .text, .unknown: "?"
        }
    }

    /// What fires by name; what is pending by number.
    private static func findings(_ findings: [Finding]) -> String {
        var words = findings.filter { $0.state == .firing }.map(\.rule.name.rawValue)
        let pending = findings.count { $0.state == .pending }
        if pending > 0 { words.append("\(pending) pending") }
        return words.isEmpty ? "-" : words.joined(separator: ", ")
    }

    /// Above so many nodes of one rule the pending ones are one line.
    private static let pendingShownMax = 3

    private func findings() -> [String] {
        var table = Table("  RULE", "NODE", "STATE", "FOR", "SUMMARY, AS IT WAS THEN")
        let open = picture.openFindings
        var counted: Set<RuleName> = []
        for finding in open {
            let name = finding.rule.name
            let age = (picture.at - (finding.firingSince ?? finding.since)).text
            let alike = finding.state == .pending ? open.filter { $0.rule.name == name && $0.state == .pending } : []
            if alike.count <= Self.pendingShownMax {
                table.add("  " + name.rawValue, finding.node.rawValue, finding.state.rawValue, age, finding.summary)
            } else if counted.insert(name).inserted {
                let oldest = alike.map { picture.at - $0.since }.max() ?? .zero
                table.add("  " + name.rawValue, "\(alike.count) nodes", "pending", oldest.text, "for instance: " + finding.summary)
            }
        }
        return table.rows.isEmpty ? ["  none"] : table.lines()
    }

    /// What keeps Mayfly itself from doing its work, each with what to do.
    private func ownFindings() -> [String] {
        picture.ownFindings.flatMap { finding in
            ["  \(finding.kind), for \((picture.at - finding.since).text): \(finding.summary)", "    \(finding.kind.remedy)"]
        }
    }

    private func dispositions() -> [String] {
        var table = Table("  NODE", "CLASS", "WHY")
        let assessments = picture.assessments
        for (node, disposition) in picture.dispositions() {
            switch disposition {
            case .ephemeral(let ephemeral):
                table.add("  " + node.rawValue, ephemeral.findingClass.rawValue, why(disposition, assessments[node]))
            case .kept: table.add("  " + node.rawValue, "kept", disposition.reason(at: picture.at))
            case .notEphemeral: break
            }
        }
        return table.rows.isEmpty ? ["  nothing: no node is to be treated as ephemeral" + blindness] : table.lines()
    }

    /// What the gates say, where a round has asked them; else what the rules alone say.
    private func why(_ disposition: Disposition, _ assessment: Assessment?) -> String {
        guard let assessment else { return disposition.reason(at: picture.at) }
        return assessment.sentence(at: picture.at) + (assessment.rule.map { " (\($0))" } ?? "")
    }

    /// What the sentence before it rests on, where not everything could be seen.
    private var blindness: String {
        picture.stale.isEmpty ? "" : ", as far as can be seen; not seen: " + picture.stale.sorted().map(\.description).joined(separator: ", ")
    }

    private func rulesAtFault() -> [String] {
        picture.judgement.rules.compactMap { standing in
            if let idle = standing.idle { return "  \(standing.rule): idle: it \(idle)" }
            if let failure = standing.failure { return "  \(standing.rule): \(failure)" }
            if let limit = standing.limit {
                return "  \(standing.rule): holds on \(Self.count(limit.matches, "node")), more than its limit of \(limit.limit): the rule is the suspect"
            }
            if !standing.unknown.isEmpty { return "  \(standing.rule): unknown on \(Self.count(standing.unknown.count, "node"))" }
            return nil
        }
    }

    private static func count(_ number: Int, _ thing: String) -> String { "\(number) \(thing)" + (number == 1 ? "" : "s") }

    private func section(_ title: String, _ lines: [String]) -> [String] { lines.isEmpty ? [] : ["", title] + lines }
}
