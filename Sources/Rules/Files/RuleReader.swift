internal import Fleet

/// Reads one entry of `rules`.
package struct RuleReader {
    let file: RuleFile
    let checker: ConditionChecker

    /// The keys of a rule, in the order in which they are documented.
    package static let keys = [
        "name", "when", "for", "keep_firing_for", "verdict", "class", "mode", "during", "limit", "shard", "summary", "runbook",
    ]

    /// Longer is a mistake of units: a rule that has to hold for a quarter has never fired.
    static let holdMax = Duration.seconds(90 * 86_400)

    func read(_ entry: YAMLValue) -> Rule? {
        guard let mapping = entry.mapping() else { return nil }
        let problems = entry.reader.problems.count
        mapping.allow(Self.keys)
        let name = mapping.required("name").flatMap { readName($0) }
        let condition = mapping.required("when").flatMap { readCondition($0, of: name) }
        let verdict = mapping.required("verdict")?.choice(Verdict.self)
        let findingClass = mapping["class"].flatMap { $0.choice(FindingClass.self) }
        if verdict == .replace, !mapping.has("class") {
            entry.note("rule \(name?.rawValue ?? ""): 'class' is missing; a rule that replaces says whether its nodes are failing or outdated")
        }
        if verdict == .keep, mapping.has("limit") {
            entry.keyed("limit").note("rule \(name?.rawValue ?? ""): a keep rule has no limit, for reaching it would leave its nodes unprotected; remove it")
        }
        let mode = mapping["mode"].flatMap { $0.choice(Mode.self) } ?? .alert
        let hold = mapping["for"].flatMap { $0.duration(in: .zero...Self.holdMax) } ?? .zero
        let keepFiring = mapping["keep_firing_for"].flatMap { $0.duration(in: .zero...Self.holdMax) } ?? .zero
        let during = mapping["during"].flatMap { $0.string() }
        let limit = mapping["limit"].flatMap { readLimit($0) }
        let shard = mapping["shard"].flatMap { $0.percent() }
        let summary = mapping.required("summary").flatMap { readSummary($0) }
        let runbook = mapping["runbook"].flatMap { readRunbook($0) }
        guard entry.reader.problems.count == problems, let name, let condition, let verdict, let summary else { return nil }
        return Rule(
            identity: RuleIdentity(name: name, verdict: verdict, findingClass: findingClass ?? .failing, mode: mode), condition: condition.text, holdFor: hold,
            keepFiringFor: keepFiring, during: during, limit: limit, shardPercent: shard, summary: summary, runbook: runbook, file: file.path, line: entry.line,
            reads: condition.reads, readsTables: condition.tables, isStrict: condition.isStrict, readsOtherNodes: condition.readsOtherNodes,
            sources: Rule.sources(of: condition))
    }

    private func readName(_ value: YAMLValue) -> RuleName? {
        guard let text = value.string() else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let isKebab = parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { (97...122).contains($0) || (48...57).contains($0) } }
        guard isKebab, text.utf8.count <= 63 else {
            value.note("a rule's name is lower-case words joined by hyphens, at most 63 characters, such as agent-lost, not '\(text.prefix(80))'")
            return nil
        }
        return RuleName(text)
    }

    private func readCondition(_ value: YAMLValue, of rule: RuleName?) -> Condition? {
        guard let text = value.string() else { return nil }
        do throws(ConditionProblem) { return try checker.check(text) } catch {
            value.note("rule \(rule?.rawValue ?? "without a name"): \(error.message)", at: error.offset, of: text, in: file.text)
            return nil
        }
    }

    private func readLimit(_ value: YAMLValue) -> Rule.Limit? {
        guard let text = value.string() else { return nil }
        if text.hasSuffix("%") { return value.percent().map(Rule.Limit.percent) }
        if let count = Int(text), (1...1_000_000).contains(count) { return .count(count) }
        value.note("limit must be a share such as 20%, or a number of nodes from 1, not '\(text.prefix(40))'")
        return nil
    }

    private func readSummary(_ value: YAMLValue) -> SummaryTemplate? {
        guard let text = value.string() else { return nil }
        guard text.utf8.count <= 1000 else {
            value.note("a summary is one line of at most 1000 bytes; the rest belongs in the runbook")
            return nil
        }
        do throws(SummaryTemplate.Problem) { return try SummaryTemplate(text: text) } catch {
            value.note(error.message)
            return nil
        }
    }

    private func readRunbook(_ value: YAMLValue) -> String? {
        guard let text = value.string() else { return nil }
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), text.utf8.count <= 2000 else {
            value.note("a runbook is a URL that starts with https:// or http://, not '\(text.prefix(60))'")
            return nil
        }
        return text
    }
}

extension YAMLValue {
    /// Notes a problem at a byte of this text, as exactly as the way in which it is written allows.
    func note(_ message: String, at offset: Int?, of text: String, in file: String) {
        guard let offset else { return note(message) }
        let before = String(decoding: text.utf8.prefix(offset), as: UTF8.self)
        let breaks = before.utf8.count { $0 == UInt8(ascii: "\n") }
        if isLiteralBlock { return reader.note(message, line: line + 1 + breaks, column: 0) }
        guard breaks == 0, !isBlock else { return note(message) }
        // A plain text of one line stands in the file as it is; in quotes it starts one column later.
        let lines = file.split(separator: "\n", maxSplits: line, omittingEmptySubsequences: false)
        guard lines.indices.contains(line - 1) else { return note(message) }
        let rest = String(String.UnicodeScalarView(lines[line - 1].unicodeScalars.dropFirst(column - 1)))
        let quote = ["\"", "'"].contains(rest.prefix(1)) ? 1 : 0
        guard rest.dropFirst(quote).hasPrefix(before) else { return note(message) }
        reader.note(message, line: line, column: column + quote + before.unicodeScalars.count)
    }

    /// The value under a key of this mapping, else this value itself: where to note a problem.
    func keyed(_ key: String) -> YAMLValue { entry(key) ?? self }
    func has(_ key: String) -> Bool { entry(key) != nil }
    /// The `name` of this mapping, if it has one that can be read; notes nothing.
    var mappingName: String? { entry("name")?.plainText }
}
