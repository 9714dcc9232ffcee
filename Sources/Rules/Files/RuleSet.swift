package import Fleet
package import Windows

/// All rules of a directory, checked as a whole: either all of it holds, or there are errors and no rule set.
package struct RuleSet: Hashable, Sendable {
    /// Sorted by name.
    package let rules: [Rule]
    /// Shared over all files. By name.
    package let intervals: [String: TimeInterval]
    package let hash: RuleSetHash
    /// Sorted by name.
    package let files: [RuleFile]
    /// What is allowed but hardly meant; for `check`.
    package let warnings: [String]

    package init(rules: [Rule], intervals: [String: TimeInterval], hash: RuleSetHash, files: [RuleFile], warnings: [String]) {
        self.rules = rules
        self.intervals = intervals
        self.hash = hash
        self.files = files
        self.warnings = warnings
    }

    package static let empty = RuleSet(rules: [], intervals: [:], hash: RuleSetHash("cbf29ce484222325"), files: [], warnings: [])

    package func rule(_ name: RuleName) -> Rule? { rules.first { $0.name == name } }

    /// The interval in which a rule's nodes may be worked on; nil: always.
    package func interval(of rule: Rule) -> TimeInterval? { rule.during.flatMap { intervals[$0] } }

    /// Whether any rule reads a table other than `node`: filling `task` is worth it only then.
    package func reads(table: String) -> Bool { rules.contains { $0.readsTables.contains(table) } }

    /// Every source that some rule reads. `.target("")` stands for the target image of a node's own pool.
    package var sources: Set<Source> { Set(rules.flatMap(\.sources)) }
}
