package import Fleet

/// A condition that was found good, and what was learned of it.
package struct Condition: Hashable, Sendable {
    package let text: String
    /// The columns of `node` that it reads, in the catalogue's order.
    package let reads: [Fact]
    /// The other tables that it reads, sorted.
    package let tables: [String]
    /// Whether it holds a construct that turns unknown into an answer.
    package let isStrict: Bool
    /// Whether a subquery looks at other nodes.
    package let readsOtherNodes: Bool
}

/// Why a condition is refused, and what to write instead.
package struct ConditionProblem: Error, Hashable, Sendable {
    /// `what is wrong; the remedy`
    package let message: String
    /// The byte of the condition at which it was noticed; nil where that is not known.
    package let offset: Int?

    init(_ message: String, offset: Int? = nil) {
        self.message = message
        self.offset = offset
    }
}
