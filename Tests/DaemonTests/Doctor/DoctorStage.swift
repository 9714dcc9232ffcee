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
    private static let now = "2026-11-24T10:00:00Z", date = "Tue, 24 Nov 2026 10:00:00 GMT"

    /// The call of AWS that is refused.
    let refused = Mutex<String?>(nil)
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
        try await RawServer.with(answer: { answerOfDCOS($0) }) { router in
            let stage = Mutex<DoctorStage?>(nil)
            try await RawServer.with {
                request in
                answerOfAWS(request, refused: stage.withLock { $0?.refused.withLock { $0 } })
            } _: { aws in
                let made = DoctorStage(folder: try TemporaryFolder(), router: router, aws: aws)
                stage.withLock { $0 = made }
                defer { stage.withLock { $0 = nil } }
                try await body(made)
            }
        }
    }

    /// What the configuration says with these changes, examined.
    func examine(
        token: String = token, dcos: String? = nil, aws awsURL: String? = nil, probePort: Int? = nil,
        checks: [Examination.Check] = Examination.checks, within timeMax: Duration = Examination.timeMax
    ) async throws -> [Checkup] {
        try folder.write(token, "token")
        let url = dcos ?? router.url
        let configuration = try Configuration.parse(
            """
            cluster: c
            mesos: {masters: ["\(url)/mesos"]}
            dcos: {url: "\(url)", credentials: {token_file: token}}
            aws: {region: us-east-1, endpoint_url: "\(awsURL ?? aws.url)"}
            probe: {http: \(probePort ?? router.port), timeout: 10s}
            pools: {p: {select: {tags: {Role: agent}}}}
            rules: {directory: rules}
            ledger: {path: mayfly.db}
            alerts: {alertmanager: ["\(url)/alerts"]}
            """, path: folder.file("mayfly.yaml"))
        try folder.make("rules")
        try folder.write(Samples.rule(), "rules/r.yaml")
        let clients = try Clients(configuration, environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": Self.secretKey], logger: Lines().logger())
        let now = try #require(Timestamp(iso8601: Self.now))
        let found = await Examination(configuration, clients: clients, time: Time(now: { now }, sleep: { _ in throw CancellationError() })).run(
            checks, within: timeMax)
        await clients.shutdown()
        return found
    }

    /// Admin Router, with a recorded master whose agents are all this machine; the agents' own port, and an Alertmanager, are here too.
    private static func answerOfDCOS(_ request: RawServer.Request) -> [RawServer.Step] {
        let dated = [("Date", date), ("Content-Type", "application/json")]
        if request.target == "/health" { return [.answer()] }
        if request.target == "/alerts/api/v2/status" { return [.answer(200, dated, body: "{}".utf8)] }
        // Open to everybody, on a real master too.
        if request.target == "/mesos/version" { return [.answer(200, dated, body: #"{"version": "1.12.0"}"#.utf8)] }
        guard request.header("Authorization") == "token=" + token else { return [.answer(401, dated + [("WWW-Authenticate", "acsjwt")])] }
        switch request.target {
        case "/mesos/api/v1":
            let call = request.text.split(separator: "\"").dropFirst(3).first.map(String.init) ?? ""
            guard let capture = try? Capture("01-steady/v1_" + call) else { return [.answer(400, dated)] }
            let agents = /10\.0\.1\.1\d|ip-10-0-1-15\.ec2\.internal/
            return [.answer(200, dated, body: String(decoding: capture.body, as: UTF8.self).replacing(agents, with: "127.0.0.1").utf8)]
        case "/system/health/v1/nodes": return [.answer(200, dated, body: #"{"nodes":[{"host_ip":"127.0.0.1","health":0,"role":"agent"}]}"#.utf8)]
        case "/service/marathon/v2/apps?embed=apps.tasks": return [.answer(200, dated, body: #"{"apps":[]}"#.utf8)]
        default: return [.answer(404, dated)]
        }
    }

    private static func answerOfAWS(_ request: RawServer.Request, refused: String?) -> [RawServer.Step] {
        let call = request.text.split(separator: "&").first { $0.hasPrefix("Action=") }.map { String($0.dropFirst(7)) } ?? ""
        if call == refused {
            let body = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized.</Message></Error></Errors></Response>"
            return [.answer(403, body: body.utf8)]
        }
        let list = ["DescribeInstances": "reservationSet", "DescribeInstanceStatus": "instanceStatusSet", "DescribeImages": "imagesSet"][call]
        guard let list else { return [.answer(400)] }
        let body = "<\(call)Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>r</requestId><\(list)/></\(call)Response>"
        return [.answer(200, [("Content-Type", "text/xml;charset=UTF-8")], body: body.utf8)]
    }
}
