internal import Fleet
internal import Replacing
internal import Simulation

extension SchedulerAnswers {
    /// What a scheduler says to being told something. Its answer proves only that it has heard: what becomes of it is in its plans.
    func change(_ question: Question, path: [String]) -> Answer {
        let rest = Array(path.dropFirst())
        switch (question.method, rest.first, service.flavour) {
        case ("POST", "pod", .sdk) where rest.count == 3 && rest[2] == "replace",
            ("POST", "pods", .sdkPods) where rest.count == 3 && rest[2] == "replace":
            guard let broker = broker(named: rest[1]) else { return .text(404, "Pod \(rest[1]) not found") }
            return replace(broker) { .json(["pod": JSON(rest[1]), "tasks": [JSON(service.brokerTaskName(broker.number))]]) }
        case ("PUT", "brokers", .brokers) where rest.count == 2:
            guard question.query == "replace=true" else { return .text(400, "Expecting replace=true or nothing to do") }
            // It answers with the task of old, and with [null] where it knows no such broker.
            guard let broker = broker(named: "broker-" + rest[1]) else { return .json([.null]) }
            return replace(broker) { .json([JSON(broker.task.rawValue)]) }
        default: return .text(405, "HTTP 405 Method Not Allowed")
        }
    }

    private func broker(named name: String) -> SimulatedService.Broker? { service.brokers.first { service.memberName($0.number) == name } }

    private func replace(_ broker: SimulatedService.Broker, accepted: () -> Answer) -> Answer {
        let member = ServiceMember(ServiceName(service.name), MemberName(service.memberName(broker.number)))
        guard let refusal = hands.refusal(of: .replaceMember(member, task: broker.task, agent: broker.agent)) else { return accepted() }
        return .text(refusal.status, refusal.text)
    }
}
