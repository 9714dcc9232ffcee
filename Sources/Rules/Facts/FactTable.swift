package import Fleet

/// A table that a condition may read, with its published columns. `node` is made from the catalogue of facts.
package struct FactTable: Sendable {
    package struct Column: Sendable {
        package let name: String
        package let type: Fact.ColumnType
        package let meaning: String
    }

    package let name: String
    /// What has to be configured, and fresh, for the table to mean anything; nil for what needs no source.
    package let source: Source?
    package let columns: [Column]

    package static func named(_ name: String) -> FactTable? { all.first { $0.name == name } }

    package static let all: [FactTable] = [node, task, member, service, change, replacement]

    /// The type of a column that has the same type in every table that has it; nil for one that does not exist.
    static let types: [String: Fact.ColumnType] = {
        var types: [String: Fact.ColumnType] = [:]
        for column in all.flatMap(\.columns) {
            precondition(types[column.name, default: column.type] == column.type, "column \(column.name) has two types")
            types[column.name] = column.type
        }
        return types
    }()

    package static let node = FactTable(
        name: "node", source: nil, columns: Fact.published.map { Column(name: $0.rawValue, type: $0.type, meaning: $0.meaning) })

    package static let task = FactTable(
        name: "task", source: .tasks,
        columns: [
            Column(name: "node_id", type: .text, meaning: "The node that it runs, or ran, on."),
            Column(name: "id", type: .text, meaning: "The task's id."),
            Column(name: "name", type: .text, meaning: "The task's name."),
            Column(name: "framework", type: .text, meaning: "The framework's name, or its id where the name is not visible."),
            Column(name: "state", type: .text, meaning: "`TASK_RUNNING`, `TASK_FAILED`, …, as Mesos spells it."),
            Column(name: "age", type: .integer, meaning: "Seconds since it reached that state; NULL while there is no status."),
            Column(name: "reason", type: .text, meaning: "`REASON_…` of the last status; NULL without one."),
            Column(name: "healthy", type: .integer, meaning: "1 or 0 by its health check; NULL without one."),
        ])

    package static let member = FactTable(
        name: "member", source: .services,
        columns: [
            Column(name: "service", type: .text, meaning: "The name of the service that it is a part of."),
            Column(name: "id", type: .text, meaning: "The member's name within its service: `kafka-0`."),
            Column(name: "node_id", type: .text, meaning: "The node that it lives on; NULL where that is none we know."),
            Column(name: "in_sync", type: .integer, meaning: "1 or 0; NULL where the service does not tell."),
        ])

    package static let service = FactTable(
        name: "service", source: .services,
        columns: [
            Column(name: "name", type: .text, meaning: "The service's name: `prod/kafka`."),
            Column(name: "kind", type: .text, meaning: "What it is: `kafka`, else its package's name; `unknown` where nobody tells."),
            Column(name: "size", type: .integer, meaning: "How many members it has; NULL where no scheduler was asked."),
        ])

    package static let change = FactTable(
        name: "change", source: nil,
        columns: [
            Column(name: "node_id", type: .text, meaning: "The node."),
            Column(name: "fact", type: .text, meaning: "The column of `node` that changed."),
            Column(name: "old", type: .text, meaning: "Its value before, as text; NULL for none and for unknown."),
            Column(name: "new", type: .text, meaning: "Its value after, as text; NULL for none and for unknown."),
            Column(name: "age", type: .integer, meaning: "Seconds since the change. The last 24 hours are kept, at most 100 changes a node."),
        ])

    package static let replacement = FactTable(
        name: "replacement", source: .ledger,
        columns: [
            Column(name: "node_id", type: .text, meaning: "The node that is, or was, replaced."),
            Column(name: "state", type: .text, meaning: "The step that it is at, `done`, `cancelled` or `parked`."),
            Column(name: "age", type: .integer, meaning: "Seconds since it reached that state."),
        ])
}
