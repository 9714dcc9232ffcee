package import Fleet
internal import Wire

extension ServicesClient {
    /// Has a member given up where it is and started anew elsewhere, by its own scheduler: its data there is lost.
    ///
    /// The call is made once and on one way: it is not idempotent, a second one kills the member that the first has started. Who answers, and in which words it is asked, is looked at
    /// just before; only a way on which nobody of the scheduler has answered that is left for the next. What has come of it is only seen by looking: an answer proves nothing but that
    /// it was heard (`PodQueries.restartPod` of dcos-commons marks and kills, and answers before anything has ended).
    ///
    /// - Parameter broker: its number in its cluster, which schedulers from before the SDK ask for. Nil: it has none, or it is not known.
    package func replace(_ member: ServiceMember, broker: Int?) async -> CallOutcome {
        let asking = changing()
        guard let target = target(of: member.service) else {
            return .refused("nothing was asked: nobody says where the scheduler of \(member.service) is; name its url under services")
        }
        var failures: [String] = []
        for route in target.routes {
            let reader = SchedulerReader(asking: asking, route: route)
            do throws(SchedulerError) {
                let framework = try await reader.framework()
                let known = remembered(target.name)?.flavour(of: framework, version: target.version)
                let found: ServiceSighting.Flavour?
                if let known { found = known } else { found = try await reader.flavour(of: target.flavours) }
                guard let flavour = found else {
                    return .refused("nothing was asked: \(HTTPAddress.shown(route.url)) has none of the APIs of a scheduler that are known")
                }
                return await replace(member, broker, flavour, reader)
            } catch {
                failures.append(error.description)
            }
        }
        let words = failures.isEmpty ? "no way to the scheduler of \(member.service) is known" : failures.joined(separator: "; ")
        return .refused(String("nothing was asked: \(words)".prefix(CallOutcome.wordsMax)))
    }

    private func replace(_ member: ServiceMember, _ broker: Int?, _ flavour: ServiceSighting.Flavour, _ reader: SchedulerReader) async -> CallOutcome {
        let pod = SchedulerRoute.segment(member.member.rawValue)
        switch flavour {
        case .sdk:
            return await reader.change(.post, "/v1/pod/\(pod)/replace") { (bytes) throws(JSONProblem) in try ReplaceAnswer.isOf(bytes, pod: member.member) }
        case .sdkPods:
            return await reader.change(.post, "/v1/pods/\(pod)/replace") { (bytes) throws(JSONProblem) in try ReplaceAnswer.isOf(bytes, pod: member.member) }
        case .brokers:
            guard let broker else { return .refused("nothing was asked: which broker \(member) is is not known") }
            return await reader.change(.put, "/v1/brokers/\(broker)?replace=true") { (bytes) throws(JSONProblem) in try ReplaceAnswer.isOfBroker(bytes) }
        case .community:
            return .refused(
                "nothing was asked: mesos/kafka has no call that moves a broker off its host; constrain it to another host by hand, then stop and start it")
        }
    }
}

/// What schedulers answer to a call that gives a member up.
enum ReplaceAnswer {
    /// `{"pod":"kafka-0","tasks":["kafka-0-broker"]}`. Whether it is about this pod.
    static func isOf(_ bytes: UnsafeBufferPointer<UInt8>, pod: MemberName) throws(JSONProblem) -> Bool {
        var reader = JSONReader(bytes)
        let node = try reader.node(keeping: JSONKeys(["pod"]))
        try reader.end()
        return try node["pod"].name == pod.rawValue
    }

    /// `["broker-0__…"]`, the task of old; `[null]`, with 200 as well, where there is no such broker.
    static func isOfBroker(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONProblem) -> Bool {
        var reader = JSONReader(bytes)
        let node = try reader.node(keeping: JSONKeys([]))
        try reader.end()
        for element in try node.elements where (try? element.name)?.isEmpty == false { return true }
        return false
    }
}

extension SchedulerReader {
    /// Makes a call that changes something, once.
    ///
    /// - Parameter decode: whether the answer is about what was asked for.
    func change(
        _ method: HTTPCall.Method, _ path: String, decode: @escaping @Sendable (UnsafeBufferPointer<UInt8>) throws(JSONProblem) -> Bool
    ) async -> CallOutcome {
        do throws(SchedulerError) {
            let isMeant = try await asking.change(method, path, by: route, decode: decode)
            return isMeant ? .accepted : .refused("\(HTTPAddress.shown(route.url + path)): the scheduler knows no such member")
        } catch {
            let words = String(error.description.prefix(CallOutcome.wordsMax))
            return error.saysNothingWasDone ? .refused(words) : .unanswered(words)
        }
    }
}

extension SchedulerError {
    /// Whether the call certainly came to nothing. What a proxy says of a scheduler that it lost, and what a scheduler says that failed, says nothing of what it has done.
    var saysNothingWasDone: Bool {
        switch problem {
        case .failed(let failure): [.badURL, .noLogin, .certificate].contains(failure.problem)
        case .notReached(let status, _): status == 404
        case .notFound, .login, .redirected, .outOfTime, .unusable: true
        case .refused(let status, _): (400..<500).contains(status)
        case .webPage, .malformed: false
        }
    }
}
