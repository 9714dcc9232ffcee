import Fleet
import Foundation

/// What a person tells Mayfly through the console: a verb, what it is about, and why.
package struct Instruction: Hashable, Sendable {
    package enum Verb: String, CaseIterable, Sendable {
        case pause, resume, refresh, hold, release, approve, replace, cancel, retry, accept
        case endRefresh = "end-refresh"
        case takeOver = "take-over"

        /// What stands after the verb.
        package enum Subject: Hashable, Sendable {
            case nothing, node, replacement, latch
        }

        package var subject: Subject {
            switch self {
            case .pause, .resume, .refresh, .endRefresh, .takeOver: .nothing
            case .hold, .release, .approve, .replace: .node
            case .cancel, .retry: .replacement
            case .accept: .latch
            }
        }

        /// Whether it has an end, and how long it lasts when nobody says. Nil: it has none.
        package var lasting: Lasting? {
            switch self {
            case .pause: .untilEnded
            case .refresh, .hold: .mustBeSaid
            case .approve: .usually(.seconds(4 * 3600))
            case .resume, .endRefresh, .release, .replace, .cancel, .retry, .accept, .takeOver: nil
            }
        }

        package enum Lasting: Hashable, Sendable {
            /// Until somebody ends it, when nobody says.
            case untilEnded
            case mustBeSaid
            case usually(Duration)
        }
    }

    package let verb: Verb
    /// As it was typed. Nil where the verb has none.
    package let subject: String?
    package let reason: String
    /// Nil: without an end, or as long as is usual.
    package let lasting: Duration?

    /// A sentence or two; it stands in every explanation.
    package static let reasonCharactersMax = 500
    /// Shorter is over before anybody has looked; longer is forgotten.
    package static let lastingRange = Duration.seconds(60) ... .seconds(90 * 86_400)

    /// - Throws: what is missing or too much, as `bad_request`.
    package init(_ verb: Verb, _ subject: String? = nil, reason: String?, lasting: Duration? = nil) throws(ConsoleError) {
        let words = (reason ?? "").split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
        guard !words.isEmpty, words.count <= Self.reasonCharactersMax else {
            throw ConsoleError(
                .badRequest, "\(verb.rawValue) needs a reason of at most \(Self.reasonCharactersMax) characters", hint: "say why with --reason")
        }
        guard (subject?.isEmpty ?? true) == (verb.subject == .nothing) else {
            throw ConsoleError(.badRequest, "\(verb.rawValue) \(verb.subject == .nothing ? "stands alone" : "needs to be told what it is about")", hint: "")
        }
        if lasting != nil, verb.lasting == nil { throw ConsoleError(.badRequest, "\(verb.rawValue) has no end", hint: "leave out --for") }
        if lasting == nil, verb.lasting == .mustBeSaid {
            throw ConsoleError(.badRequest, "\(verb.rawValue) needs an end", hint: "say for how long with --for")
        }
        if let lasting, !Self.lastingRange.contains(lasting) {
            throw ConsoleError(
                .badRequest, "\(verb.rawValue) lasts from \(Self.lastingRange.lowerBound.text) to \(Self.lastingRange.upperBound.text), not \(lasting.text)",
                hint: "give another --for")
        }
        self.verb = verb
        self.subject = subject
        self.reason = words
        self.lasting = lasting
    }

    /// The path and query to post to.
    package var target: String {
        var target = verb.path.rawValue
        if let subject { target += "/" + Question.escaped(subject) }
        target += "?reason=" + Question.escaped(reason)
        if let lasting { target += "&for_seconds=\(lasting.inSeconds)" }
        return target
    }

    /// What a path and its parameters tell. Nil: nothing is told there.
    init?(path: String, parameters: [String: String]) throws(ConsoleError) {
        guard let verb = Verb.allCases.first(where: { path == $0.path.rawValue || path.hasPrefix($0.path.rawValue + "/") }) else { return nil }
        let rest = path.dropFirst(verb.path.rawValue.count + 1)
        guard let subject = String(rest).removingPercentEncoding else {
            throw ConsoleError(.badRequest, "the name in \(path.prefix(200)) is not percent-encoded text", hint: "encode it as a part of a URL")
        }
        var lasting: Duration?
        if let text = parameters["for_seconds"] {
            guard let seconds = Int64(text), seconds >= 0, seconds <= 1 << 40 else {
                throw ConsoleError(.badRequest, "for_seconds is '\(text.prefix(40))'", hint: "give a whole number of seconds")
            }
            lasting = .seconds(seconds)
        }
        try self.init(verb, subject.isEmpty ? nil : subject, reason: parameters["reason"], lasting: lasting)
    }
}

extension Instruction.Verb {
    package var path: ConsolePath {
        switch self {
        case .pause: .pause
        case .resume: .resume
        case .refresh: .refresh
        case .endRefresh: .endRefresh
        case .hold: .hold
        case .release: .release
        case .approve: .approve
        case .replace: .replace
        case .cancel: .cancel
        case .retry: .retry
        case .accept: .accept
        case .takeOver: .takeOver
        }
    }
}
