package import Fleet

/// What `mayfly rules check` has to say of a rule set that is good.
package struct RuleCheck: Encodable, Sendable {
    package struct Entry: Encodable, Sendable {
        package let rule: String
        package let place: String
        package let verdict: String
        /// Nil for a rule that replaces nothing.
        package let findingClass: String?
        package let mode: String?
        package let holdFor: String
        package let keepFiringFor: String
        package let during: String?
        /// As written, and as a number of nodes where the capacity is known.
        package let limit: String?
        package let shard: String?
        package let columns: [String]
        package let tables: [String]
        package let sources: [String]
        package let isReplayable: Bool
        /// What it reads that is not recorded.
        let unrecorded: [String]
        /// How it takes what is unknown, in a sentence.
        package let unknown: String
        /// The same where it is other than for most rules, which are unknown while what is known does not settle them.
        let unusual: String?
        /// Why it cannot be judged with this configuration; nil when it can, or when no configuration was given.
        package let idle: String?

        private enum CodingKeys: String, CodingKey {
            case rule, place, verdict
            case findingClass = "class"
            case mode
            case holdFor = "for"
            case keepFiringFor = "keep_firing_for"
            case during, limit, shard, columns, tables, sources
            case isReplayable = "replayable"
            case unknown, idle
        }
    }

    package let ruleSet: String
    package let files: [String]
    package let rules: [Entry]
    package let warnings: [String]

    private enum CodingKeys: String, CodingKey {
        case ruleSet = "rule_set"
        case files, rules, warnings
    }

    /// - Parameters:
    ///   - configured: the sources that the configuration has; nil without one, and then nothing is called idle.
    ///   - capacity: the fleet's desired capacity; nil where it is not known.
    package init(_ set: RuleSet, configured: Set<Source>? = nil, capacity: Int? = nil) {
        ruleSet = set.hash.rawValue
        files = set.files.map(\.path)
        warnings = set.warnings
        rules = set.rules.map { Entry($0, configured: configured, capacity: capacity) }
    }

    package var text: String {
        var lines: [String] = []
        for rule in rules {
            let work = [rule.findingClass, rule.mode.map { "mode \($0)" }].compactMap { $0 }.joined(separator: ", ")
            lines.append("\(rule.rule) (\(rule.place)): \(rule.verdict)" + (work.isEmpty ? "" : " (\(work))"))
            lines.append(
                (rule.holdFor == "0s" ? "  fires at once" : "  fires after \(rule.holdFor)")
                    + (rule.keepFiringFor == "0s" ? "" : ", and on for \(rule.keepFiringFor) when it no longer holds")
                    + (rule.during.map { "; in \($0)" } ?? "") + (rule.limit.map { "; limit \($0)" } ?? "") + (rule.shard.map { "; shard \($0)" } ?? ""))
            lines.append("  reads \((rule.columns + rule.tables.map { "table \($0)" }).joined(separator: ", ")) from \(rule.sources.joined(separator: ", "))")
            if let unknown = rule.unusual { lines.append("  \(unknown)") }
            if !rule.isReplayable { lines.append("  cannot be replayed: \(rule.unrecorded.joined(separator: ", ")) is not recorded") }
            if let idle = rule.idle { lines.append("  idle: \(idle)") }
        }
        lines += warnings.map { "warning: \($0)" }
        lines.append("\(rules.count) rules in \(files.count) files, rule set \(ruleSet)")
        return lines.joined(separator: "\n")
    }
}

extension RuleCheck.Entry {
    init(_ rule: Rule, configured: Set<Source>?, capacity: Int?) {
        self.rule = rule.name.rawValue
        place = "\(rule.file):\(rule.line)"
        verdict = rule.identity.verdict.rawValue
        let replaces = rule.identity.verdict == .replace
        findingClass = replaces ? rule.identity.findingClass.rawValue : nil
        mode = replaces ? rule.identity.mode.rawValue : nil
        holdFor = rule.holdFor.text
        keepFiringFor = rule.keepFiringFor.text
        during = rule.during
        limit = rule.limit.map { limit in
            let written =
                switch limit {
                case .count(let count): "\(count)"
                case .percent(let percent): "\(percent)%"
                }
            guard let capacity else { return written }
            return written + " (\(limit.nodes(of: capacity)) of \(capacity) nodes)"
        }
        shard = rule.shardPercent.map { "\($0)%" }
        columns = rule.reads.map(\.rawValue)
        tables = rule.readsTables
        sources = rule.sources.map { $0 == Fact.targetOfOwnPool ? "target" : $0.description }
        isReplayable = rule.isReplayable
        unrecorded = rule.unrecorded
        unusual =
            rule.readsOtherNodes
            ? "unknown on every node while anything that it reads is unknown on any node"
            : rule.isStrict ? "unknown while anything that it reads is unknown" : nil
        unknown = unusual ?? "unknown while what is known does not settle it"
        idle = configured.flatMap { rule.idleReason(configured: $0) }.map(\.description)
    }
}
