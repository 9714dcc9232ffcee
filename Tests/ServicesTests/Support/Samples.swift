import Foundation

@testable import Services

/// Bodies as schedulers and Marathon write them.
enum Samples {
    /// An app of Marathon's with what this client reads.
    static func app(_ id: String, labels: [String: String] = [:], more: String = "", tasks: String = "[]", instances: Int = 1) -> String {
        let labels = labels.sorted { $0.key < $1.key }.map { #""\#($0.key)":"\#($0.value)""# }.joined(separator: ",")
        return #"{"id":"\#(id)","instances":\#(instances),"constraints":[],"labels":{\#(labels)},"tasks":\#(tasks)\#(more)}"#
    }

    /// A pod of Marathon's with what this client reads.
    static func pod(_ id: String, spec: String = "", instances: [String] = []) -> String {
        #"{"id":"\#(id)","spec":{\#(spec)},"status":"STABLE","instances":[\#(instances.joined(separator: ","))]}"#
    }

    static func podInstance(_ id: String, status: String = "STABLE", containers: [String] = ["TASK_RUNNING"], more: String = "") -> String {
        let containers = containers.map { #"{"name":"c","status":"\#($0)"}"# }.joined(separator: ",")
        return #"{"id":"\#(id)","status":"\#(status)","agentId":"S1","agentHostname":"10.0.1.5","containers":[\#(containers)]\#(more)}"#
    }

    static func kafkaApp(_ name: String, package: String = "kafka", version: String = "2.10.0-2.4.0") -> String {
        app(
            "/" + name,
            labels: [
                "DCOS_PACKAGE_NAME": package, "DCOS_SERVICE_NAME": "/" + name, "DCOS_PACKAGE_FRAMEWORK_NAME": name, "DCOS_PACKAGE_VERSION": version,
                "DCOS_COMMONS_API_VERSION": "v1",
            ])
    }

    /// A Kafka scheduler of today: brokers 0 to `brokers` - 1, broker n on agent S\<n\>, all plans complete.
    static func kafka(brokers: Int = 3, topics: [String] = ["events"], framework: String = "f-1") -> [String: String] {
        var bodies = [
            "v1/state/frameworkId": #"["\#(framework)"]"#,
            "v1/pod": list((0..<brokers).map { "kafka-\($0)" }),
            "v1/pod/status": podStatus(Array(repeating: "RUNNING", count: brokers)),
            "v1/plans": #"["deploy","recovery"]"#, "v1/plans/deploy": plan(), "v1/plans/recovery": plan(),
            "v1/brokers": list((0..<brokers).map(String.init)),
            "v1/topics": list(topics),
        ]
        for broker in 0..<brokers { bodies["v1/pod/kafka-\(broker)/info"] = podInfo(broker: broker) }
        for name in topics { bodies["v1/topics/\(name)"] = topic(inSync: [[0, 1, 2]]) }
        return bodies
    }

    static func list(_ texts: [String]) -> String { "[" + texts.map { #""\#($0)""# }.joined(separator: ",") + "]" }

    static func podStatus(_ states: [String], id: (Int) -> String = { "kafka-\($0)-broker__1" }) -> String {
        let pods = states.enumerated().map { index, state in
            #"{"name":"kafka-\#(index)","tasks":[{"id":"\#(id(index))","name":"kafka-\#(index)-broker","status":"\#(state)"}]}"#
        }
        return #"{"service":"/prod/kafka","pods":[{"name":"kafka","instances":[\#(pods.joined(separator: ","))]}]}"#
    }

    static func podInfo(broker: Int, id: String? = nil, agent: String? = nil) -> String {
        #"[{"info":{"name":"kafka-\#(broker)-broker","taskId":{"value":"\#(id ?? "kafka-\(broker)-broker__1")"},"slaveId":{"value":"\#(agent ?? "S\(broker)")"}},"status":null}]"#
    }

    static func plan(_ status: String = "COMPLETE", errors: String = "[]") -> String {
        #"{"phases":[{"id":"p","name":"node","steps":[{"id":"s","status":"\#(status)","name":"kafka-0:[broker]","message":""}],"status":"\#(status)"}],"errors":\#(errors),"status":"\#(status)"}"#
    }

    static func topic(inSync: [[Int]]) -> String {
        let partitions = inSync.enumerated().map { number, brokers in
            #"{"\#(number)":{"controller_epoch":1,"isr":\#(brokers),"leader":\#(brokers.first ?? -1),"leader_epoch":0,"version":1}}"#
        }
        return #"{"partitions":[\#(partitions.joined(separator: ","))]}"#
    }
}
