/// Places that a rule of the tidy tests does not reach, each with its reason.
///
/// An entry that nothing needs any more fails too, so the list only holds what is true.
enum Allowed {
    struct Exception {
        let rule: Rule
        /// The file, from the root.
        let path: String
        /// Why the rule is wrong there.
        let reason: String
    }

    enum Rule: String, CaseIterable {
        case uncheckedSendable = "@unchecked Sendable"
        case functionLength = "a long function"
        case moduleName = "a type named like a module"
    }

    static let exceptions: [Exception] = [
        Exception(
            rule: .functionLength, path: "Sources/Fleet/Facts/Fact+Catalogue.swift",
            reason: "the catalogue of facts is one exhaustive switch, a line or two for each fact, and is read as a table")
    ]

    static func permits(_ rule: Rule, at path: String) -> Bool { exceptions.contains { $0.rule == rule && $0.path == path } }
}
