/// The environment variables that were handed in. One that is empty counts as not set, as every AWS program has it.
package struct Environment: Sendable {
    private let variables: [String: String]

    package init(_ variables: [String: String]) { self.variables = variables }

    package subscript(_ name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }

    /// As a program that is started gets them: `NAME=value`, sorted.
    var assignments: [String] { variables.map { $0.key + "=" + $0.value }.sorted() }

    /// Whether a switch is on: `true` in any case, or `1`.
    package func isOn(_ name: String) -> Bool { ["true", "1"].contains(self[name]?.lowercased()) }

    /// The path with a leading `~/` made absolute by `HOME`.
    func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = self["HOME"] else { return path }
        return (home.hasSuffix("/") ? String(home.dropLast()) : home) + path.dropFirst(1)
    }
}

extension Environment: CustomReflectable, CustomStringConvertible {
    /// Variables hold secrets: only how many there are is told.
    package var description: String { "\(variables.count) environment variables" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
