import Fleet
import Ledger
import Planning
import Replacing
package import Rounds

/// One complete answer about one node, for people.
package struct ExplanationText {
    let explanation: Explanation

    package init(_ explanation: Explanation) { self.explanation = explanation }

    private var now: Timestamp { explanation.asOf }

    package func lines() -> [String] {
        var lines = head()
        lines += ["", "Rules"]
        if explanation.rules.isEmpty { lines.append("  none are loaded") }
        for rule in explanation.rules { lines += describe(rule) }
        lines += gates()
        for replacement in explanation.replacements {
            lines += [""] + ReplacementText(replacement, playbook: explanation.playbook, now: now).lines(isWhole: replacement.isOpen)
        }
        lines += ["", "Facts"]
        lines += facts()
        if !explanation.past.isEmpty {
            lines += ["", "Findings that are over"]
            var table = Table("  RULE", "SINCE", "FIRED", "ENDED", "WHY")
            for finding in explanation.past {
                table.add(
                    "  " + finding.rule.name.rawValue, finding.since.shown, finding.firingSince?.shown ?? "-", finding.resolvedAt?.shown ?? "-",
                    finding.resolution?.rawValue ?? "-")
            }
            lines += table.lines()
        }
        return lines
    }

    private func head() -> [String] {
        let node = explanation.node
        var first = "Node \(node.id)"
        if let agent = node.agent { first += ", agent \(agent)" }
        var lines = [first, "First seen \(node.firstSeen.shown)"]
        if let departed = node.departedAt {
            lines.append("Left the fleet at \(departed.shown); this is its last moment in it")
        } else {
            lines.append("As of \(now.shown)")
        }
        lines.append("")
        // What is decided comes first; what the rules alone say then explains it.
        if let open = explanation.openReplacement {
            lines.append("Replacement \(open.id) is in flight: " + ReplacementText(open, playbook: explanation.playbook, now: now).standing)
        }
        if let assessment = explanation.assessment { lines.append(assessment.sentence(at: now)) }
        let byRules = explanation.disposition.reason(at: now)
        lines.append(explanation.assessment == nil && explanation.openReplacement == nil ? capitalised(byRules) : "By its rules alone: \(byRules)")
        return lines
    }

    /// Every gate, in the order in which they are asked; or why nobody asked them.
    private func gates() -> [String] {
        if let assessment = explanation.assessment { return ["", "Gates"] + GatesText(assessment.answers, now: now).lines() }
        if !explanation.held.isEmpty { return ["", "Gates that it waits for"] + GatesText(explanation.held, now: now).lines() }
        if let past = explanation.assessmentAtRest { return lastAsked(past) }
        if explanation.node.departedAt != nil { return [] }
        let why =
            if let open = explanation.openReplacement {
                "not asked: replacement \(open.id) is in flight, and asks those again that stand before harm"
            } else if explanation.disposition == .notEphemeral {
                "not asked: no rule and nobody asks for it to be replaced"
            } else {
                "not asked: a running daemon asks them in each round"
            }
        return ["", "Gates", "  " + why]
    }

    /// What the daemon wrote: that is when another set of gates was shut than before, and values have changed since.
    private func lastAsked(_ past: PastAssessment) -> [String] {
        let span = past.until.map { "from \(past.assessment.from.shown) until \($0.shown)" } ?? "since \(past.assessment.from.shown)"
        let shut = past.assessment.shut.map(\.rawValue).joined(separator: ", ")
        let what = shut.isEmpty ? "all were open" : past.assessment.outcome == .wouldStart ? "only \(shut) was shut" : "these were shut: \(shut)"
        return ["", "Gates, as they were last written", "  \(span) \(what); in the words of \(past.assessment.from.shown):"]
            + GatesText(past.answers, now: past.assessment.from).lines()
    }

    private func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    private func describe(_ rule: Explanation.RuleExplanation) -> [String] {
        var state = rule.standing.word.replacing("_", with: " ")
        if let since = rule.since { state += " since \(since.shown)" }
        if let rest = rule.firesIn { state += ", fires in \(rest.text) if it goes on" }
        if let why = rule.standing.why { state += ": \(why)" }
        var lines = ["  \(rule.name) (\(kind(rule))): \(state)"]
        if case .shut(opens: let opens) = rule.window { lines.append("      window shut" + (opens.map { ", opens \($0.shown)" } ?? ", never opens")) }
        if case .open = rule.window { lines.append("      window open") }
        for evidence in rule.reads { lines.append("      " + describe(evidence)) }
        for table in rule.readsTables { lines.append("      reads the table \(table)") }
        return lines
    }

    private func kind(_ rule: Explanation.RuleExplanation) -> String {
        rule.identity.verdict == .replace ? "replace, \(rule.identity.findingClass.rawValue), \(rule.identity.mode.rawValue)" : rule.identity.verdict.rawValue
    }

    /// `mesos_state is absent since 2026-11-23T10:12:00Z (agents, read 3s before)`
    private func describe(_ evidence: Evidence) -> String {
        var line = "\(evidence.fact.rawValue) is \(FactText.text(of: evidence))"
        if let since = evidence.since { line += " since \(since.shown)" }
        return line + " (\(FactText.origin(of: evidence, at: now)))"
    }

    private func facts() -> [String] {
        var table = Table("  FACT", "VALUE", "SINCE", "SOURCE")
        for evidence in explanation.facts {
            table.add("  " + evidence.fact.rawValue, FactText.text(of: evidence), evidence.since?.shown ?? "-", FactText.origin(of: evidence, at: now))
        }
        return table.lines()
    }
}

/// How single facts are shown to people.
enum FactText {
    static func text(of evidence: Evidence) -> String {
        guard case .integer(let number) = evidence.reading else { return evidence.reading.description }
        switch evidence.fact.unit {
        case "seconds": return Duration.seconds(number).text
        case "boolean": return number == 0 ? "false" : "true"
        default: return String(number)
        }
    }

    static func origin(of evidence: Evidence, at now: Timestamp) -> String {
        guard let source = evidence.source else { return "by definition" }
        if source == .ledger { return "ledger" }
        guard let readAt = evidence.readAt else { return "\(source), never read" }
        return "\(source), read \((now - readAt).text) before"
    }
}
