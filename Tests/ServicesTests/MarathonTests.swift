import Captures
import Fleet
import Testing
import Wire

@testable import Services

@Suite struct `Marathon` {
    private func apps(_ text: String) throws -> [MarathonSighting.App] {
        try Array(text.utf8).withUnsafeBufferPointer { try MarathonAnswer($0).apps.map(\.app) }
    }

    private func ties(_ more: String, tasks: String = "[]") throws -> Set<MarathonSighting.Tie> {
        try apps(#"{"apps":[\#(Samples.app("/a", more: "," + more, tasks: tasks).replacing(#""constraints":[],"#, with: ""))]}"#)[0].ties
    }

    @Test func `tells of a resident app where its task is`() throws {
        let app = try apps(try Published.text("marathon/groups.resident-task-with-volume.json"))[0]
        #expect(
            app
                == MarathonSighting.App(
                    id: "/sleep", instances: 1, ties: [.persistentVolume], labels: [:],
                    tasks: [
                        MarathonSighting.Placement(
                            task: "sleep.c1fc196a-efb2-11e6-a361-5edc614b8201", agent: "5c827527-43a3-48a2-bb27-0840f47d4920-S1", state: "TASK_RUNNING")
                    ], minimumHealthCapacity: 0.5))
    }

    @Test(arguments: [
        ("null", 1.0), ("{}", 1), (#"{"minimumHealthCapacity":null}"#, 1), (#"{"minimumHealthCapacity":0}"#, 0), (#"{"minimumHealthCapacity":0.25}"#, 0.25),
    ])
    func `says which share of an app stays up, and that all of it does where none is named`(strategy: String, share: Double) throws {
        #expect(try apps(#"{"apps":[\#(Samples.app("/a", more: #","upgradeStrategy":"# + strategy))]}"#)[0].minimumHealthCapacity == share)
    }

    @Test func `says which of its tasks are up: those that run, and whose health checks, where there are any, all pass`() throws {
        func task(_ state: String, _ results: String, checks: String = #"[{"protocol":"HTTP"}]"#) throws -> MarathonSighting.Placement {
            let task = #"[{"id":"a.1","slaveId":"S1","state":"\#(state)"\#(results)}]"#
            let app = try apps(#"{"apps":[\#(Samples.app("/a", more: #","healthChecks":"# + checks, tasks: task))]}"#)[0]
            return app.tasks[0]
        }
        #expect(try task("TASK_RUNNING", #","healthCheckResults":[{"alive":true},{"alive":true}]"#).isUp)
        let sick = try task("TASK_RUNNING", #","healthCheckResults":[{"alive":true},{"alive":false}]"#)
        #expect(!sick.isUp && !sick.mayBeUp)
        for results in ["", #","healthCheckResults":[null]"#, #","healthCheckResults":[{"alive":true},null]"#] {
            let unasked = try task("TASK_RUNNING", results)
            #expect(!unasked.isUp && unasked.mayBeUp, "it stands for nothing, and is not taken for nothing")
        }
        let unchecked = try task("TASK_STAGING", "", checks: "[]")
        #expect(try task("TASK_RUNNING", "", checks: "[]").isUp && !unchecked.isUp && !unchecked.mayBeUp)
    }

    @Test(arguments: ["-0.1", "1.5", #""half""#]) func `takes no share that is none`(share: String) {
        #expect(throws: JSONProblem.self) {
            try apps(#"{"apps":[\#(Samples.app("/a", more: #","upgradeStrategy":{"minimumHealthCapacity":"# + share + "}"))]}"#)
        }
    }

    private static let tied: [(String, Set<MarathonSighting.Tie>)] = [
        (#""container":{"volumes":[{"containerPath":"d","mode":"RW","persistent":{"size":1}}]}"#, [.persistentVolume]),
        (#""residency":{"taskLostBehavior":"WAIT_FOREVER"}"#, [.persistentVolume]), (#""residency":null,"container":null,"constraints":null"#, []),
        (#""container":{"volumes":[{"containerPath":"/d","hostPath":"/data","mode":"RW"}]}"#, [.hostPath]),
        (#""container":{"volumes":[{"containerPath":"/d","hostPath":"/etc/ssl","mode":"RO"}]}"#, []),
        (#""container":{"volumes":[{"containerPath":"/d","mode":"RW","external":{"name":"v","provider":"dvdi"}}]}"#, []),
        (#""container":{"docker":{"parameters":[{"key":"volume","value":"/data:/d"}]}}"#, [.hostPath]),
        (#""container":{"docker":{"parameters":[{"key":"volume","value":"/data:/d:ro"}]}}"#, []),
        (#""container":{"docker":{"parameters":[{"key":"volume-driver","value":"rexray"},{"key":"volume","value":"v:/d"}]}}"#, []),
        (#""constraints":[["hostname","CLUSTER","10.0.1.5"]],"container":{"volumes":[{"hostPath":"/d","mode":"RW"}]}"#, [.pinned, .hostPath]),
    ]

    @Test(arguments: tied)
    func `says what ties an app to a machine`(more: String, expected: Set<MarathonSighting.Tie>) throws { #expect(try ties(more) == expected) }

    @Test(arguments: [
        ("hostname", "CLUSTER", "10.0.1.5", true), ("hostname", "IS", "10.0.1.5", true), ("@hostname", "LIKE", #"10\.0\.1\.5"#, true),
        ("hostname", "LIKE", "^10.0.1.5$", true), ("hostname", "LIKE", #"(?:ip-10-0-1-5\.ec2)"#, true), ("hostname", "LIKE", "srv2.*", false),
        ("hostname", "LIKE", "10.0.1.5|10.0.1.6", false), ("hostname", "LIKE", "10.0.1.[56]", false), ("hostname", "LIKE", #"10.0.1.\d"#, false),
        ("hostname", "UNLIKE", "10.0.1.5", false), ("hostname", "UNIQUE", "", false), ("hostname", "CLUSTER", "", false), ("rack", "CLUSTER", "a", false),
        ("hostname", "MAX_PER", "1", false), ("@zone", "GROUP_BY", "3", false),
    ])
    func `knows a constraint that one host only fulfils`(field: String, operation: String, value: String, expected: Bool) {
        #expect(MarathonConstraint(field: field, operation: operation, value: value).pinsToOneHost == expected)
    }

    @Test func `has its labels kept as far as they name a scheduler, and no options`() throws {
        let labels = [
            "DCOS_PACKAGE_NAME": "kafka", "DCOS_PACKAGE_OPTIONS": "c2VjcmV0", "DCOS_PACKAGE_METADATA": "abc", "team": "a",
            "DCOS_MIGRATION": String(repeating: "x", count: 300),
        ]
        #expect(try apps(#"{"apps":[\#(Samples.app("/a", labels: labels))]}"#)[0].labels == ["DCOS_PACKAGE_NAME": "kafka"])
    }

    @Test func `has tasks without a state before 1.4, and some that are on no agent yet`() throws {
        let tasks =
            #"[{"id":"b","slaveId":"S1","startedAt":"2017-02-10T17:02:52.515Z"},{"id":"a","slaveId":"S2"},{"id":"c","slaveId":null,"state":"TASK_STAGING"}]"#
        let placed = try apps(#"{"apps":[\#(Samples.app("/a", tasks: tasks))]}"#)[0].tasks
        #expect(placed.map(\.task) == ["a", "b"] && placed.map(\.state) == ["TASK_STAGING", "TASK_RUNNING"])
    }

    @Test(arguments: ["id", "instances", "labels", "tasks"]) func `without what every app has is malformed`(key: String) throws {
        let app = Samples.app("/a").replacing("\"\(key)\":", with: "\"other\":")
        let problem = #expect(throws: JSONProblem.self) { try apps(#"{"apps":[\#(app)]}"#) }
        #expect(problem == JSONProblem(path: "apps[0].\(key)", what: "is missing", offset: nil))
    }

    @Test(arguments: [
        (#""instances":1"#, #""instances":1.5"#), (#""instances":1"#, #""instances":-1"#), (#""instances":1"#, #""instances":1e30"#),
        (#""labels":{}"#, #""labels":[]"#), (#""constraints":[]"#, #""constraints":[["hostname"]]"#), (#""tasks":[]"#, #""tasks":[{"slaveId":"S"}]"#),
    ])
    func `of the wrong kind is malformed`(old: String, new: String) throws {
        try #require(Samples.app("/a").contains(old))
        #expect(throws: JSONProblem.self) { try apps(#"{"apps":[\#(Samples.app("/a").replacing(old, with: new))]}"#) }
    }

    @Test func `is asked under its older path where Admin Router has no other`() async throws {
        try await Cluster.with { cluster in
            cluster.set("/marathon/v2/apps?embed=apps.tasks", .answer(404, [("Content-Type", "text/html")], body: "<html>openresty</html>".utf8))
            cluster.set("/service/marathon/v2/apps?embed=apps.tasks", .json(#"{"apps":[\#(Samples.app("/a"))]}"#.utf8))
            cluster.set("/service/marathon/v2/pods/::status", .json("[]".utf8))
            let apps = try await cluster.client().look().marathon.get().apps
            #expect(apps.map(\.id) == ["/a"])
            #expect(cluster.server.requests.allSatisfy { $0.method == "GET" && $0.header("Accept") == "application/json" })
        }
    }

    @Test func `that has nothing to say is asked for no scheduler`() async throws {
        try await Cluster.with { cluster in
            let sighting = await cluster.client().look()
            let apps = try sighting.marathon.get().apps
            #expect(sighting.services.isEmpty && apps.isEmpty && cluster.asked.count == 2)
        }
    }
}
