import Fleet
import Mesos
import Rounds
import Rules
import Testing

@testable import Daemon

@Suite struct `A configuration` {
    private static let full = """
        cluster: prod
        mode: alert
        mesos:
          masters: ["http://10.0.0.5:5050", "https://dcos.example.com/mesos/"]
          interval: 20s
          user: mayfly
          password_file: secrets/password
          ca_file: /etc/ca.pem
        aws: {region: eu-west-1, profile: watch, endpoint_url: "https://vpce.example.com", interval: 2m, ssm_ping: true}
        pools:
          private:
            select: {tags: {Role: agent}, groups: [g2, g1], attributes: {rack: a}}
            size: 20
            image: {ssm_parameter: /ami/agent}
          public: {select: {tags: {Role: public}}, image: {id: ami-1}}
          template: {select: {tags: {Role: template}}, image: {launch_template: {name: agents, version: 7}}}
          group: {select: {groups: [g3]}, image: {group: g3}}
          gpu: {select: {tags: {Role: gpu}}, image: {newest: {owners: [self, amazon], name: "gpu-*", tags: {stage: live}}}}
        rules: {directory: my-rules}
        ledger: {path: data/mayfly.db, retention: 30d}
        """

    private func parse(_ text: String) throws -> Configuration { try Configuration.parse(text, path: "/etc/mayfly/mayfly.yaml") }

