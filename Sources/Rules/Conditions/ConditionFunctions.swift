/// The functions that a condition may call: deterministic, and without a way out of the facts.
package enum ConditionFunctions {
    /// NULL in, NULL out: what is unknown stays unknown by itself.
    package static let passingNull: Set<String> = [
        "abs", "length", "lower", "upper", "substr", "substring", "instr", "replace", "trim", "ltrim", "rtrim", "round", "sign", "like", "glob", "json_extract",
        "json_array_length", "json_type", "->", "->>",
    ]
    /// These can make an answer out of what is unknown; a condition that calls one is unknown as soon as anything is that it reads.
    package static let hidingNull: Set<String> = [
        "coalesce", "ifnull", "nullif", "iif", "min", "max", "typeof", "printf", "format", "count", "sum", "avg", "total",
    ]
    /// Tables that a subquery may make out of JSON.
    package static let tableValued: Set<String> = ["json_each", "json_tree"]

    package static let allowed = passingNull.union(hidingNull)

    /// Why a function is not in the list, and what to write instead.
    static func remedy(for name: String) -> String {
        switch name {
        case "date", "time", "datetime", "julianday", "strftime", "unixepoch", "timediff", "current_date", "current_time", "current_timestamp", "mayfly_now":
            "a condition cannot read the clock; use an age such as mesos_state_age, and `during:` for hours of the day"
        case "random", "randomblob":
            "a condition has to give the same answer each time; to take a part of the nodes use `shard:`"
        case "load_extension", "readfile", "writefile", "edit", "fts3_tokenizer":
            "a condition only reads the tables of facts"
        default:
            if let near = Spelling.nearest(to: name, among: allowed.sorted()) {
                "did you mean \(near)?"
            } else {
                "docs/rules.md lists the functions that it may call"
            }
        }
    }
}
