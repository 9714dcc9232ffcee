internal import Wire

/// Whose word an answer is: the scheduler's, or that of somebody on the way to it.
///
/// Admin Router answers 404, 502 and 503 for half a minute and more whenever a scheduler has restarted elsewhere. None of that says anything about
/// the service, so only what is known to be the scheduler's own counts as an answer.
struct AnswerCheck {
    /// Nil when the body may be decoded.
    let problem: SchedulerError.Problem?

    /// - Parameter hasLogin: whether there is anything to log in with at Admin Router.
    init(_ answer: HTTPAnswer, route: SchedulerRoute, statuses: Set<Int>, hasLogin: Bool) {
        switch answer.status {
        case 401, 403:
            let known = route.kind == .router ? answer.adminRouterRefusal(hasLogin: hasLogin, permission: route.permission) : nil
            problem = .login(known ?? "\(answer.status): whoever answers there asks for a login, and Mayfly has none for it")
        default: problem = Self.problem(answer, statuses)
        }
    }

    private static func problem(_ answer: HTTPAnswer, _ statuses: Set<Int>) -> SchedulerError.Problem? {
        switch answer.status {
        case 404, 405: return isRouters(answer) ? .notReached(status: answer.status, text: said(answer)) : .notFound(text: said(answer))
        case 502, 504: return .notReached(status: answer.status, text: said(answer))
        case let status where statuses.contains(status):
            guard answer.isWebPage else { return nil }
            return status == 503 ? .notReached(status: status, text: "") : .webPage(status: status)
        case 503: return .notReached(status: 503, text: said(answer))
        case 300..<400: return .redirected(status: answer.status, to: answer.header("location").map { HTTPAddress.shown($0) } ?? "nowhere")
        default: return .refused(status: answer.status, text: said(answer))
        }
    }

    /// Schedulers answer a path that they do not have with nothing, with a line of text, or with Jetty's page; Admin Router with nginx' or a text of
    /// its own (`404 Not Found: service not found.`). Any page that is not Jetty's is nobody's word.
    private static func isRouters(_ answer: HTTPAnswer) -> Bool {
        let text = answer.start(charactersMax: 4000).lowercased()
        if answer.isWebPage { return !text.contains("jetty") }
        return text.contains("service not found") || text.contains("openresty") || text.contains("nginx")
    }

    private static func said(_ answer: HTTPAnswer) -> String { answer.isWebPage ? "" : answer.start(charactersMax: 100) }
}
