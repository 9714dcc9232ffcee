import Captures
import Fleet
import Synchronization
import Testing
import Wire

@testable import Daemon

/// A DC/OS with its masters, an AWS and an Alertmanager behind real sockets, all of them well until a test says otherwise.
final class DoctorStage: Sendable {
    static let token = "abc-very-secret"
    static let secretKey = "wJalrXUtnFEMIsecretEXAMPLEKEY"
    static let keys = ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": secretKey]
    private static let now = "2026-11-24T10:00:00Z", date = "Tue, 24 Nov 2026 10:00:00 GMT"

    /// The calls of AWS that are refused.
    let refused = Mutex<Set<String>>([])
    /// What Admin Router answers besides, by the request's target.
    let told: Mutex<[String: [RawServer.Step]]> = Mutex([:])
    /// Whether the master shows none of its tasks, as to one who may not see them.
    let hidesTasks = Mutex(false)
    private let folder: TemporaryFolder
    private let router: RawServer
    private let aws: RawServer

    private init(folder: TemporaryFolder, router: RawServer, aws: RawServer) {
        self.folder = folder
        self.router = router
        self.aws = aws
    }

    /// Of the agents, as they answer the probe.
    var port: Int { router.port }

    static func with(_ body: (DoctorStage) async throws -> Void) async throws {
        let stage = Mutex<DoctorStage?>(nil)
        try await RawServer.with {
            request in
            if request.text.contains("GET_TASKS"), stage.withLock({ $0?.hidesTasks.withLock { $0 } }) == true {
                return [
                    .answer(
                        200, [("Content-Type", "application/json")],
                        body: #"{"type":"GET_TASKS","get_tasks":{"tasks":[],"completed_tasks":[],"unreachable_tasks":[]}}"#.utf8)
                ]
            }
            return answerOfDCOS(request, told: stage.withLock { $0?.told.withLock { $0 } } ?? [:])
        } _: { router in
            try await RawServer.with {
                request in
                answerOfAWS(request, refused: stage.withLock { $0?.refused.withLock { $0 } } ?? [])
            } _: { aws in
                let made = DoctorStage(folder: try TemporaryFolder(), router: router, aws: aws)
                stage.withLock { $0 = made }
                defer { stage.withLock { $0 = nil } }
                try await body(made)
            }
        }
    }

    /// What the configuration says with these changes, examined.
    ///
    /// - Parameters:
    ///   - alerts: in place of the Alertmanager; `ROUTER` stands for Admin Router's URL.
    ///   - keys: to sign calls of AWS with.
    ///   - queue: the URL of the queue of events.
    ///   - bulletin: of the daemon that examines itself.
    func examine(
        mode: String = "alert", token: String = token, dcos: String? = nil, aws awsURL: String? = nil, asksSSM: Bool = false, queue: String? = nil,
        pools: String = "{p: {select: {tags: {Role: agent}}}}",
        probePort: Int? = nil, alerts: String = #"{alertmanager: ["ROUTER/alerts"]}"#, keys: [String: String] = keys,
        checks: [Examination.Check] = Examination.checks, within timeMax: Duration = Examination.timeMax, bulletin: Bulletin? = nil
    ) async throws -> [Checkup] {
        try folder.write(token, "token")
        let url = dcos ?? router.url
        let configuration = try Configuration.parse(
            """
            cluster: c
            mode: \(mode)
            claim: none
            mesos: {masters: ["\(url)/mesos"]}
            dcos: {url: "\(url)", credentials: {token_file: token}}
            aws: {region: us-east-1, endpoint_url: "\(awsURL ?? aws.url)", ssm_ping: \(asksSSM)\(queue.map { ", event_queue: '\($0)'" } ?? "")}
            probe: {http: \(probePort ?? router.port), timeout: 10s}
            pools: \(pools)
            rules: {directory: rules}
            ledger: {path: mayfly.db}
            alerts: \(alerts.replacing("ROUTER", with: url))
            """, path: folder.file("mayfly.yaml"))
        try folder.make("rules")
        try folder.write(Samples.rule(), "rules/r.yaml")
        let clients = try Clients(configuration, environment: keys, logger: Lines().logger())
        let now = try #require(Timestamp(iso8601: Self.now))
        let found = await Examination(
            configuration, clients: clients, time: Time(now: { now }, sleep: { _ in throw CancellationError() }), bulletin: bulletin
        ).run(checks, within: timeMax)
        await clients.shutdown()
        return found
    }

    /// A file beside the configuration.
    func write(_ text: String, _ name: String) throws { try folder.write(text, name) }

    /// Admin Router, with a recorded master whose agents are all this machine; the agents' own port, and an Alertmanager, are here too.
    private static func answerOfDCOS(_ request: RawServer.Request, told: [String: [RawServer.Step]]) -> [RawServer.Step] {
        let dated = [("Date", date), ("Content-Type", "application/json")]
        if request.target == "/health" { return [.answer()] }
        if request.target == "/alerts/api/v2/status" { return [.answer(200, dated, body: "{}".utf8)] }
        // Open to everybody, on a real master too.
        if request.target == "/mesos/version" { return [.answer(200, dated, body: #"{"version": "1.12.0"}"#.utf8)] }
        guard request.header("Authorization") == "token=" + token else { return [.answer(401, dated + [("WWW-Authenticate", "acsjwt")])] }
        if let steps = told[request.target] { return steps }
        switch request.target {
        case "/mesos/api/v1":
            let call = request.text.split(separator: "\"").dropFirst(3).first.map(String.init) ?? ""
            if call == "SUBSCRIBE" { return [.answer(200, dated, body: String(decoding: StreamCapture.subscribed(), as: UTF8.self).utf8)] }
            guard let capture = try? Capture("01-steady/v1_" + call) else { return [.answer(400, dated)] }
            let agents = /10\.0\.1\.1\d|ip-10-0-1-15\.ec2\.internal/
            return [.answer(200, dated, body: String(decoding: capture.body, as: UTF8.self).replacing(agents, with: "127.0.0.1").utf8)]
        case "/system/health/v1/nodes": return [.answer(200, dated, body: #"{"nodes":[{"host_ip":"127.0.0.1","health":0,"role":"agent"}]}"#.utf8)]
        case "/service/marathon/v2/apps?embed=apps.tasks": return [.answer(200, dated, body: #"{"apps":[]}"#.utf8)]
        case "/service/marathon/v2/pods/::status": return [.answer(200, dated, body: "[]".utf8)]
        default: return [.answer(404, dated)]
        }
    }

    static func answerOfAWS(_ request: RawServer.Request, refused: Set<String>) -> [RawServer.Step] {
        if let target = request.header("X-Amz-Target") { return answerOfSSM(target.split(separator: ".").last.map(String.init) ?? "", refused: refused) }
        let call = request.text.split(separator: "&").first { $0.hasPrefix("Action=") }.map { String($0.dropFirst(7)) } ?? ""
        if refused.contains(call) {
            let body = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized.</Message></Error></Errors></Response>"
            return [.answer(403, body: body.utf8)]
        }
        let list = ["DescribeInstances": "reservationSet", "DescribeInstanceStatus": "instanceStatusSet", "DescribeImages": "imagesSet"][call]
        guard let list else { return [.answer(400)] }
        let body = "<\(call)Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>r</requestId><\(list)/></\(call)Response>"
        return [.answer(200, [("Content-Type", "text/xml;charset=UTF-8")], body: body.utf8)]
    }

    private static func answerOfSSM(_ call: String, refused: Set<String>) -> [RawServer.Step] {
        let json = [("Content-Type", "application/x-amz-json-1.1")]
        if refused.contains(call) { return [.answer(400, json, body: #"{"__type":"AccessDeniedException","Message":"not authorized to perform"}"#.utf8)] }
        guard call == "DescribeInstanceInformation" else { return [.answer(400, json, body: #"{"__type":"InvalidAction"}"#.utf8)] }
        let agents = ["i-1", "i-2"].map { #"{"InstanceId":"\#($0)","PingStatus":"Online"}"# }
        return [.answer(200, json, body: #"{"InstanceInformationList":[\#(agents.joined(separator: ","))]}"#.utf8)]
    }
}
