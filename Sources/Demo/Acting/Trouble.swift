internal import FoundationEssentials

extension DemoCluster {
    /// What becomes of a call on its way, whatever it asks.
    package enum Trouble: String, Hashable, Sendable, CaseIterable {
        /// Nobody there knows whoever asks.
        case badCredentials
        /// Whoever asks is known, and may not.
        case noPermission
        /// It is asked too often.
        case throttled
        /// The connection is cut before anything has been done.
        case lostBefore
        /// The connection is cut after it has been done.
        case lostAfter
    }

    /// Who says what becomes of a call.
    struct Troubling {
        var body: (@Sendable (AskedCall) -> Trouble?)?
    }
}

/// A call as it arrives: whom it is for, and what it asks.
package struct AskedCall: Hashable, Sendable, CustomStringConvertible {
    package enum Whom: String, Hashable, Sendable, CaseIterable {
        case ec2, autoScaling, ssm, mesos, marathon, scheduler, health
        /// Logging in, alerts, and what nobody knows.
        case other
    }

    package let whom: Whom
    /// `TerminateInstances`, `SendCommand mayfly: leave`, `DRAIN_AGENT`, `POST v1/pod/kafka-0/replace`.
    package let name: String
    /// Whether it is to change something.
    package let isChange: Bool

    package var description: String { "\(whom.rawValue) \(name)" }

    private init(_ whom: Whom, _ name: String, isChange: Bool) {
        self.whom = whom
        self.name = name
        self.isChange = isChange
    }

    /// One of AWS', whose services share an address here.
    static func aws(_ question: Question) -> AskedCall {
        if let target = question.target {
            let name = target.split(separator: ".").last.map(String.init) ?? target
            let isChange = ["SendCommand", "PutParameter", "DeleteParameters"].contains(name)
            return AskedCall(.ssm, ([name] + comment(of: question)).joined(separator: " "), isChange: isChange)
        }
        let form = Form(question.body)
        let name = form["Action"] ?? ""
        let isChange = !name.hasPrefix("Describe") && !name.hasPrefix("Get") && form["DryRun"] != "true"
        return AskedCall(form["Version"] == "2011-01-01" ? .autoScaling : .ec2, name, isChange: isChange)
    }

    /// What a command is said to be for.
    private static func comment(of question: Question) -> [String] {
        struct Sent: Decodable {
            let comment: String?
            enum CodingKeys: String, CodingKey { case comment = "Comment" }
        }
        return (try? JSONDecoder().decode(Sent.self, from: Data(question.body)))?.comment.map { [$0] } ?? []
    }

    /// One of a master's operator API, or of another of its paths.
    static func mesos(_ question: Question) -> AskedCall {
        guard case .success(let call) = Call.parse(question.body) else { return AskedCall(.mesos, question.path, isChange: false) }
        return AskedCall(.mesos, call.type, isChange: AgentCall.isOne(call.type))
    }

    /// One that Admin Router hands on.
    static func router(_ question: Question, services: [String]) -> AskedCall {
        let path = String(question.path.drop { $0 == "/" })
        let isChange = question.method != "GET"
        if path.hasPrefix("mesos/") { return mesos(question) }
        if path.hasPrefix("marathon/") || path.hasPrefix("service/marathon/") { return AskedCall(.marathon, question.method + " " + path, isChange: isChange) }
        if path.hasPrefix("system/health/") { return AskedCall(.health, path, isChange: false) }
        let service = services.filter { path.hasPrefix("service/\($0)/") }.max { $0.count < $1.count }
        guard let service else { return AskedCall(.other, path, isChange: false) }
        return AskedCall(.scheduler, question.method + " " + path.dropFirst("service/\(service)/".count), isChange: isChange)
    }
}

extension DemoCluster.Trouble {
    /// What is answered in place of what was asked for, in the words of whoever was asked. Nil: nothing, the connection is cut.
    func answer(to call: AskedCall) -> Answer? {
        switch self {
        case .lostBefore, .lostAfter: return nil
        case .badCredentials, .noPermission, .throttled: break
        }
        switch call.whom {
        case .ec2: return inEC2
        case .autoScaling: return inAutoScaling(call.name)
        case .ssm: return inSSM(call.name)
        case .mesos, .marathon, .scheduler, .health, .other: return inAdminRouter
        }
    }

    private var inEC2: Answer {
        switch self {
        case .badCredentials: EC2Answers.refusal(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
        case .noPermission: EC2Answers.refusal(403, "UnauthorizedOperation", "You are not authorized to perform this operation.")
        default: EC2Answers.refusal(503, "RequestLimitExceeded", "Request limit exceeded.")
        }
    }

    private func inAutoScaling(_ action: String) -> Answer {
        switch self {
        case .badCredentials: AutoScalingAnswers.refusal(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
        case .noPermission: AutoScalingAnswers.refusal(403, "AccessDenied", "User is not authorized to perform: autoscaling:\(action)")
        default: AutoScalingAnswers.refusal(400, "Throttling", "Rate exceeded")
        }
    }

    private func inSSM(_ action: String) -> Answer {
        switch self {
        case .badCredentials: SSMAnswers.refusal("UnrecognizedClientException", "The security token included in the request is invalid.")
        case .noPermission: SSMAnswers.refusal("AccessDeniedException", "User is not authorized to perform: ssm:\(action)")
        default: SSMAnswers.refusal("ThrottlingException", "Rate exceeded")
        }
    }

    private var inAdminRouter: Answer {
        switch self {
        case .badCredentials: AdminRouterAnswers.page(401, "401 Authorization Required", headers: [("WWW-Authenticate", "acsjwt")])
        case .noPermission: AdminRouterAnswers.page(403, "403 Forbidden")
        default: AdminRouterAnswers.page(429, "429 Too Many Requests")
        }
    }
}
