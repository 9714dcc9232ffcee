package import Fleet

/// The facts of every node in an in-memory SQLite database, for conditions to be judged on.
///
/// Owned by the round; not Sendable. It changes in a transaction of its own, which commits only after the ledger's.
package final class FactsDatabase {
    package init() throws(FactsFailure) {}
    package func begin(now: Timestamp) throws(FactsFailure) {}
    package func put(_ facts: NodeFacts, stateSince: Timestamp?) throws(FactsFailure) {}
    package func remove(_ node: NodeID) throws(FactsFailure) {}
    package func replaceTasks(_ tasks: [MesosTask], nodes: [AgentID: NodeID]) throws(FactsFailure) {}
    package func append(_ change: FactChange) throws(FactsFailure) {}
    package func prune(changesBefore time: Timestamp) throws(FactsFailure) {}
    package func commit() throws(FactsFailure) {}
    package func rollback() {}
}

/// The facts database did not do what was asked: a bug, or no memory.
package struct FactsFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package let attempting: String
    package let message: String

    package init(attempting: String, message: String) {
        self.attempting = attempting
        self.message = message
    }

    package var description: String { "SQLite failed while \(attempting): \(message)" }
}
