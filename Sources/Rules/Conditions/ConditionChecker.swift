internal import Fleet

/// Checks conditions against the published tables with SQLite's own compiler, and runs each once on made-up rows.
final class ConditionChecker {
    private let facts: FactsDatabase

    /// How many steps of SQLite's virtual machine a condition may take over the few made-up rows; a sensible one takes hundreds.
    private static let stepsMax = 1_000_000

    init() throws(FactsFailure) {
        facts = try FactsDatabase()
        try fill()
    }

    /// One row of nothing but NULL, and one of values, each with a change and a task.
    private func fill() throws(FactsFailure) {
        let now = Timestamp(milliseconds: 1_800_000_000_000)
        try facts.begin(now: now)
        let empty = NodeFacts(id: "i-00000000000000001")
        try facts.put(empty, stateSince: nil)
        var full = NodeFacts(id: "i-00000000000000002")
        for fact in FactsSchema.stored where fact != .id { full[fact] = Self.value(of: fact, now: now) }
        try facts.put(full, stateSince: now - .seconds(600))
        try facts.append(FactChange(node: full.id, fact: .mesosState, old: .text("active"), new: .text("absent"), at: now - .seconds(600)))
        let task = MesosTask(
            id: "task", name: "task", framework: "framework", frameworkName: "framework", agent: "agent", state: "TASK_RUNNING", since: now - .seconds(60))
        try facts.replaceTasks([task], nodes: ["agent": full.id])
        try facts.commit()
    }

    private static func value(of fact: Fact, now: Timestamp) -> Reading {
        switch (fact.type, fact.unit) {
        case (.integer, "milliseconds since 1970"): .time(now - .seconds(3600))
        case (.integer, _): .integer(1)
        case (.text, "JSON"): .text(fact == .tags || fact == .attributes ? #"{"name":"value"}"# : #"["name"]"#)
        case (.text, _): .text(fact.values?.first ?? "text")
        }
    }

    func check(_ text: String) throws(ConditionProblem) -> Condition {
        let tokens = SQLTokenizer.tokens(of: text)
        try ConditionScan.check(text, tokens)
        try compile(text)
        let reads = facts.connection.watch.columns
        let isStrict = ConditionScan.isStrict(tokens) || !facts.connection.watch.functions.isDisjoint(with: ConditionFunctions.hidingNull)
        try LiteralCheck.check(tokens)
        try run(text)
        return Condition(
            text: text, reads: Fact.published.filter { reads["node"]?.contains($0.rawValue) == true }, tables: reads.keys.filter { $0 != "node" }.sorted(),
            isStrict: isStrict, readsOtherNodes: ConditionScan.readsOtherNodes(tokens))
    }

    private static let prefix = "SELECT 1 FROM node WHERE (\n"

    private func compile(_ text: String) throws(ConditionProblem) {
        let watch = facts.connection.watch
        do throws(SQLiteError) {
            _ = try watch.guarded { () throws(SQLiteError) in try facts.connection.prepare(Self.prefix + text + "\n)") }
        } catch {
            let offset = error.offset.map { $0 - Self.prefix.utf8.count }.flatMap { (0..<text.utf8.count).contains($0) ? $0 : nil }
            throw ConditionProblem(watch.refusal.map(ConditionMessages.message) ?? ConditionMessages.message(error.message, in: text), offset: offset)
        }
    }

    /// Over the made-up rows: finds what never ends, what asks for too much memory, and what fails on its own constants.
    private func run(_ text: String) throws(ConditionProblem) {
        do throws(SQLiteError) {
            try facts.connection.watch.bounded(steps: Self.stepsMax) { () throws(SQLiteError) in
                try facts.connection.prepare("SELECT (\n" + text + "\n) FROM node").run()
            }
        } catch {
            throw ConditionProblem(ConditionMessages.failure(error))
        }
    }
}
