import Fleet
import Rules

/// Rule files and facts as tests write them.
enum Building {
    static func rule(when condition: String, _ more: String = "", name: String = "a-rule", verdict: String = "notify") -> String {
        """
        version: 1
        rules:
          - name: \(name)
            when: |
              \(condition)
            verdict: \(verdict)
            summary: "it is so"
        \(more)
        """
    }

    static func set(_ text: String, file: String = "a.yaml") throws -> RuleSet {
        try RuleSet.parse([RuleFile(path: file, text: text)])
    }

    /// What is wrong with a text; empty when nothing is.
    static func problems(_ text: String, file: String = "a.yaml", now: Timestamp? = nil) -> [String] {
        do throws(RuleFileErrors) {
            _ = try RuleSet.parse([RuleFile(path: file, text: text)], now: now)
            return []
        } catch { return error.problems.map(\.description) }
    }

    static func facts(_ id: NodeID, _ readings: [Fact: Reading], otherwise: Reading = .none) -> NodeFacts {
        var facts = NodeFacts(id: id)
        for fact in Fact.allCases where fact != .id {
            if case .observed = fact.origin { facts[fact] = otherwise } else if fact.origin == .derived { facts[fact] = otherwise }
        }
        for (fact, reading) in readings { facts[fact] = reading }
        return facts
    }

    static let now = Timestamp(milliseconds: 1_790_000_000_000)
    /// Every source there is.
    static let sources: Set<Source> = [.agents, .tasks, .maintenance, .instances, .statuses, .images, .target(""), .ssm, .probe, .health, .services, .ledger]
}
