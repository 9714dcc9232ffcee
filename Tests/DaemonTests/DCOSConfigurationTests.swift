import DCOS
import Fleet
import Hosts
import Logging
import Mesos
import Rounds
import Rules
import Testing

@testable import Daemon

@Suite struct `A configuration of DC/OS and the probe` {
    private func parse(_ more: String, mesos: String = "masters: ['https://dcos.example.com/mesos']") throws -> Configuration {
        try Configuration.parse("cluster: c\nmesos: {\(mesos)}\npools: {p: {select: {groups: [g]}}}\n\(more)\n", path: "/etc/mayfly/mayfly.yaml")
    }

    private func problems(_ more: String, mesos: String = "masters: ['https://dcos.example.com/mesos']") -> [String] {
        do {
            _ = try parse(more, mesos: mesos)
            return []
        } catch {
            return (error as? ConfigurationErrors)?.problems.map(\.description) ?? ["\(error)"]
        }
    }

    @Test func `is read whole, and makes rounds wait for what it names`() throws {
        let read = try parse(
            """
            dcos: {url: "https://dcos.example.com/", credentials: {service_account: dcos.json}, ca_file: ca.crt, interval: 2m}
            probe: {ssh: 22, interval: 1m, timeout: 3s, concurrency: 64}
            """)
        #expect(
            read.dcos
                == Configuration.DCOSSection(
                    url: "https://dcos.example.com", credentials: .serviceAccount(file: "/etc/mayfly/dcos.json"), caFile: "/etc/mayfly/ca.crt",
                    interval: .seconds(120)))
        #expect(read.probe == ProbeSettings(question: .ssh(port: 22), interval: .seconds(60), timeout: .seconds(3), concurrency: 64))
        #expect(read.settings.healthInterval == .seconds(120) && read.settings.probeInterval == .seconds(60))
        #expect(read.settings.configured.isSuperset(of: [.health, .probe]))
        let neither = try parse("")
        #expect(neither.dcos == nil && neither.probe == nil && neither.settings.configured.isDisjoint(with: [.health, .probe]))
        let least = try parse("dcos: {url: 'http://m'}\nprobe: {http: 5051}")
        #expect(least.dcos?.credentials == DCOSCredentials.none && least.dcos?.interval == .seconds(60) && least.probe == ProbeSettings())
        #expect(try parse("dcos: {url: 'http://m', credentials: {dcos_toml: /d}}").dcos?.credentials == .dcosTOML("/d"))
    }

    @Test(arguments: [
        ("dcos: {credentials: {token_file: t}}", "'url' is missing"), ("dcos: {url: 'https://u:p@d'}", "secrets stand in files"),
        ("dcos: {url: 'http://d', credentials: {}}", "exactly one of service_account, token_file and dcos_toml"),
        ("dcos: {url: 'http://d', credentials: {token_file: a, dcos_toml: b}}", "exactly one of"),
        ("dcos: {url: 'http://d', credentials: {token: abc}}", "unknown key 'token'"), ("dcos: {url: 'http://d', interval: 5s}", "from 30s to 1h"),
        ("probe: {}", "names one of http and ssh"), ("probe: {http: 5051, ssh: 22}", "names one of http and ssh"), ("probe: {http: 0}", "from 1 to 65535"),
        ("probe: {ssh: 22, interval: 10s, timeout: 20s}", "timeout is longer than interval"), ("probe: {ssh: 22, concurrency: 300}", "from 1 to 256"),
    ])
    func `that is wrong says where and what to do`(text: String, expected: String) {
        let found = problems(text)
        #expect(found.contains { $0.hasPrefix("/etc/mayfly/mayfly.yaml:4:") && $0.contains(expected) }, "\(found)")
    }

    @Test(arguments: [
        ("https://dcos.example.com/mesos", "https://dcos.example.com", true), ("https://DCOS.example.com:443/mesos", "https://dcos.example.com", true),
        ("http://10.0.0.5:80/mesos", "http://10.0.0.5", true), ("http://dcos.example.com/mesos", "https://dcos.example.com", false),
        ("http://10.0.0.5:5050", "http://10.0.0.5", false), ("https://other.example.com/mesos", "https://dcos.example.com", false),
    ])
    func `gives DC/OS' login to masters at its own address and to no others`(master: String, url: String, isThrough: Bool) throws {
        let dcos = "dcos: {url: '\(url)', credentials: {token_file: /t}}"
        #expect(try parse(dcos, mesos: "masters: ['\(master)']").reachesMesosThroughDCOS == isThrough)
        #expect(try !parse(dcos, mesos: "masters: ['\(master)'], token_file: /own").reachesMesosThroughDCOS, "their own credentials come first")
        #expect(try !parse("dcos: {url: '\(url)'}", mesos: "masters: ['\(master)']").reachesMesosThroughDCOS, "there is no login")
    }

    @Test func `does not mix masters that need DC/OS' login with such that must not get it`() {
        let mesos = "masters: ['https://dcos.example.com/mesos', 'http://10.0.0.5:5050']"
        let found = problems("dcos: {url: 'https://dcos.example.com', credentials: {token_file: /t}}", mesos: mesos)
        #expect(found.count == 1 && found[0].hasPrefix("/etc/mayfly/mayfly.yaml:2:") && found[0].contains("http://10.0.0.5:5050"), "\(found)")
        #expect(problems("dcos: {url: 'https://dcos.example.com'}", mesos: mesos).isEmpty)
    }
}
