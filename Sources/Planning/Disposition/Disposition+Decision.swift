package import Fleet

extension Disposition {
    /// Decides from a node's findings, its `keep` rules that are unknown, and the windows of its rules.
    ///
    /// Pure, and the same for every order of its arguments. Pending and resolved findings decide nothing; a rule without an entry in `windows`
    /// has none.
    package init(findings: [Finding], unknownKeeps: [UnknownRule] = [], windows: [RuleName: WindowState] = [:]) {
        let firing = findings.filter { $0.state == .firing }
        let replacing = firing.filter { $0.rule.verdict == .replace }.sorted(by: Self.comesBefore)
        let keeping = Set(firing.filter { $0.rule.verdict == .keep }.map(\.rule.name)).sorted()
        if !keeping.isEmpty || (!replacing.isEmpty && !unknownKeeps.isEmpty) {
            let unknown = unknownKeeps.sorted { ($0.rule, $0.why) < ($1.rule, $1.why) }
            self = .kept(Kept(firing: keeping, unknown: unknown, against: replacing))
            return
        }
        let states = replacing.map { windows[$0.rule.name] ?? .none }
        guard let index = Self.decidingIndex(states) else {
            self = .notEphemeral
            return
        }
        self = .ephemeral(Ephemeral(findings: replacing, deciding: replacing[index], window: states[index], windows: states))
    }

    /// `failing` before `outdated`, then the one that has fired for longest, then by name.
    private static func comesBefore(_ left: Finding, _ right: Finding) -> Bool {
        func key(_ finding: Finding) -> (Int, Timestamp, RuleName) {
            (finding.rule.findingClass == .failing ? 0 : 1, finding.firingSince ?? finding.since, finding.rule.name)
        }
        return key(left) < key(right)
    }

    /// The first window that is open; else the one that opens first, where never comes last. Nil only when there is none at all.
    private static func decidingIndex(_ windows: [WindowState]) -> Int? {
        if let open = windows.firstIndex(where: \.allowsStart) { return open }
        var best: (index: Int, opens: Timestamp)?
        for case (let index, .shut(opens: let opens?)) in windows.enumerated() where best.map({ opens < $0.opens }) ?? true {
            best = (index, opens)
        }
        return best?.index ?? windows.indices.first
    }
}
