import Simulation
import Testing

@testable import Demo

@Suite struct `The demo's configuration` {
    @Test func `names the servers, the pools and the paths`() {
        let text = demoConfiguration(
            endpoints: DemoCluster.Endpoints(
                masters: ["http://127.0.0.1:1", "http://127.0.0.1:2"], aws: "http://127.0.0.1:3", dcos: "https://127.0.0.1:4",
                alerts: "http://127.0.0.1:5/alerts"), ledgerPath: "/tmp/a \"b\".db",
            rulesDirectory: "/usr/share/rules")
        for line in [
            "cluster: prod", "mode: alert", "  masters: [http://127.0.0.1:1, http://127.0.0.1:2]", "  endpoint_url: http://127.0.0.1:3",
            "    image: {ssm_parameter: /ami/dcos-agent}", "    size: 17", "rules: {directory: \"/usr/share/rules\"}",
            "ledger: {path: \"/tmp/a \\\"b\\\".db\", retention: 90d}",
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
        #expect(!text.contains("\t") && text.hasSuffix("\n"))
    }
}
