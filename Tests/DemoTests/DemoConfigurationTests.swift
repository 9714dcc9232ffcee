import Simulation
import Testing

@testable import Demo

@Suite struct `The demo's configuration` {
    private let endpoints = DemoCluster.Endpoints(
        masters: ["http://127.0.0.1:1", "http://127.0.0.1:2"], aws: "http://127.0.0.1:3", dcos: "https://127.0.0.1:4", alerts: "http://127.0.0.1:5/alerts")

    @Test func `names the servers, the pools and the paths`() {
        let text = DemoSite(endpoints: endpoints, folder: "/tmp/demo", ledgerPath: "/tmp/a \"b\".db", rulesDirectory: "/usr/share/rules").configuration
        for line in [
            "cluster: prod", "mode: alert", "  masters: [https://127.0.0.1:4/mesos]", "  url: https://127.0.0.1:4",
            "  credentials: {service_account: \"/tmp/demo/dcos.json\"}", "  ca_file: \"/tmp/demo/dcos-ca.crt\"", "  interval: 15s",
            "  endpoint_url: http://127.0.0.1:3",
            "    image: {ssm_parameter: /ami/dcos-agent}", "    select: {groups: [dcos-agents], tags: {cluster: prod}}", "    size: 3",
            "alerts: {webhook: [http://127.0.0.1:5/alerts]}", "socket: \"/tmp/demo/mayfly.sock\"",
            "rules: {directory: \"/usr/share/rules\"}",
            "ledger: {path: \"/tmp/a \\\"b\\\".db\", retention: 90d}",
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
        #expect(!text.contains("\t") && text.hasSuffix("\n"))
    }

    @Test func `polls more rarely where a second is a quarter of an hour`() {
        let text = DemoSite(endpoints: endpoints, folder: "/tmp/demo", ledgerPath: "/tmp/a.db", rulesDirectory: "/tmp/rules", speed: 1000).configuration
        for line in ["  interval: 120s", "  interval: 300s", "  interval: 500s", "ledger: {path: \"/tmp/a.db\", retention: 1d}"] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
    }
}
