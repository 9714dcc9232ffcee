/// The facts database did not do what was asked: a bug, or no memory.
package struct FactsFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// As a phrase that follows "while".
    package let attempting: String
    package let message: String

    package init(attempting: String, message: String) {
        self.attempting = attempting
        self.message = message
    }

    package var description: String { "the facts database failed while \(attempting): \(message)" }

    static func during<Value>(_ attempting: @autoclosure () -> String, _ body: () throws(SQLiteError) -> Value) throws(FactsFailure) -> Value {
        do throws(SQLiteError) { return try body() } catch { throw FactsFailure(attempting: attempting(), message: error.message) }
    }
}
