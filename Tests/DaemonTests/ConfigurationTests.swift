import Fleet
import Foundation
import Hosts
import Mesos
import Replacing
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
            "cluster": "c", "claim": "none", "mode": "alert", "masters": "['http://m:5050']", "interval": "30s", "user": "u, password_file: p",
            "password_file": "p, user: u",
            "token_file": "t",
            "ca_file": "c", "region": "r", "profile": "p", "endpoint_url": "'http://a'", "tags": "{a: b}", "groups": "[g]", "attributes": "{a: b}", "size": "3",
            "id": "ami-1", "ssm_ping": "true", "version": "$Latest, name: n", "group": "g",
            "ssm_parameter": "/p", "owners": "[self], name: n", "name": "n, owners: [self]", "directory": "d", "path": "p", "retention": "5d",
            "url": "'http://a'", "service_account": "s", "dcos_toml": "d", "http": "5051", "ssh": "22", "timeout": "5s", "concurrency": "8",
            "marathon": "'http://a:8080'", "kafka_packages": "[kafka]", "policy": "guarded", "max_in_flight": "2", "expendable_topics": "['^tmp-']",
            "socket": "s", "listen": "'127.0.0.1:9464'", "min_insync": "2", "order": "launch-first", "pause_file": "/p", "rate": "[2/10m]", "share": "20%",
            "at_least": "3", "cooldown": "30m", "shrink": "10%", "parked": "2", "fleet": "2", "pool": "10%", "zone": "1",
            "ahead": "true", "events": "true", "refresh": "opened", "load_balancers": "true", "lifecycle_hook": "h, provision: {group: g}",
            "event_queue": "'http://a/123456789012/q'",
        ]
        let special = [
            "newest.tags": "{a: b}, owners: [self]", "launch_template.name": "n", "launch_template.id": "lt-1",
            "commands.via": "ssm", "commands.timeout": "20s, via: ssm", "ssh.user": "u, identity_file: /k, known_hosts_file: /h",
            "ssh.identity_file": "/k, user: u, known_hosts_file: /h", "ssh.known_hosts_file": "/h, user: u, identity_file: /k",
            "ssh.port": "22, user: u, identity_file: /k, known_hosts_file: /h", "ssh.connect_timeout": "5s, user: u, identity_file: /k, known_hosts_file: /h",
            "terraform.dir": "/t, address: aws_instance.a", "terraform.address": "aws_instance.a, dir: /t",
            "terraform.variables": "{a: b}, dir: /t, address: aws_instance.a", "terraform.dependents": "[aws_eip.a], dir: /t, address: aws_instance.a",
        ][parts.suffix(2).joined(separator: ".")]
        let command = parts.contains("commands") && parts.count == 4 ? "[x], via: ssm" : nil
        let value = try #require(special ?? command ?? values[parts.last ?? ""], "no value for \(path)")
        var entry = "\(last): \(value)"
        let beside = ["ssh": ", via: ssh", "provision": parts.contains("terraform") ? ", image: {id: ami-1}" : ""]
        for part in parts.dropLast().reversed() where part != parts[0] && part != "NAME" { entry = "\(part): {\(entry)}" + (beside[part] ?? "") }
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
            [["socket"], ["pause_file"], ["claim"], ["refresh"]].contains(parts) ? entry : "",
            ["aws", "dcos", "probe", "limits", "rules", "ledger", "metrics", "claim"].contains(top) ? "\(top): {\(entry)}" : "",
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

    private static let acting = """
        cluster: c
        mode: act
        claim: none
        mesos: {masters: ['http://m']}
        services: {marathon: 'http://m:8080'}
        alerts: {webhook: ['http://w']}
        pools: {p: {select: {groups: [g]}, provision: {group: g}, commands: {via: ssm}}}

        """

    @Test func `says what is missing for a mode in which something is done`() throws {
        let whole = try parse(Self.acting)
        #expect(whole.mode == .act && whole.claim == .unguarded && whole.commands["p"]?.way == .ssm)
        let missing = [
            "claim: none\n": "mode act needs claim", "alerts: {webhook: ['http://w']}\n": "mode act needs alerts",
            "services: {marathon: 'http://m:8080'}\n": "needs dcos.url or services.marathon", ", commands: {via: ssm}": "has no commands",
        ]
        for (text, words) in missing {
            let found = problems(Self.acting.replacingOccurrences(of: text, with: ""))
            #expect(found.count == 1 && found[0].contains(words), "\(text): \(found)")
        }
        #expect(try parse(Self.acting.replacingOccurrences(of: "commands:", with: "order: launch-first, commands:")).pools.first?.isLaunchFirst == true)
        #expect(problems(Self.acting.replacingOccurrences(of: "mode: act", with: "mode: alert").replacingOccurrences(of: "claim: none\n", with: "")).isEmpty)
    }

    @Test func `keeps the claim at a path of SSM's, or nowhere, said aloud`() throws {
        func claim(_ text: String) -> String { Self.acting.replacingOccurrences(of: "claim: none", with: "claim: \(text)") }
        #expect(try parse(claim("{ssm_parameter: /mayfly/prod/claim}")).claim == .parameter("/mayfly/prod/claim"))
        let wrong = [
            "some": "claim is none", "{}": "ssm_parameter", "{ssm_parameter: claim}": "is a path such as", "{ssm_parameter: /a//b}": "is a path such as",
            "{ssm_parameter: '/a/b c'}": "is a path such as", "{ssm_parameter: /}": "is a path such as",
        ]
        for (text, words) in wrong {
            let found = problems(claim(text))
            #expect(found.count == 1 && found[0].contains(words), "\(text): \(found)")
        }
    }

    @Test func `names how commands reach a host, and takes DC/OS' usual ones where none are written`() throws {
        func commands(_ text: String) -> String { Self.acting.replacingOccurrences(of: "{via: ssm}", with: text) }
        let written = try #require(try parse(commands("{via: ssm, timeout: 2m, leave: [bye, bye-bye], ready: [/opt/check]}")).commands["p"])
        #expect(written.timeout == .seconds(120) && written.lines(.leave) == ["bye", "bye-bye"] && written.lines(.ready) == ["/opt/check"])
        #expect(written.lines(.drain) == HostCommand.standardLines(.drain) && written.lines(.beforeDrain).isEmpty)
        let ssh = "{user: core, port: 2222, identity_file: key, known_hosts_file: /etc/known}"
        let over = try #require(try parse(commands("{via: ssh, ssh: \(ssh)}")).commands["p"])
        guard case .ssh(let settings) = over.way else { return #expect(Bool(false), "\(over.way)") }
        #expect(settings.user == "core" && settings.port == 2222 && settings.identity.hasSuffix("/key") && settings.knownHosts == "/etc/known")
        let wrong = [
            "{}": "via", "{via: telnet}": "telnet", "{via: ssh}": "needs ssh beside it", "{via: ssm, ssh: \(ssh)}": "ssh goes with via: ssh",
            "{via: ssm, leave: []}": "leave is empty", "{via: ssm, leaves: [x]}": "did you mean 'leave'", "{via: ssm, timeout: 5s}": "timeout",
            "{via: ssh, ssh: {user: 'a b', identity_file: k, known_hosts_file: h}}": "is no name of a user",
        ]
        for (text, words) in wrong {
            let found = problems(commands(text))
            #expect(found.count == 1 && found[0].contains(words), "\(text): \(found)")
        }
    }

    @Test func `tells rounds which pools have hooks`() throws {
        let text = Self.acting.replacingOccurrences(of: "{via: ssm}", with: "{via: ssm, before_drain: [x], ready: [y]}")
        #expect(try parse(text).settings.hooks == ["p": [.beforeDrain, .ready]])
        #expect(try parse(Self.acting).settings.hooks["p"]?.isEmpty ?? true)
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

    @Test func `reads the queue of AWS' events, and refuses what is none`() throws {
        func text(_ aws: String) -> String { "cluster: c\nmesos: {masters: ['http://m']}\naws: {\(aws)}\npools: {p: {select: {tags: {a: b}}}}\n" }
        let url = "https://sqs.us-east-1.amazonaws.com/123456789012/mayfly-events"
        let read = try parse(text("region: us-east-1, event_queue: '\(url)'"))
        #expect(read.aws.eventQueue == url && read.awsActions.suffix(2) == ["sqs:ReceiveMessage", "sqs:DeleteMessage"])
        #expect(try parse(text("region: us-east-1, event_queue: 'http://127.0.0.1:5000/123456789012/q'")).aws.eventQueue != nil)
        let wrong = [
            "event_queue: mayfly-events": "must be a URL", "event_queue: 'https://sqs.us-east-1.amazonaws.com/mayfly-events'": "must be the queue's URL",
            "event_queue: '\(url).fifo'": "FIFO", "region: eu-west-1, event_queue: '\(url)'": "in us-east-1, and aws.region is eu-west-1",
            "event_que: '\(url)'": "did you mean 'event_queue'",
        ]
        for (aws, words) in wrong {
            let found = problems(text(aws))
            #expect(found.count == 1 && found[0].contains(words), "\(aws): \(found)")
        }
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

    @Test func `looks after load balancers and hooks where it is told`() throws {
        let text = Self.acting.replacingOccurrences(of: "commands:", with: "load_balancers: true, lifecycle_hook: mayfly-drain, commands:")
        let read = try parse(text)
        #expect(read.pools.first?.looksAfterEntrances == true && read.lifecycleHooks == ["p": "mayfly-drain"])
        #expect(read.settings.intervals[.entrances] == .seconds(60))
        let plain = try parse(Self.acting)
        #expect(plain.pools.first?.looksAfterEntrances == false && plain.lifecycleHooks.isEmpty && plain.settings.intervals[.entrances] == nil)
        let found = problems(Self.acting.replacingOccurrences(of: "provision: {group: g}", with: "lifecycle_hook: h, provision: {launch_template: {name: t}}"))
        #expect(found.count == 1 && found[0].contains("lifecycle_hook goes with provision: {group"), "\(found)")
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
