import Captures
import DCOS
import Fleet
import Ledger
import Logging
import Rounds
import Rules
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(2))) struct `One look` {
    /// Admin Router with a recorded master behind it, and system health that knows its first agent as unhealthy.
    private static func router(_ request: RawServer.Request) -> [RawServer.Step] {
        guard request.header("Authorization") == "token=abc" else { return [.answer(401, [("WWW-Authenticate", "acsjwt")])] }
        switch request.target {
        case "/mesos/api/v1":
            let call = request.text.split(separator: "\"").dropFirst(3).first.map(String.init) ?? ""
            guard let capture = try? Capture("01-steady/v1_" + call) else { return [.answer(400)] }
            return [.answer(capture.status, [("Content-Type", "application/json")], body: capture.body)]
        case "/system/health/v1/nodes":
            return [.json(#"{"nodes":[{"host_ip":"10.0.1.11","health":1,"role":"agent"},{"host_ip":"10.0.1.12","health":0,"role":"agent"}]}"#.utf8)]
        case "/system/health/v1/nodes/10.0.1.11/units": return [.json(#"{"units":[{"id":"dcos-net.service","health":1}]}"#.utf8)]
        default: return [.answer(404)]
        }
    }

    @Test func `asks DC/OS too, through Admin Router, and is one picture`() async throws {
        let refused = #"<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>No</Message></Error></Errors></Response>"#
        try await RawServer.with(answer: Self.router) { router in
            try await RawServer.with { _ in
                [.answer(403, body: refused.utf8)]
            } _: { aws in
                let (folder, lines) = (try TemporaryFolder(), Lines())
                try folder.write("abc", "token")
                let configuration = try Configuration.parse(
                    """
                    cluster: c
                    mesos: {masters: ["\(router.url)/mesos"]}
                    dcos: {url: "\(router.url)", credentials: {token_file: token}}
                    aws: {region: us-east-1, endpoint_url: "\(aws.url)"}
                    pools: {p: {select: {attributes: {rack: r1}}}}
                    """, path: folder.file("mayfly.yaml"))
                let ledger = try LedgerStore.open(path: folder.file("mayfly.db"), purpose: .daemon, now: Time.system.now())
                let watchdog = try Watchdog(
                    configuration, rules: .empty, ledger: ledger, environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"], time: .system,
                    logger: lines.logger(level: .warning))
                let report = try #require(await watchdog.lookOnce())
                await watchdog.clients.shutdown()
                try ledger.close()
                let state = report.picture.state
                let told = state.nodes.values.map { ($0.told[.privateIP], $0.told[.dcosHealth], $0.told[.failingUnits]) }
                #expect(told.count == 5)
                #expect(told.contains { $0 == (.text("10.0.1.11"), .text("unhealthy"), .text(#"["dcos-net.service"]"#)) }, "\(told)")
                #expect(told.contains { $0 == (.text("10.0.1.12"), .text("healthy"), .text("[]")) }, "\(told)")
                #expect(state.sources[.health]?.failure == nil && state.sources[.health]?.lastSuccess != nil && state.sources[.instances]?.failure != nil)
            }
        }
    }
}
