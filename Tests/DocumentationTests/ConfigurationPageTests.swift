import Daemon
import Fleet
import Foundation
import Hosts
import Planning
import Testing

@Suite struct `The page of the configuration` {
    @Test func `has every key, as the code has it`() throws {
        let rows = ConfigurationKey.all.map { key in
            ["`\(key.path)`", key.type, key.isRequired ? "required" : key.defaultValue.map { "`\($0)`" } ?? "", key.meaning]
        }
        try Page("docs/configuration.md").check([("keys", Page.table(["key", "type", "default", "meaning"], rows))])
    }

    @Test func `shows only configurations that are accepted`() throws {
        for path in ["docs/configuration.md", "README.md"] {
            let whole = try Page(path).blocks(of: "yaml").filter { $0.text.contains("cluster:") }
            #expect(!whole.isEmpty, "\(path) has no example")
            for block in whole {
                do throws(ConfigurationErrors) { _ = try Configuration.parse(block.text, path: "example.yaml") } catch {
                    Issue.record("\(path):\(block.line): \(error)")
                }
            }
        }
    }

    @Test func `shows every key in an example`() throws {
        let examples = try Page("docs/configuration.md").blocks(of: "yaml").map(\.text).joined()
        for key in ConfigurationKey.all {
            let name = try #require(key.path.split(separator: ".").last)
            #expect(examples.contains("\(name):"), "no example has \(key.path)")
        }
    }

    @Test func `has every key that the reader knows`() throws {
        let text = try Page.sources(in: "Sources/Daemon/Configuration")
        let documented = Set(ConfigurationKey.all.flatMap { $0.path.split(separator: ".").map(String.init) })
        var known: Set<String> = []
        for list in text.matches(of: /allow\(\[([^\]]+)\]/) {
            for name in list.output.1.matches(of: /"(\w+)"/) { known.insert(String(name.output.1)) }
        }
        #expect(known.count > 20)
        #expect(known.subtracting(documented).sorted() == [])
    }

    @Test func `gives the defaults that the reader has`() throws {
        let least = try Configuration.parse(
            "{cluster: a, mesos: {masters: ['http://a:5050']}, pools: {a: {select: {groups: [a]}}}}", path: "/etc/mayfly/mayfly.yaml")
        let ssh = SSHSettings(user: "", identity: "", knownHosts: "")
        let actual = [
            "mode": least.mode.rawValue, "mesos.interval": least.mesos.interval.text, "mesos.events": "\(least.mesos.hearsEvents)",
            "aws.interval": least.aws.interval.text,
            "aws.ssm_ping": "\(least.aws.readsPings)", "alerts.resend": least.alerts.resend.text,
            "dcos.interval": Configuration.DCOSSection.defaultInterval.text, "probe.interval": ProbeSettings().interval.text,
            "probe.timeout": ProbeSettings().timeout.text, "probe.concurrency": "\(ProbeSettings().concurrency)",
            "rules.directory": least.rulesDirectory, "ledger.path": least.ledger.path, "ledger.retention": least.ledger.retention.text,
            "services.interval": least.services.interval.text, "socket": least.console.socket,
            "services.defaults.max_in_flight": "\(least.services.policies.settings(of: "kafka", isKafka: true).maxInFlight)",
            "pools.NAME.order": least.pools[0].isLaunchFirst ? "launch-first" : "usual", "pause_file": least.pauseFile.path,
            "refresh": least.asksForRefresh ? "opened" : "windows",
            "pools.NAME.load_balancers": "\(least.pools[0].looksAfterEntrances)",
            "pools.NAME.commands.timeout": PoolCommands(way: .ssm).timeout.text, "pools.NAME.commands.ssh.port": "\(ssh.port)",
            "pools.NAME.commands.ssh.connect_timeout": ssh.connectTimeout.text,
        ].merging(Self.limits(least.limits)) { $1 }
        for key in ConfigurationKey.all {
            guard let said = key.defaultValue else { continue }
            let meant = Duration(text: said)?.text ?? (key.path == "rules.directory" ? "/etc/mayfly/" + said : said)
            #expect(actual[key.path] == meant, "\(key.path)")
        }
        #expect(least.path == Configuration.defaultPath)
    }

    /// Limits as they are written.
    private static func limits(_ limits: Limits) -> [String: String] {
        func written(_ bound: Bound) -> String {
            switch bound {
            case .count(let count): "\(count)"
            case .percent(let percent): "\(percent)%"
            }
        }
        return [
            "limits.in_flight.fleet": written(limits.inFlight.fleet), "limits.in_flight.pool": written(limits.inFlight.pool),
            "limits.in_flight.zone": written(limits.inFlight.zone), "limits.in_flight.ahead": "\(limits.inFlight.isAhead)",
            "limits.rate": limits.rate.map { "\($0.count)/\($0.span == .seconds(86_400) ? "24h" : $0.span.text)" }.joined(separator: ", "),
            "limits.breaker.share": written(limits.breaker.share), "limits.breaker.at_least": "\(limits.breaker.atLeast)",
            "limits.breaker.cooldown": limits.breaker.cooldown.text, "limits.shrink": written(limits.shrink), "limits.parked": "\(limits.parkedMax)",
        ]
    }

    @Test func `names every environment variable that is looked at`() throws {
        let page = try Page("docs/configuration.md")
        let text = try Page.sources(in: "Sources/AWS") + Page.sources(in: "Sources/mayfly")
        let names = Set(text.matches(of: /"((?:AWS|MAYFLY)_[A-Z0-9_]*[A-Z0-9])"/).map { String($0.output.1) })
        #expect(names.count > 10)
        #expect(names.filter { !page.text.contains("`\($0)`") }.sorted() == [], "\(page.path) does not name these")
    }
}
