import Captures
import Fleet
import Testing
import Wire

@testable import Services

@Suite struct `A plan` {
    private func plan(_ body: [UInt8]) throws -> PlanAnswer { try body.withUnsafeBufferPointer { try PlanAnswer($0, name: "deploy") } }

    @Test(arguments: [
        ("sdk/plan.deploy.in-progress.json", "IN_PROGRESS"), ("sdk/plan.cassandra.in-progress.json", "IN_PROGRESS"),
        ("kafka/sdk.plan.deploy.docs.json", "COMPLETE"), ("kafka/constructed.sdk.plan.recovery.in-progress.json", "IN_PROGRESS"),
        ("kafka/constructed.sdk.plan.recovery.empty.json", "COMPLETE"), ("kafka/presdk.plan.json", "IN_PROGRESS"),
        ("kafka/presdk.plan.blocks.json", "COMPLETE"),
        ("kafka/presdk.plan.blocks.pending.503.json", "PENDING"), ("kafka/sdk.plan.reconciliation.docs.json", "IN_PROGRESS"),
    ])
    func `is read as any version writes it`(name: String, status: String) throws {
        let answer = try plan(try Published.body(name))
        #expect(answer.plan == PlanSighting(name: "deploy", status: status), "\(name): \(answer.plan)")
        #expect(answer.steps.isEmpty == name.contains("empty"))
    }

    @Test(arguments: [
        ("Complete", "COMPLETE"), ("InProgress", "IN_PROGRESS"), ("Pending", "PENDING"), ("Waiting", "WAITING"), ("Error", "ERROR"),
        ("IN_PROGRESS", "IN_PROGRESS"), ("DELAYED", "DELAYED"), ("PREPARED", "PREPARED"), ("Soon", "SOON"),
    ])
    func `has its status in capitals`(written: String, expected: String) { #expect(PlanAnswer.normal(written) == expected) }

    @Test func `is complete only when all of it is`() throws {
        let text = Samples.plan().replacing(#""status":"COMPLETE","name":"kafka-0"#, with: #""status":"WAITING","name":"kafka-0"#)
        #expect(try plan(Array(text.utf8)).plan.status == "WAITING")
    }

    @Test(arguments: [(200, "COMPLETE"), (202, "IN_PROGRESS"), (202, "DELAYED"), (417, "ERROR"), (503, "PENDING"), (503, "WAITING")])
    func `is its body, whatever the code`(code: Int, status: String) async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka())
            let body = Samples.plan(status, errors: code == 417 ? #"["no offers"]"# : "[]")
            cluster.set("/service/kafka/v1/plans/deploy", .answer(code, [("Content-Type", "application/json")], body: body.utf8))
            let plans = try await cluster.client().only().plans.get()
            #expect(plans[0] == PlanSighting(name: "deploy", status: status, errors: code == 417 ? ["no offers"] : []))
            #expect(plans[0].isComplete == (code == 200) && plans[1].isComplete)
        }
    }

    @Test(arguments: [503, 200, 202])
    func `that comes as a page is unknown`(code: Int) async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka())
            cluster.set("/service/kafka/v1/plans/deploy", .answer(code, [("Content-Type", "text/html")], body: "<html>down</html>".utf8))
            let service = try await cluster.client().only()
            #expect(service.plans.failureText?.contains("/service/kafka/v1/plans/deploy: \(code)") == true)
            #expect(try service.members.get().count == 3)
        }
    }

    @Test(arguments: [
        #"{"errors":[],"status":"COMPLETE"}"#, #"{"phases":[],"status":"COMPLETE"}"#, #"{"phases":[],"errors":[]}"#,
        #"{"phases":[{"name":"p","status":"COMPLETE"}],"status":"COMPLETE"}"#,
        #"{"phases":[{"name":"p","steps":[]}],"errors":[],"status":"COMPLETE"}"#,
        #"{"phases":[{"steps":[{"name":"s"}],"status":"COMPLETE"}],"status":"COMPLETE"}"#,
        #"{"phases":{},"status":"COMPLETE"}"#, "{}", #""COMPLETE""#,
    ])
    func `without what every plan has is malformed`(text: String) { #expect(throws: JSONProblem.self) { try plan(Array(text.utf8)) } }
}
