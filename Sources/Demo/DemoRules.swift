/// The shipped rules as the acting demo takes them: each says by itself that nothing is done, until somebody writes otherwise.
package enum DemoRules {
    /// A rule file in which every rule that would have a node replaced does so.
    package static func acting(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.filter { !$0.hasPrefix("    mode:") }.flatMap { line in
            line == "    verdict: replace" ? [line, "    mode: act"] : [line]
        }.joined(separator: "\n")
    }
}
