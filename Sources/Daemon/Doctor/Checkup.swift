/// What trying one thing came to.
package struct Checkup: Hashable, Sendable, Encodable {
    package enum Verdict: String, Hashable, Sendable, Encodable {
        case ok
        /// It works, or was not tried, and somebody should know.
        case warn
        case fail
    }

    /// The check, and what it was tried on: `master http://10.0.1.5:5050`.
    package let name: String
    package let verdict: Verdict
    /// What was seen, or what went wrong. One line, never a secret.
    package let message: String
    /// How to mend it. Nil when there is nothing to mend.
    package let remedy: String?

    package static func ok(_ name: String, _ message: String) -> Checkup { Checkup(name: name, verdict: .ok, message: message, remedy: nil) }

    package static func warn(_ name: String, _ message: String, remedy: String) -> Checkup {
        Checkup(name: name, verdict: .warn, message: message, remedy: remedy)
    }

    package static func fail(_ name: String, _ message: String, remedy: String) -> Checkup {
        Checkup(name: name, verdict: .fail, message: message, remedy: remedy)
    }

    /// One part of a sighting.
    package static func of<Value>(
        _ name: String, _ result: Result<Value, some Error>, remedy: String, _ describe: (Value) -> String
    ) -> Checkup {
        switch result {
        case .success(let value): ok(name, describe(value))
        case .failure(let failure): fail(name, "\(failure)", remedy: remedy)
        }
    }
}
