/// The text of one rule file.
package struct RuleFile: Hashable, Sendable {
    /// As it was given, for messages; its last component counts in the set's hash.
    package let path: String
    package let text: String

    package init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    /// The last component of the path.
    package var name: String { String(path.split(separator: "/").last ?? "") }
}

/// Everything that is wrong with a set of rule files, in the order of the files and lines.
package struct RuleFileErrors: Error, Sendable, CustomStringConvertible {
    package let problems: [FileProblem]

    package init(_ problems: [FileProblem]) { self.problems = problems }

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
