/// What running test files came to.
package struct RuleTestReport: Encodable, Sendable {
    package struct Case: Encodable, Sendable {
        package let file: String
        package let line: Int
        package let name: String
        /// How many expectations it has.
        package let expectations: Int
        package let failures: [Failure]
    }

    package struct Failure: Encodable, Sendable, CustomStringConvertible {
        package let line: Int
        package let at: String
        package let time: String
        package let rule: String
        package let node: String
        package let expected: String
        package let got: String
        package let reason: String

        package var description: String { "at \(at) (\(time)), rule \(rule), node \(node): expected \(expected), got \(got): \(reason)" }
    }

    package let cases: [Case]
    /// Files that could not be read or run.
    package let problems: [String]

    package var isGood: Bool { problems.isEmpty && cases.allSatisfy(\.failures.isEmpty) }

    /// For people: every failure with its place, then one line of numbers.
    package var text: String {
        var lines = problems
        for entry in cases where !entry.failures.isEmpty {
            lines.append("FAILED \(entry.file):\(entry.line): \(entry.name)")
            lines += entry.failures.map { "  \(entry.file):\($0.line): \($0)" }
        }
        let failed = cases.count { !$0.failures.isEmpty }
        let files = Set(cases.map(\.file)).count
        lines.append(
            "\(cases.count) tests in \(files) files, \(cases.reduce(0) { $0 + $1.expectations }) expectations: "
                + (isGood ? "all as expected" : "\(failed) failed" + (problems.isEmpty ? "" : ", \(problems.count) problems in files")))
        return lines.joined(separator: "\n")
    }
}
