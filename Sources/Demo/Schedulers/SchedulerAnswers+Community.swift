internal import Fleet
internal import Simulation

/// mesos/kafka, the community's scheduler, of which Mayfly only reads the list of brokers.
///
/// As its `HttpServer.scala` does it: GET and POST are one to it, each call under `api/broker` answers in JSON, and of a URI that it does not know it says so.
extension SchedulerAnswers {
    func community(_ question: Question, path: [String]) -> Answer {
        switch path {
        case ["api", "broker", "list"]: return list(question)
        case ["health"]: return .text(200, "ok\n")
        default: break
        }
        let isAPI = path.first == "api"
        return isAPI ? .json(["error": "uri not found"], status: 404) : .text(404, "uri not found\n")
    }

    /// `broker=*`, `broker=0..2`, `broker=1,2`: an expression; without one all of them.
    private func list(_ question: Question) -> Answer {
        guard let numbers = Self.numbers(question.parameters("broker").first ?? "*", of: service.brokers.count) else {
            return .json(["error": "invalid broker-expr"], status: 400)
        }
        let brokers = service.brokers.filter { numbers.contains($0.number) }
        return .json(["brokers": .list(brokers.map { described($0) })])
    }

    private static func numbers(_ expression: String, of count: Int) -> Set<Int>? {
        var numbers: Set<Int> = []
        for part in expression.split(separator: ",", omittingEmptySubsequences: false) {
            if part == "*" {
                numbers.formUnion(0..<count)
                continue
            }
            let ends = part.split(separator: ".", omittingEmptySubsequences: true).compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last, ends.count <= 2, !part.isEmpty else { return nil }
            numbers.formUnion(first...last)
        }
        return numbers
    }

    /// A broker that is to run, and its task where there is one.
    private func described(_ broker: SimulatedService.Broker) -> JSON {
        let hostname = world.machines[broker.position].hostname
        let plain: JSON = [
            "id": JSON(String(broker.number)), "active": true, "cpus": JSON(1), "mem": JSON(2048), "heap": JSON(1024), "port": JSON(String(service.port)),
            "syslog": false, "constraints": "hostname=unique", "options": "", "log4jOptions": "", "jvmOptions": "",
            "stickiness": ["period": "10m", "hostname": JSON(hostname)], "failover": ["delay": "1m", "maxDelay": "10m"],
        ]
        return plain.with(["task": task(of: broker)])
    }

    private func task(of broker: SimulatedService.Broker) -> JSON? {
        guard ["RUNNING", "STARTING"].contains(broker.state) else { return nil }
        let machine = world.machines[broker.position]
        let attributes = machine.attributes.map { JSON.Member(name: $0.name, value: JSON($0.value)) }
        return [
            "id": JSON(broker.task.rawValue), "slaveId": JSON(broker.agent.rawValue), "executorId": JSON("executor-" + broker.task.rawValue),
            "hostname": JSON(machine.hostname), "attributes": .object(attributes), "state": JSON(broker.state.lowercased()),
            "endpoint": JSON("\(machine.hostname):\(service.port)"),
        ]
    }
}
