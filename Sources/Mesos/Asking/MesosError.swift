internal import Fleet
internal import Wire

/// A call to a Mesos master that did not give what was asked for. Its text is made here and nowhere else.
struct MesosError: Error, Sendable, CustomStringConvertible {
    enum Problem: Sendable {
        /// No answer at all.
        case failed(HTTPFailure)
        /// An answer, but not a 200: the status and the start of its text.
        case refused(status: Int, text: String)
        /// DC/OS' Admin Router did not let it through.
        case adminRouter(String)
        /// A 3xx where none belongs: a login page, mostly.
        case redirected(status: Int, to: String)
        /// A web page instead of an answer.
        case webPage(status: Int)
        /// Not JSON, or of the wrong shape.
        case malformed(JSONProblem, byteCount: Int, start: String)
        case leaderChanged(from: MasterID, to: MasterID)
        /// A stream that ended, or that cannot be read on.
        case stream(String)
        case credentials(String)
        case badBase
    }

    let problem: Problem
    /// The URL that was asked or that answered, without user info and query.
    let url: String
    /// `GET_AGENTS`.
    let call: String
    let hasCredentials: Bool
    /// Whether the login is DC/OS'.
    let isDCOS: Bool

    var description: String {
        switch problem {
        case .failed(let failure): "\(failure.description) (\(call))"
        case .credentials(let text): "\(url): \(text)"
        case .badBase: "\(url): not the base URL of a Mesos master; it is like http://10.0.0.5:5050 or https://dcos.example.com/mesos"
        default: "\(url): \(call): \(reason)"
        }
    }

    /// For an answer that is kept.
    var words: String { String(description.prefix(CallOutcome.wordsMax)) }

    /// Whether it failed before anything was sent.
    var isBeforeTheCall: Bool {
        guard case .failed(let failure) = problem else { return false }
        return [.badURL, .noLogin, .certificate].contains(failure.problem)
    }

    private var reason: String {
        switch problem {
        case .failed, .credentials, .badBase: ""
        case .refused(let status, let text): refusal(status, text)
        case .adminRouter(let text), .stream(let text): text
        case .redirected(307, let target) where isDCOS: "307 to \(target): the master behind Admin Router leads no longer; the next poll may find the new one"
        case .redirected(let status, let target): "\(status), a redirect to \(target): is a proxy or login page in between?"
        case .webPage(let status): "\(status), an HTML page, not Mesos: is a proxy or login page in between?"
        case .malformed(let problem, let byteCount, let start): problem.text(byteCount: byteCount, start: start)
        case .leaderChanged(let old, let new): "the leader changed during the poll, from \(old) to \(new); the next poll asks the new one"
        }
    }

    private func refusal(_ status: Int, _ text: String) -> String {
        let said = text.isEmpty ? "\(status)" : "\(status) \"\(text)\""
        switch status {
        case 401:
            return hasCredentials
                ? "\(said): the credentials were not accepted; check them under mesos"
                : "\(said): credentials are asked for and none are configured under mesos"
        case 403 where isDCOS:
            let needed = ["dcos:adminrouter:ops:mesos in DC/OS", permission.map { "or in Mesos \($0)" }].compactMap { $0 }.joined(separator: ", ")
            return "\(said): the account lacks the permission for this call (\(needed))"
        case 403: return "\(said): the credentials lack the permission for this call\(permission.map { " (\($0))" } ?? "")"
        case 502, 504: return "\(said): what stands before the masters reaches none of them"
        // What it says of an agent is an answer, and no sign of what else may be wrong.
        case 404 where text.hasPrefix("Agent '"): return said
        case 404: return "\(said): the master is starting, or this is not a Mesos master"
        case 503 where text.contains("recover"): return "\(said): the master leads but is still recovering; the next poll may find it ready"
        case 503 where text.contains("leader"): return "\(said): this master knows of no leader"
        default: return said
        }
    }

    /// The ACL that opens a call (docs/authorization.md of Mesos).
    private var permission: String? {
        switch call {
        case "GET_AGENTS": "view_role for reservations and allocations"
        case "GET_TASKS": "view_tasks and view_frameworks"
        case "GET_FRAMEWORKS": "view_frameworks"
        case "GET_MAINTENANCE_STATUS": "get_maintenance_statuses"
        case "GET_FLAGS": "view_flags"
        case "MARK_AGENT_GONE": "mark_agents_gone"
        case "DRAIN_AGENT": "drain_agents"
        case "DEACTIVATE_AGENT": "deactivate_agents"
        case "REACTIVATE_AGENT": "reactivate_agents"
        default: nil
        }
    }
}
