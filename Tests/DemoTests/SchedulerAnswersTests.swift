import Fleet
import NIOHTTP1
import Simulation
import Testing

@testable import Demo

@Suite struct `A demo scheduler` {
    @Test func `of each flavour answers with the fields of the recordings`() async throws {
        let kinds: [(path: String, status: Int, captures: [String])] = [
            ("prod/kafka/v1/pod/status", 200, ["kafka/constructed.sdk.pod.status"]),
            ("prod/kafka/v1/pod/kafka-1/info", 200, ["sdk/pod.info.hdfs-journal-0", "sdk/pod.info.nifi-0.trimmed"]),
            ("prod/kafka/v1/plans", 200, ["sdk/plans.list.minimal"]),
            ("prod/kafka/v1/plans/deploy", 200, ["sdk/plan.deploy.in-progress", "sdk/plan.cassandra.in-progress"]),
            ("prod/kafka/v1/plans/recovery", 202, ["kafka/constructed.sdk.plan.recovery.in-progress"]),
            ("prod/kafka/v1/brokers", 200, ["kafka/constructed.sdk.brokers.list"]),
            ("prod/kafka/v1/endpoints/broker", 200, ["kafka/sdk.endpoints.broker"]),
            ("prod/kafka/v1/topics/orders", 200, []),
            ("prod/kafka/v1/topics/unavailable_partitions", 200, ["kafka/unavailable_partitions.empty"]),
            ("prod/kafka-logs/v1/plans/deploy", 200, ["kafka/sdk.plan.deploy.docs"]),
            ("prod/kafka-logs/v1/pods/kafka-0/status", 200, ["sdk/pod.status.old-list"]),
            ("staging/kafka/v1/brokers", 200, ["kafka/presdk.brokers.list"]),
            ("staging/kafka/v1/plan", 200, ["kafka/presdk.plan.blocks"]),
            ("staging/kafka/v1/connection", 200, ["kafka/presdk.connection"]),
            ("staging/kafka/v1/topics", 200, ["kafka/presdk.topics.list"]),
        ]
        try await Stage.with { stage in
            stage.set(600)
            for kind in kinds {
                let reply = try await stage.dcos("/service/" + kind.path)
                #expect(reply.status == kind.status && reply.headers["Content-Type"] == ["application/json"], "\(kind.path)")
                if !kind.captures.isEmpty { try expectSame(reply.body, as: kind.captures.map { "services/\($0).json" }) }
            }
            #expect(try await stage.dcos("/service/prod/kafka/v1/endpoints/zookeeper").text == "master.mesos:2181/dcos-service-prod__kafka")
            #expect(try await stage.dcos("/service/prod/kafka/v1/state/frameworkId").text == "[\"\(stage.cluster.look { $0.frameworks[2].id })\"]")
        }
    }

    @Test(arguments: [("prod/kafka", ["pods", "plan", "connection"]), ("prod/kafka-logs", ["pod", "plan"]), ("staging/kafka", ["pod", "pods", "plans"])])
    func `knows no other flavour's paths`(service: String, paths: [String]) async throws {
        try await Stage.with { stage in
            for path in paths {
                let reply = try await stage.dcos("/service/\(service)/v1/" + path)
                #expect(reply.status == 404 && !reply.text.contains("service not found"), "\(path)")
            }
        }
    }

    @Test func `lists a broker that is down with its old agent, and not among the registered`() async throws {
        try await Stage.with { stage in
            stage.set(600)
            let (task, agent) = stage.cluster.look { ($0.services[0].brokers[0].task, $0.services[0].brokers[0].agent) }
            #expect(try await stage.dcos("/service/prod/kafka/v1/brokers").text == "[\"1\",\"2\",\"3\",\"4\"]")
            #expect(try await stage.dcos("/service/prod/kafka/v1/brokers/0").status == 404)
            let status = try await stage.dcos("/service/prod/kafka/v1/pod/kafka-0/status")
            #expect(status.text.contains("{\"id\":\"\(task)\",\"name\":\"kafka-0-broker\",\"status\":\"UNREACHABLE\"}"))
            let info = try await stage.dcos("/service/prod/kafka/v1/pod/kafka-0/info")
            #expect(info.text.contains("\"slaveId\":{\"value\":\"\(agent)\"}"))
            let recovery = try await stage.dcos("/service/prod/kafka/v1/plans/recovery")
            #expect(recovery.text.contains("has status: 'PENDING'. RecoveryType: TRANSIENT") && recovery.text.contains("\"status\":\"IN_PROGRESS\""))
            #expect(try await stage.dcos("/service/prod/kafka/v1/pod/kafka-9/info").text == "Pod kafka-9 not found")
            let topic = try await stage.dcos("/service/prod/kafka/v1/topics/orders")
            #expect(topic.text.contains("{\"0\":{\"controller_epoch\":1,\"isr\":[1,2],\"leader\":1,\"leader_epoch\":1,\"version\":1}}"), "\(topic.text)")
            #expect(try await stage.dcos("/service/prod/kafka/v1/topics/nope").status == 500)
            let thin = try await stage.dcos("/service/prod/kafka/v1/topics/under_replicated_partitions")
            #expect(thin.text.contains("Topic: orders\\u0009Partition: 0"))
        }
    }

