package import Fleet
package import Rounds

extension RoundKeeper {
    /// Takes in what a person says, in a round of its own.
    ///
    /// - Throws: `CommandRefusal` for what cannot be taken as it is, `CommandNotRecorded` when the round failed. Nothing has changed then.
    package func obey(_ command: Command) throws -> RoundReport {
        refusal = nil
        guard let report = take(.command(command)) else {
            defer { refusal = nil }
            if let refusal { throw refusal }
            throw CommandNotRecorded(description: roundsFailing.map { "the round could not be recorded: \($0.reason)" } ?? "no round could be held yet")
        }
        return report
    }
}

/// A command that came to nothing because its round was not recorded.
package struct CommandNotRecorded: Error, Sendable, CustomStringConvertible {
    package let description: String
}
