import Fleet
import Testing
import Wire

@testable import Services

@Suite struct `Pods` {
    private func pods(_ text: String) throws -> [PodsAnswer.Pod] {
        try Array(text.utf8).withUnsafeBufferPointer { try PodsAnswer($0, membersMax: 10).pods }
    }

    @Test func `are read in both shapes`() throws {
        let new = try pods(try Published.text("kafka/constructed.sdk.pod.status.json"))
        #expect(new.map(\.name) == ["kafka-0", "kafka-1"] && new.map { $0.representative?.state } == ["RUNNING", "STAGING"])
        let old = try pods(
            #"{"kafka-1":[{"id":"b","name":"kafka-1-broker","state":"TASK_LOST"}],"kafka-0":[{"id":"a","name":"kafka-0-broker","state":"TASK_RUNNING"}]}"#)
        #expect(old.map(\.name) == ["kafka-0", "kafka-1"] && old.map { $0.representative?.state } == ["RUNNING", "LOST"])
    }

    @Test func `of a service that has launched nothing are none, and of an empty answer unknown`() throws {
        #expect(try pods(#"{"service":"/kafka"}"#).isEmpty)
        #expect(throws: JSONProblem.self) { try pods("{}") }
    }

    @Test func `that were never launched have neither a task nor a state`() throws {
        let pod = try pods(#"{"service":"k","pods":[{"name":"kafka","instances":[{"name":"kafka-0","tasks":[{"id":"","name":"kafka-0-broker"}]}]}]}"#)[0]
        #expect(pod.representative == PodsAnswer.Task(id: nil, name: "kafka-0-broker", state: nil))
    }

    @Test(arguments: [
        (["FINISHED", "RUNNING"], "RUNNING"), (["RUNNING", "LOST", "FINISHED"], "LOST"), (["FINISHED"], "FINISHED"), (["RUNNING", "PAUSED"], "PAUSED"),
    ])
    func `are as well as their worst task that is meant to run`(states: [String], expected: String) throws {
        let tasks = states.enumerated().map { PodsAnswer.Task(id: TaskID("t\($0)"), name: "t\($0)", state: $1) }
        #expect(PodsAnswer.Pod(name: "name-0", tasks: tasks).representative?.state == expected)
    }

    @Test func `are as their broker is, and never as what was not launched`() {
        func task(_ id: TaskID?, _ name: String, _ state: String?) -> PodsAnswer.Task { PodsAnswer.Task(id: id, name: name, state: state) }
        let kafka = [task("a", "kafka-0-metrics", "FAILED"), task("b", "kafka-0-broker", "RUNNING")]
        #expect(PodsAnswer.Pod(name: "kafka-0", tasks: kafka).representative?.id == "b")
        let cassandra = [task(nil, "node-0-backup", nil), task("c", "node-0-server", "RUNNING")]
        #expect(PodsAnswer.Pod(name: "node-0", tasks: cassandra).representative?.id == "c")
    }

    @Test(arguments: [
        #"{"service":"k","pods":[{"instances":[]}]}"#, #"{"service":"k","pods":[{"name":"kafka"}]}"#,
        #"{"service":"k","pods":[{"name":"kafka","instances":[{"name":"kafka-0"}]}]}"#,
        #"{"service":"k","pods":[{"name":"kafka","instances":[{"name":"kafka-0","tasks":[]}]}]}"#,
        #"{"service":"k","pods":[{"name":"kafka","instances":[{"name":"kafka-0","tasks":[{"name":"t","status":"RUNNING"}]}]}]}"#,
        #"{"kafka-0":{"id":"a"}}"#, #"{"service":"k","pods":{}}"#, "[]",
    ])
    func `without what every answer has are malformed`(text: String) { #expect(throws: JSONProblem.self) { try pods(text) } }

    @Test func `are asked where they are only when they have a new task`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka())
            let client = cluster.client()
            _ = try await client.only()
            _ = try await client.only()
            #expect(cluster.asked.count { $0.hasSuffix("/info") } == 3)
            cluster.setScheduler(
                "kafka",
                [
                    "v1/pod/status": Samples.podStatus(["RUNNING", "STAGING", "RUNNING"]) { $0 == 1 ? "kafka-1-broker__2" : "kafka-\($0)-broker__1" },
                    "v1/pod/kafka-1/info": Samples.podInfo(broker: 1, id: "kafka-1-broker__2", agent: "S9"),
                ])
            let members = try await client.only().members.get()
            #expect(members[1] == MemberSighting(name: "kafka-1", broker: 1, task: "kafka-1-broker__2", agent: "S9", state: "STAGING"))
            #expect(cluster.asked.count { $0.hasSuffix("/info") } == 4)
        }
    }

    @Test func `that change while they are read are unknown until the next poll`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka())
            cluster.setScheduler("kafka", ["v1/pod/kafka-2/info": Samples.podInfo(broker: 2, id: "kafka-2-broker__7")])
            let service = try await cluster.client().only()
            #expect(service.members.failureText?.contains("/v1/pod/kafka-2/info: has no task kafka-2-broker__1") == true)
            #expect(try service.registered.get() == [0, 1, 2])
        }
    }

    @Test func `tell where their tasks are`() throws {
        let agents = try Published.body("sdk/pod.info.nifi-0.trimmed.json").withUnsafeBufferPointer { try PodInfoAnswer.agents($0) }
        #expect(agents == ["nifi-0-metrics__82d8bdc2-ce76-4cb3-9273-d17ce4ce9a95": "f16589ce-d94e-44ee-9663-f2a6ca8809e0-S4"])
    }
}