    @Test func `that restarts is 502, then 404, then 503, and then there again`() async throws {
        try await Stage.with { stage in
            let restart = 30 * 60
            for (after, status, text) in [
                (1, 502, "502 Bad Gateway"), (30, 404, "404 Not Found: service not found.\n"), (60, 503, "invalid Marathon svcapps cache"),
            ] {
                stage.set(restart + after)
                let reply = try await stage.dcos("/service/prod/kafka/v1/pod")
                #expect(reply.status == status && reply.text.contains(text), "\(after) s after")
                #expect(try await stage.dcos("/service/prod/kafka-logs/v1/pods").status == 200)
            }
            stage.set(restart + 90)
            #expect(try await stage.dcos("/service/prod/kafka/v1/pod").status == 200)
        }
    }
}

@Suite struct `The demo's Marathon` {
    @Test func `lists apps and tasks with the fields of the recordings`() async throws {
        try await Stage.with { stage in
            let apps = try await stage.dcos("/marathon/v2/apps?embed=apps.tasks&embed=apps.counts")
            let alias = try await stage.dcos("/service/marathon/v2/apps?embed=apps.tasks&embed=apps.counts")
            #expect(apps.status == 200 && apps.body == alias.body)
            // What the apps are called by, and a few fields that are later than the recordings.
            try expectSame(
                apps.body,
                as: ["groups.resident-task-with-volume", "raml.app_list", "raml.app", "groups.sdk-services"].map { "services/marathon/\($0).json" },
                but: [
                    ".apps[].env.", ".apps[].labels.", ".apps[].container.volumes[].", ".apps[].unreachableStrategy is a text", ".apps[].tasks[].servicePorts",
                    ".apps[].tasks[].localVolumes",
                    ".apps[].tasks[].region", ".apps[].tasks[].zone", ".apps[].tasks[].role",
                ])
            let pods = try await stage.dcos("/marathon/v2/pods/::status")
            try expectSame(pods.body, as: ["services/marathon/constructed.pods.status.json"])
            #expect(!apps.text.contains("/ops/collector") && pods.text.contains("\"host\":\"/var/spool/collector\""))
            let tasks = try await stage.dcos("/marathon/v2/tasks")
            try expectSame(tasks.body, as: ["services/marathon/raml.tasks.json"], but: [".tasks[].localVolumes"])
            #expect(try await stage.dcos("/marathon/v2/deployments").text == "[]")
            #expect(try await stage.dcos("/marathon/ping").text == "pong")
        }
    }

    @Test func `tells what ties an app, and which apps are schedulers`() async throws {
        try await Stage.with { stage in
            let apps = try await stage.dcos("/marathon/v2/apps").text
            let home = stage.cluster.look { world in world.apps.first { $0.id == "/ops/license" }.flatMap(\.home).map { world.machines[$0].privateIP } ?? "" }
            #expect(apps.contains("\"constraints\":[[\"hostname\",\"CLUSTER\",\"\(home)\"]]"))
            #expect(apps.contains("\"persistent\":{\"size\":1024"))
            let schedulers = try await stage.dcos("/marathon/v2/apps?label=DCOS_PACKAGE_NAME%3D%3Dkafka").text
            for name in World.services { #expect(schedulers.contains("\"DCOS_SERVICE_NAME\":\"\(name)\"")) }
            #expect(!schedulers.contains("/shop/") && !schedulers.contains("\"tasks\""))
            #expect(try await stage.dcos("/marathon/v2/apps//prod/kafka?embed=apps.tasks").text.contains("prod_kafka.instance-"))
            #expect(try await stage.dcos("/marathon/v2/apps//nope").status == 404)
        }
    }
}
