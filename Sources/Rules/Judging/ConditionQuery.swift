internal import Fleet

/// The statements that judge one rule's condition.
struct ConditionQuery {
    private let condition: String
    private let mask: Int64
    private let isStrict: Bool

    /// The bits of what it reads; an age has a bit of its own.
    init(_ rule: Rule) {
        condition = "(\n" + rule.condition + "\n)"
        mask = Int64(bitPattern: rule.reads.reduce(UInt64(0)) { $0 | $1.bit })
        isStrict = rule.isStrict
    }

    /// The rows on which it holds (`seq`, 1) or is unknown (`seq`, 0); those on which it does not hold stay inside SQLite.
    var overAll: String {
        if isStrict {
            return "SELECT seq, (unknown_mask & \(mask)) = 0 FROM node WHERE (unknown_mask & \(mask)) <> 0 OR \(condition)"
        }
        return "SELECT seq, \(condition) IS TRUE FROM node WHERE coalesce(\(condition), (unknown_mask & \(mask)) <> 0)"
    }

    /// One row: 1 holds, 0 does not, −1 is unknown. Its parameter is the row's number.
    var overOne: String {
        let isUnknown = isStrict ? "(unknown_mask & \(mask)) <> 0" : "(unknown_mask & \(mask)) <> 0 AND \(condition) IS NULL"
        return "SELECT CASE WHEN \(isUnknown) THEN -1 ELSE \(condition) IS TRUE END FROM node WHERE seq = ?1"
    }

    /// Whether any node has something unknown that it reads.
    var anyUnknown: String { "SELECT 1 FROM node WHERE (unknown_mask & \(mask)) <> 0 LIMIT 1" }

    /// How many steps of SQLite's virtual machine it may take over so many nodes: some hundred times what a sensible one needs, and a second or so in all.
    static func stepsMax(nodes: Int) -> Int { 20_000_000 + nodes * 2_000 }
}
