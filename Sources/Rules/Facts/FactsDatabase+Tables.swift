package import Fleet

extension FactsDatabase {
    /// Replaces the `task` table. Tasks on agents that no node has are left out.
    ///
    /// The dearest of all calls here: worth it only when a rule reads `task`, see `RuleSet.readsTables`.
    package func replaceTasks(_ tasks: [MesosTask], nodes: [AgentID: NodeID]) throws(FactsFailure) {
        try FactsFailure.during("replacing the tasks") { () throws(SQLiteError) in
            try prepared("DELETE FROM task").run()
            let insert = try prepared("INSERT INTO task (node_id, id, name, framework, state, at, reason, healthy) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            for task in tasks {
                guard let node = nodes[task.agent] else { continue }
                try insert.bind(node.rawValue, at: 1)
                try insert.bind(task.id.rawValue, at: 2)
                try insert.bind(task.name, at: 3)
                try insert.bind(task.frameworkName ?? task.framework.rawValue, at: 4)
                try insert.bind(task.state, at: 5)
                try insert.bind(task.since?.milliseconds, at: 6)
                try insert.bind(task.reason, at: 7)
                try insert.bind(task.isHealthy.map { $0 ? 1 : 0 }, at: 8)
                try insert.run()
            }
        }
    }

    /// Adds one change; of a node's changes the newest 100 are kept.
    package func append(_ change: FactChange) throws(FactsFailure) {
        try FactsFailure.during("appending a change of \(change.node)") { () throws(SQLiteError) in
            let insert = try prepared("INSERT INTO change (node_id, fact, old, new, at) VALUES (?, ?, ?, ?, ?)")
            try insert.bind(change.node.rawValue, at: 1)
            try insert.bind(change.fact.rawValue, at: 2)
            try insert.bind(change.old.known, at: 3)
            try insert.bind(change.new.known, at: 4)
            try insert.bind(change.at.milliseconds, at: 5)
            try insert.run()
            let trim = try prepared(
                """
                DELETE FROM change WHERE node_id = ?1
                AND seq <= (SELECT seq FROM change WHERE node_id = ?1 ORDER BY seq DESC LIMIT 1 OFFSET \(Self.changesPerNodeMax))
                """
            )
            try trim.bind(change.node.rawValue, at: 1)
            try trim.run()
        }
    }

    /// Forgets the changes before a time.
    package func prune(changesBefore time: Timestamp) throws(FactsFailure) {
        try run("DELETE FROM change WHERE at < ?1", "pruning changes", time.milliseconds)
    }

    /// What is known of some facts of a node, ages included; empty when the node is not there.
    package func readings(of node: NodeID, _ facts: [Fact]) throws(FactsFailure) -> [FactReading] {
        guard let row = rows[node], !facts.isEmpty else { return [] }
        return try FactsFailure.during("reading node \(node)") { () throws(SQLiteError) in
            let select = try prepared("SELECT unknown_mask, \(facts.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")) FROM node WHERE seq = ?1")
            try select.bind(row, at: 1)
            defer { select.reset() }
            guard try select.step() else { return [] }
            let mask = UInt64(bitPattern: select.integer(at: 0))
            return facts.enumerated().map { place, fact in
                let column = Int32(place + 1)
                let reading: Reading =
                    if mask & fact.bit != 0 { .unknown } else if select.isNull(at: column) { .none } else if fact.type == .integer {
                        .integer(select.integer(at: column))
                    } else { .text(select.text(at: column)) }
                return FactReading(fact: fact, reading: reading)
            }
        }
    }
}

extension Reading {
    /// The value as text; nil for none and unknown.
    fileprivate var known: String? {
        switch self {
        case .text(let text): text
        case .integer(let number): String(number)
        case .none, .unknown: nil
        }
    }
}
