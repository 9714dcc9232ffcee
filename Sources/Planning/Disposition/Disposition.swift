package import Fleet

/// What is to become of one node, by its rules alone: no gate beyond the rules' own windows is asked.
package enum Disposition: Hashable, Sendable {
    /// At least one `replace` rule fires, and no `keep` rule stands against it.
    case ephemeral(Ephemeral)
    /// A `keep` rule fires; or a `replace` rule does while a `keep` rule is unknown.
    case kept(Kept)
    /// No `replace` rule fires, and no `keep` rule does.
    case notEphemeral

    /// Why a node would be replaced, and by which rule.
    package struct Ephemeral: Hashable, Sendable {
        /// The firing `replace` findings: `failing` before `outdated`, then the one that has fired for longest, then by name. Never empty.
        package let findings: [Finding]
        /// The first of them whose window is open; else, with all windows shut, the one whose window opens first.
        package let deciding: Finding
        /// The deciding finding's window.
        package let window: WindowState
        /// What each rule's window says, in the order of `findings`.
        package let windows: [WindowState]

        package var findingClass: FindingClass { deciding.rule.findingClass }
    }

    /// What keeps a node.
    package struct Kept: Hashable, Sendable {
        /// The `keep` rules that fire, sorted.
        package let firing: [RuleName]
        /// The `keep` rules that could not be judged, sorted, each with what could not be seen.
        package let unknown: [UnknownRule]
        /// The firing `replace` findings that they stand against, in the order of `Ephemeral.findings`. May be empty while a `keep` rule fires.
        package let against: [Finding]

        /// All of them by name, sorted.
        package var by: [RuleName] { (firing + unknown.map(\.rule)).sorted() }
    }

    /// A rule that could not be judged on a node.
    package struct UnknownRule: Hashable, Sendable {
        package let rule: RuleName
        /// Why, as a phrase: `services cannot be read`.
        package let why: String

        package init(rule: RuleName, why: String) {
            self.rule = rule
            self.why = why
        }
    }
}
