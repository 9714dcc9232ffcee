import Fleet
import Rounds
import Rules

/// How the rules in use stand, in JSON and as text.
struct RulesView: Encodable {
    let picture: Picture

    init(_ picture: Picture) { self.picture = picture }

    private enum Key: String, CodingKey { case at, ruleSet = "rule_set", rules }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(picture.at.description, forKey: .at)
        try container.encode(picture.rules.hash.rawValue, forKey: .ruleSet)
        try container.encode(picture.judgement.rules.map { RuleStandingView($0) }, forKey: .rules)
    }

    func lines() -> [String] {
        var table = Table("RULE", "MATCHES", "UNKNOWN", "REMARK")
        for standing in picture.judgement.rules {
            let remark = standing.idle.map { "idle: it \($0)" } ?? standing.failure ?? standing.limit.map { "more than its limit of \($0.limit)" } ?? "-"
            table.add(standing.rule.rawValue, String(standing.matches), String(standing.unknown.count), remark)
        }
        return ["Rule set \(picture.rules.hash), as of the last round, at \(picture.at.shown)"] + table.lines()
    }
}
