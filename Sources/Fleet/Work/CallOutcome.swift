/// What a call that changes something came to, as far as it was told. A hint: done is only what is seen.
package enum CallOutcome: Hashable, Sendable, Codable {
    case accepted
    /// Accepted, with the instance that it launched.
    case launched(InstanceID)
    /// Refused: nothing was done, and trying again later may help. The words are the server's, at most 300 characters.
    case refused(String)
    /// No answer came, or one that does not say which: it may have been done.
    case unanswered(String)

    /// How long the words of a server may be.
    package static let wordsMax = 300
}

extension CallOutcome {
    /// What the call came to, in a few words for people.
    package var words: String {
        switch self {
        case .accepted: "accepted"
        case .launched(let instance): "launched \(instance)"
        case .refused(let why): "refused: \(why)"
        case .unanswered(let why): "no answer: \(why)"
        }
    }
}
