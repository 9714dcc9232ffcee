import Captures
import Fleet
import Synchronization
import Testing
import Wire

@testable import Daemon

/// Kafka with one broker, whose scheduler has a pod and nothing else to tell.
private enum Scheduler {
    static let checks = [Examination.Check("services") { await $0.services() }]
    static let apps = "/service/marathon/v2/apps?embed=apps.tasks"
    static let base = "/service/kafka/v1/"

    private static let kafka = #"""
        {"id":"/kafka","instances":1,"labels":{"DCOS_PACKAGE_NAME":"kafka","DCOS_SERVICE_NAME":"/kafka","DCOS_COMMONS_API_VERSION":"v1"},"tasks":[]}
        """#

    static func install(_ stage: DoctorStage) {
        let bodies = [
            "state/frameworkId": #"["f-1"]"#, "pod": #"["kafka-0"]"#, "plans": "[]", "brokers": #"["0"]"#, "topics": "[]",
            "pod/status":
                #"{"service":"/kafka","pods":[{"name":"kafka","instances":[{"name":"kafka-0","tasks":[{"id":"t","name":"n","status":"RUNNING"}]}]}]}"#,
            "pod/kafka-0/info": #"[{"info":{"name":"n","taskId":{"value":"t"},"slaveId":{"value":"S0"}},"status":null}]"#,
        ]
        stage.told.withLock { told in
            told[apps] = [.json(#"{"apps":[\#(kafka)]}"#.utf8)]
            for (path, body) in bodies { told[base + path] = [.json(body.utf8)] }
        }
    }
}

@Suite(.timeLimit(.minutes(2))) struct `An examination of the services` {
    private static let services = Scheduler.checks, schedulers = Scheduler.base
    private static let apps = Scheduler.apps, pods = "/service/marathon/v2/pods/::status"

    private func install(_ stage: DoctorStage) { Scheduler.install(stage) }

    @Test func `tells how many apps and members there are where all is well`() async throws {
        try await DoctorStage.with { stage in
            install(stage)
            stage.told.withLock { $0[Self.pods] = [.json(#"[{"id":"/p","spec":{},"instances":[]}]"#.utf8)] }
            let found = try await stage.examine(checks: Self.services)
            #expect(found == [.ok("Marathon", "2 apps and pods"), .ok("service kafka", "1 members")])
        }
    }

    @Test(arguments: [(apps, 500), (pods, 500), (apps, 403), (pods, 403)]) func `says of Marathon what to check`(target: String, status: Int) async throws {
        try await DoctorStage.with { stage in
            stage.told.withLock { $0[target] = [.answer(status, body: "no".utf8)] }
            let found = try await stage.examine(checks: Self.services)
            let remedy = "check services.marathon or dcos, and the account's permission dcos:adminrouter:service:marathon"
            #expect(found.map(\.name) == ["Marathon"] && found.first?.verdict == .fail && found.first?.remedy == remedy, "\(found)")
            #expect(found.first?.message.contains(target.prefix { $0 != "?" }) == true && found.first?.message.contains("\(status)") == true, "\(found)")
        }
    }

    @Test(arguments: [
        ("state/frameworkId", 502, "502: the scheduler was not reached"), ("pod/status", 500, "pod/status: 500"),
        ("state/frameworkId", 403, "dcos:adminrouter:service:kafka"),
    ])
    func `says of a scheduler what to see to`(path: String, status: Int, text: String) async throws {
        try await DoctorStage.with { stage in
            install(stage)
            stage.told.withLock { $0[Self.schedulers + path] = [.answer(status)] }
            let found = try await stage.examine(checks: Self.services)
            let remedy = "see that its scheduler runs and is reached; services.kafka.url names another way"
            #expect(found.map(\.verdict) == [.ok, .fail] && found.last?.name == "service kafka" && found.last?.remedy == remedy, "\(found)")
            #expect(found.last?.message.contains(text) == true, "\(found)")
        }
    }
}

@Suite(.timeLimit(.minutes(2))) struct `An examination of what a scheduler tells beside its members` {
    @Test(arguments: [("plans", "plans"), ("brokers", "registered brokers"), ("topics", "in-sync sets")])
    func `fails by itself, with what it is needed for`(path: String, part: String) async throws {
        try await DoctorStage.with { stage in
            Scheduler.install(stage)
            stage.told.withLock { $0[Scheduler.base + path] = [.answer(500)] }
            let found = try await stage.examine(checks: Scheduler.checks)
            #expect(found.map(\.name) == ["Marathon", "service kafka", "service kafka \(part)"] && found.map(\.verdict) == [.ok, .ok, .fail], "\(found)")
            #expect(
                found.last?.message.contains("500") == true && found.last?.remedy?.hasPrefix("without it no member can be judged safe to move") == true)
        }
    }
}

@Suite(.timeLimit(.minutes(2))) struct `An examination of the alerts' targets` {
    private static let alerts = [Examination.Check("alerts") { await $0.alerts() }]
    private static let hook = #"{webhook: [{url: "ROUTER/hooks/secret-path", name: incidents, token_file: hook-token}]}"#

    @Test func `reads a webhook's token, and says that no more can be tried`() async throws {
        try await DoctorStage.with { stage in
            try stage.write("hidden", "hook-token")
            let found = try await stage.examine(alerts: Self.hook, checks: Self.alerts)
            #expect(
                found == [
                    .warn(
                        "alerts to incidents", "not tried: a webhook cannot be asked without being told something",
                        remedy: "mayfly status says how deliveries went")
                ])
        }
    }

    @Test(arguments: [nil, ""]) func `says of a webhook's token that there is none`(token: String?) async throws {
        try await DoctorStage.with { stage in
            if let token { try stage.write(token, "hook-token") }
            let found = try await stage.examine(alerts: Self.hook, checks: Self.alerts)
            #expect(found.map(\.name) == ["alerts to incidents"] && found.first?.verdict == .fail, "\(found)")
            #expect(found.first?.message.contains("hook-token") == true && found.first?.message.contains("secret-path") == false, "\(found)")
            #expect(found.first?.remedy == "check its URL, its token_file and its certificates, and the way there")
        }
    }

    @Test func `says of a URL that is no Alertmanager's what to check`() async throws {
        try await DoctorStage.with { stage in
            let found = try await stage.examine(
                alerts: #"{alertmanager: [{url: "ROUTER/other", name: am}, {url: "ROUTER/alerts", name: well}]}"#, checks: Self.alerts)
            #expect(found.map(\.name) == ["alerts to am", "alerts to well"] && found.map(\.verdict) == [.fail, .ok], "\(found)")
            #expect(found.first?.message.contains("/api/v2/status; is alerts.alertmanager the URL of an Alertmanager, up to its prefix?") == true, "\(found)")
            #expect(found.first?.remedy == "check its URL, its token_file and its certificates, and the way there")
            #expect(found.last?.message == "it answers")
        }
    }
}
