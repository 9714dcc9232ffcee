package import Fleet

/// A command that cannot be taken as it is. The round that it came with has not happened.
package struct CommandRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    package let command: Command
    /// Why, and what to do, in one line for whoever gave it.
    package let reason: String

    package init(_ command: Command, _ reason: String) {
        self.command = command
        self.reason = reason
    }

    package var description: String { reason }
}
