internal import Fleet
internal import Wire

/// A call to Marathon or to a scheduler that did not give what was asked for. Its text is made here and nowhere else.
struct SchedulerError: Error, Sendable, CustomStringConvertible {
    enum Problem: Sendable {
        /// No answer at all, or nothing to log in with.
        case failed(HTTPFailure)
        /// The scheduler itself has nothing under this path: `Pod kafka-9 not found`, or an API that it does not have.
        case notFound(text: String)
        /// Admin Router, or another proxy, did not get us through to the scheduler.
        case notReached(status: Int, text: String)
        /// DC/OS wants a login, or another one; in words for the operator.
        case login(String)
        /// An answer with another status, and the start of its text.
        case refused(status: Int, text: String)
        case redirected(status: Int, to: String)
        /// A web page where JSON belongs.
        case webPage(status: Int)
        /// Not JSON, or of the wrong shape.
        case malformed(JSONProblem, byteCount: Int, start: String)
        /// Not asked, for the time that the poll or the service may take was over.
        case outOfTime
        /// Not asked, or asked and of no use; in words.
        case unusable(String)
    }

    let problem: Problem
    /// The URL that was asked or that answered, without user info and query.
    let url: String

    /// Whether nobody of the scheduler has spoken: then it is of no use to ask it more in this poll.
    var isOutage: Bool {
        switch problem {
        case .failed(let failure): failure.problem != .cutShort && !failure.isTooLarge
        case .notReached, .login, .redirected, .webPage, .outOfTime: true
        case .notFound, .refused, .malformed, .unusable: false
        }
    }

    /// Whether time was lost waiting for it.
    var isStall: Bool {
        if case .failed(let failure) = problem, case .timedOut = failure.problem { true } else { false }
    }

    var isNotFound: Bool { if case .notFound = problem { true } else { false } }

    /// Whether Admin Router has nothing under this name, or path.
    var isUnknownService: Bool { if case .notReached(status: 404, _) = problem { true } else { false } }

    var description: String {
        if case .failed(let failure) = problem { return failure.description }
        return "\(url): \(reason)"
    }

    var failure: SourceFailure { SourceFailure(description) }

    private var reason: String {
        switch problem {
        case .failed(let failure): failure.description
        case .notFound(let text): "404\(Self.quoted(text)): the scheduler has nothing there"
        case .notReached(let status, let text): notReached(status, text)
        case .login(let text), .unusable(let text): text
        case .refused(let status, let text): "\(status)\(Self.quoted(text))\(status == 500 ? ": the scheduler failed, over ZooKeeper mostly" : "")"
        case .redirected(let status, let target): "\(status), a redirect to \(target): is a login page in between?"
        case .webPage(let status): "\(status), an HTML page and no JSON: is a proxy or login page in between?"
        case .malformed(let problem, let byteCount, let start): problem.text(byteCount: byteCount, start: start)
        case .outOfTime: "not asked, for the time of this poll was over; the next one begins with it"
        }
    }

    private func notReached(_ status: Int, _ text: String) -> String {
        let said = "\(status)\(Self.quoted(text))"
        return status == 404
            ? "\(said): Admin Router knows no such service; its scheduler is down or has just moved, or, before DC/OS 1.10, is in a folder and needs a url"
            : "\(said): the scheduler was not reached; it starts, has just moved, or is down"
    }

    private static func quoted(_ text: String) -> String { text.isEmpty ? "" : " \"\(text)\"" }
}

extension HTTPFailure {
    fileprivate var isTooLarge: Bool { if case .tooLarge = problem { true } else { false } }
}
