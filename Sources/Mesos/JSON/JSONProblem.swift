/// Why a body is not the JSON that was expected: not JSON at all, or not of the right shape.
struct JSONProblem: Error, Hashable, Sendable {
    /// `get_agents.agents[3].active`; empty at the top.
    var path: String
    /// What is wrong there, as the rest of a sentence.
    var what: String
    /// Where the text itself is broken, in bytes from its start; nil when it is JSON but of the wrong shape.
    var offset: Int?
}
