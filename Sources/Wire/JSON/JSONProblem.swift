/// Why a body is not the JSON that was expected: not JSON at all, or not of the right shape.
package struct JSONProblem: Error, Hashable, Sendable {
    /// `get_agents.agents[3].active`; empty at the top.
    package var path: String
    /// What is wrong there, as the rest of a sentence.
    package var what: String
    /// Where the text itself is broken, in bytes from its start; nil when it is JSON but of the wrong shape.
    package var offset: Int?

    package init(path: String, what: String, offset: Int?) {
        self.path = path
        self.what = what
        self.offset = offset
    }

    /// For people, as the rest of a sentence: what is wrong, where, and how the body begins.
    package func text(byteCount: Int, start: String) -> String {
        let place = path.isEmpty ? "the answer" : path
        guard let offset else { return "\(place) \(what)" }
        return "not valid JSON: \(place) \(what), at byte \(offset) of \(byteCount), which begin with \"\(start)\""
    }
}