    private func problems(_ text: String) -> [String] {
        do throws(ConfigurationErrors) {
            _ = try Configuration.parse(text, path: "m.yaml")
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `is read whole`() throws {
        let read = try parse(Self.full)
        #expect(read.cluster == "prod" && read.mode == .alert)
        #expect(
            read.mesos.masters == ["http://10.0.0.5:5050", "https://dcos.example.com/mesos"] && read.mesos.interval == .seconds(20)
                && read.mesos.caFile == "/etc/ca.pem")
        #expect("\(read.mesos.credentials)".contains("mayfly"))
        #expect(
            read.aws
                == Configuration.AWSSection(
                    region: "eu-west-1", profile: "watch", endpointURL: "https://vpce.example.com", interval: .seconds(120), readsPings: true))
        #expect(
            read.rulesDirectory == "/etc/mayfly/my-rules"
                && read.ledger == Configuration.LedgerSection(path: "/etc/mayfly/data/mayfly.db", retention: .seconds(86_400 * 30)))
        #expect(read.pools.map(\.name) == ["gpu", "group", "private", "public", "template"])
        #expect(read.pools[2].size == 20 && read.pools[2].selector.groups == ["g1", "g2"] && read.pools[2].image == .parameter("/ami/agent"))
        #expect(read.pools[1].image == .group("g3") && read.pools[4].image == .launchTemplate(LaunchTemplate(name: "agents", version: "7")))
        #expect(read.pools[0].image == .newest(owners: ["amazon", "self"], name: "gpu-*", tags: [Instance.Tag(key: "stage", value: "live")]))
        #expect(read.settings.readsSSM && read.settings.pools.groups == ["g1", "g2", "g3"])
        #expect(read.settings.ec2Interval == .seconds(120) && read.settings.mesosInterval == .seconds(20))
    }

    @Test func `needs little, and has the defaults that its keys name`() throws {
        let read = try parse("cluster: c\nmesos: {masters: ['http://m:5050']}\npools: {p: {select: {groups: [g]}}}\n")
        func value(_ path: String) -> String? { ConfigurationKey.all.first { $0.path == path }?.defaultValue }
        #expect(
            value("mode") == read.mode.rawValue && value("ledger.path") == read.ledger.path && value("rules.directory") == "rules"
                && read.rulesDirectory == "/etc/mayfly/rules")
        #expect(
            value("mesos.interval").flatMap { Duration(text: $0) } == read.mesos.interval
                && value("aws.interval").flatMap { Duration(text: $0) } == read.aws.interval)
        #expect(value("ledger.retention").flatMap { Duration(text: $0) } == read.ledger.retention)
        let required = ConfigurationKey.all.filter(\.isRequired).map(\.path)
        #expect(required == ["cluster", "mesos.masters"])
    }

    /// The keys of a document like `full`, with the pools' names as `NAME` and nothing below mappings whose keys the writer chooses.
    @Test func `accepts exactly the keys that are documented`() throws {
        for key in ConfigurationKey.all {
            let document = try document(with: key.path)
            #expect(problems(document).isEmpty, "\(key.path): \(problems(document))")
        }
        // One letter more, and it is no key any more; and the message names the real one.
        for key in ConfigurationKey.all {
            let wrong = try document(with: key.path, spelled: { $0 + "x" })
            let name = String(key.path.split(separator: ".").last ?? "")
            #expect(problems(wrong).contains { $0.contains("\(name)x") && $0.contains("'\(name)'") }, "\(key.path): \(problems(wrong))")
        }
    }

    /// A document that has the key, and all that it needs beside it.
    private func document(with path: String, spelled: (String) -> String = { $0 }) throws -> String {
        if path.hasPrefix("alerts.") { return alerts(with: path, spelled: spelled) }
        let parts = path.split(separator: ".").map(String.init)
        let last = spelled(parts.last ?? "")
        let values: [String: String] = [
            "cluster": "c", "mode": "alert", "masters": "['http://m:5050']", "interval": "30s", "user": "u, password_file: p", "password_file": "p, user: u",
            "token_file": "t",
            "ca_file": "c", "region": "r", "profile": "p", "endpoint_url": "'http://a'", "tags": "{a: b}", "groups": "[g]", "attributes": "{a: b}", "size": "3",
            "id": "ami-1", "ssm_ping": "true", "version": "$Latest, name: n", "group": "g",
            "ssm_parameter": "/p", "owners": "[self], name: n", "name": "n, owners: [self]", "directory": "d", "path": "p", "retention": "5d",
            "url": "'http://a'", "service_account": "s", "dcos_toml": "d", "http": "5051", "ssh": "22", "timeout": "5s", "concurrency": "8",
            "marathon": "'http://a:8080'", "kafka_packages": "[kafka]", "policy": "guarded", "max_in_flight": "2", "expendable_topics": "['^tmp-']",
            "socket": "s", "listen": "'127.0.0.1:9464'", "min_insync": "2", "order": "launch-first", "pause_file": "/p", "rate": "[2/10m]", "share": "20%",
            "at_least": "3", "cooldown": "30m", "shrink": "10%", "parked": "2", "fleet": "2", "pool": "10%", "zone": "1",
            "ahead": "true",
        ]
        let special = [
            "newest.tags": "{a: b}, owners: [self]", "launch_template.name": "n", "launch_template.id": "lt-1",
        ][parts.suffix(2).joined(separator: ".")]
        let value = try #require(special ?? values[parts.last ?? ""], "no value for \(path)")
        var entry = "\(last): \(value)"
        for part in parts.dropLast().reversed() where part != parts[0] && part != "NAME" { entry = "\(part): {\(entry)}" }
        let top = parts.count == 1 ? "" : parts[0]
        var mesos = "masters: ['http://m:5050']"
        if top == "mesos" { mesos = parts[1] == "masters" ? entry : mesos + ", " + entry }
        if ["dcos.url", "probe.http", "probe.ssh"].contains(path) == false {
            if top == "dcos" { entry = "url: 'http://m', " + entry }
            if top == "probe" { entry = "http: 5051, " + entry }
        }
        var pool = "select: {groups: [g]}"
        if top == "pools" { pool = parts[2] == "select" ? entry : pool + ", " + entry }
        let service = parts.count > 1 && parts[1] == "NAME" ? "kafka: {\(entry)}" : entry
        let lines = [
            parts == ["cluster"] ? entry : "cluster: c", parts == ["mode"] ? entry : "", "mesos: {\(mesos)}", "pools: {p: {\(pool)}}",
            parts == ["socket"] || parts == ["pause_file"] ? entry : "",
            ["aws", "dcos", "probe", "limits", "rules", "ledger", "metrics"].contains(top) ? "\(top): {\(entry)}" : "",
            top == "services" ? "services: {\(service)}" : "",
        ]
        return lines.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// An entry of either list takes the same keys.
    private func alerts(with path: String, spelled: (String) -> String) -> String {
        let name = path.split(separator: ".").last.map(String.init) ?? ""
        let values = [
            "alertmanager": "['http://am:9093']", "webhook": "['http://h/']", "resend": "2m", "url": "'http://u/'", "name": "n", "token_file": "t",
            "ca_file": "c",
        ]
        var entry = "\(spelled(name)): \(values[name] ?? "")"
        if path.contains("TARGET") { entry = "webhook: [{\(entry)\(name == "url" ? "" : ", url: 'http://u/'")}]" }
        return "cluster: c\nmesos: {masters: ['http://m:5050']}\npools: {p: {select: {groups: [g]}}}\nalerts: {\(entry)}"
    }

    @Test func `names whom alerts go to, never by more of a URL than its host`() throws {
        let head = "cluster: c\nmesos: {masters: ['http://m:5050']}\npools: {p: {select: {groups: [g]}}}\n"
        let read = try parse(
            head
                + "alerts: {alertmanager: ['http://am:9093/'], webhook: [{url: 'https://h.example.com/secret/path', token_file: t, ca_file: /c.pem}], resend: 2m}"
        )
        #expect(read.alerts.resend == .seconds(120) && read.alerts.destinations.map(\.name) == ["http://am:9093", "https://h.example.com"])
        #expect(read.alerts.destinations[1].tokenFile == "/etc/mayfly/t" && read.alerts.destinations[1].caFile == "/c.pem")
        #expect(read.settings.alerting == Alerting(cluster: "c", targets: read.alerts.destinations.map(\.target)))
        #expect(read.settings.alerting.targets.map(\.wantsLatestOnly) == [true, false])
        #expect(try parse(head).alerts == Configuration.AlertsSection())
        #expect(problems(head + "alerts: {webhook: ['http://a/x', 'http://a/y']}").first?.contains("two alert targets are called http://a") == true)
        #expect(problems(head + "alerts: {webhook: ['http://a/x', {url: 'http://a/y', name: other}]}").isEmpty)
        #expect(problems(head + "alerts: {webhook: ['http://a/?token=x']}").count == 1 && problems(head + "alerts: {webhook: [{name: x}]}").count == 1)
        #expect(problems(head + "alerts: {resend: 5m}").count == 1 && problems(head + "alerts: {webhook: x}").count == 1)
        let many = (1...9).map { "'http://h\($0)/'" }.joined(separator: ", ")
        #expect(problems(head + "alerts: {webhook: [\(many)]}").first?.contains("9 targets, and 8 is the most") == true)
    }

    @Test func `names all that is wrong at once, in order`() {
        let found = problems(
            "clustre: c\nmesos: {masters: [], interval: 1s}\npools: {P: {select: {}}, q: {select: {tags: {a: [1]}}, size: 0}}\nlimits: {rate: []}\n")
        #expect(found.count >= 6, "\(found)")
        #expect(found.first?.hasPrefix("m.yaml:1:") ?? false && found.last?.hasPrefix("m.yaml:4:") ?? false, "\(found)")
        #expect(found.contains { $0.contains("clustre") && $0.contains("'cluster'") })
    }

    @Test func `refuses what belongs to versions that have hands`() {
        for key in ConfigurationKey.later {
            #expect(
                problems("cluster: c\nmesos: {masters: ['http://m']}\npools: {p: {select: {groups: [g]}, \(key): x}}\n").contains {
                    $0.contains("versions that have hands")
                }, "\(key)")
        }
        for mode in ["propose", "act"] {
            #expect(problems("cluster: c\nmode: \(mode)\nmesos: {masters: ['http://m']}\npools: {p: {select: {groups: [g]}}}\n").count == 1)
        }
    }

    @Test func `names one launch template, by name or id, and one of its versions`() throws {
        func image(_ text: String) throws -> Pool.ImageSource? {
            try parse("cluster: c\nmesos: {masters: ['http://m']}\npools: {p: {select: {groups: [g]}, image: \(text)}}\n").pools[0].image
        }
        #expect(try image("{launch_template: {name: a}}") == .launchTemplate(LaunchTemplate(name: "a", version: "$Default")))
        #expect(try image("{launch_template: {id: lt-1, version: $Latest}}") == .launchTemplate(LaunchTemplate(id: "lt-1", version: "$Latest")))
        let wrong = [
            "{}": "by one of them", "{version: 1}": "by one of them", "{name: a, id: lt-1}": "by one of them", "{id: agents}": "begins with lt-",
            "{name: a, version: latest}": "version is $Latest, $Default or a number from 1", "{name: a, version: 0}": "a number from 1",
            "{name: a, versions: 1}": "did you mean 'version'",
        ]
        for (text, words) in wrong {
            let found = problems("cluster: c\nmesos: {masters: ['http://m']}\npools: {p: {select: {groups: [g]}, image: {launch_template: \(text)}}}\n")
            #expect(found.count == 1 && found[0].contains(words), "\(text): \(found)")
        }
        #expect(problems("cluster: c\nmesos: {masters: ['http://m']}\npools: {p: {select: {groups: [g]}, image: {group: a, id: ami-1}}}\n").count == 1)
    }

    @Test func `says which actions it needs to be allowed`() throws {
        let least = ["ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "ec2:DescribeImages"]
        #expect(try parse("cluster: c\nmesos: {masters: ['http://m']}\npools: {p: {select: {tags: {a: b}}}}\n").awsActions == least)
        #expect(
            try parse(Self.full).awsActions
                == least + [
                    "autoscaling:DescribeAutoScalingGroups", "ec2:DescribeLaunchTemplateVersions", "ssm:GetParameter", "ssm:DescribeInstanceInformation",
                ])
    }

    @Test func `refuses credentials that do not fit together, and secrets in URLs`() {
        func mesos(_ text: String) -> [String] { problems("cluster: c\nmesos: {masters: ['http://m'], \(text)}\npools: {p: {select: {groups: [g]}}}\n") }
        #expect(mesos("user: u").count == 1 && mesos("password_file: p").count == 1 && mesos("user: u, password_file: p, token_file: t").count == 1)
        #expect(mesos("token_file: t").isEmpty)
        for url in ["http://u:p@m", "http://m?token=x", "http://m#f", "ftp://m", "m:5050", "http://", "//m", ""] {
            #expect(problems("cluster: c\nmesos: {masters: ['\(url)']}\npools: {p: {select: {groups: [g]}}}\n").count == 1, "\(url)")
        }
    }
}
