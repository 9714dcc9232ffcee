import AWS
import ArgumentParser
import Daemon
import Fleet
import Foundation
import Hosts
import Ledger
import Planning
import Rounds
import Rules
import Windows

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Validate the configuration and the rules, and show what they come to.",
        discussion: """
            Reads the configuration and the rule files, looks once at Mesos and EC2 (unless --offline), and prints which nodes each pool selects, what each \
            rule reads, limits as whole numbers, and the windows of the next 14 days. The ledger is not touched, so a daemon may be running.

            EXAMPLES
              mayfly check --config mayfly.yaml
              mayfly check --offline
              mayfly check --json

            EXIT CODES
              0  all is well; warnings are printed
              1  Mesos or EC2 could not be read
              2  the configuration or a rule is wrong
            """)

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var logging: LogOptions
    @OptionGroup var output: JSONOption
    @Flag(name: .long, help: "Do not ask Mesos and AWS: only the files are checked.") var offline = false

    /// How far ahead windows are shown.
    private static let windowDays = 14

    func run() async throws {
        let configuration = try options.load()
        let rules = try options.loadRules(configuration)
        let now = try Time.program().now()
        let seen = offline ? nil : try await look(configuration, rules: rules)
        let report = seen?.report
        let checked = Checked(
            configuration: configuration, rules: rules, report: report, awsCredentials: seen?.awsCredentials, at: now, windowDays: Self.windowDays)
        if output.json { try printJSON(checked) } else { checked.lines().forEach { print($0) } }
        if !checked.errors.isEmpty { throw CommandFailure.wrongUse(checked.errors.joined(separator: "\n")) }
        if let report, report.picture.state.sources.values.contains(where: { $0.failure != nil }) {
            throw CommandFailure.failed("not everything could be read")
        }
    }

    /// One round on a ledger of its own, which is thrown away; and where the credentials for AWS come from.
    private func look(_ configuration: Configuration, rules: RuleSet) async throws -> (report: RoundReport, awsCredentials: String) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mayfly-check-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try LedgerStore.open(path: folder.appendingPathComponent("check.db").path, purpose: .daemon, now: try Time.program().now())
        let watchdog: Watchdog
        do {
            watchdog = try Watchdog(
                configuration, rules: rules, ledger: ledger, environment: ProcessInfo.processInfo.environment, time: .system,
                logger: logging.logger(unless: .error))
        } catch {
            throw CommandFailure.wrongUse("\(error)")
        }
        let report = await watchdog.lookOnce()
        await watchdog.clients.shutdown()
        try ledger.close()
        guard let report else { throw CommandFailure.failed("the look could not be recorded; the log above says why") }
        return (report, watchdog.clients.aws.credentialsPlace)
    }
}

/// What a configuration and its rules come to.
struct Checked: Encodable {
    let configuration: Configuration
    let rules: RuleSet
    /// Nil when nothing was asked.
    let report: RoundReport?
    /// Where the credentials for AWS come from; nil when nothing was asked.
    let awsCredentials: String?
    let at: Timestamp
    let windowDays: Int

    /// How many nodes the fleet is meant to have; nil when nobody said and nothing was asked.
    private var capacity: Int? {
        if let report { return report.picture.capacity }
        let sizes = configuration.pools.map(\.size)
        return sizes.contains(nil) ? nil : sizes.compactMap { $0 }.reduce(0, +)
    }

    /// What makes the configuration unusable, though every line of it reads well.
    var errors: [String] { (report?.notices ?? []).filter { $0.contains("pools must not overlap") } }

    private var warnings: [String] {
        var warnings = configuration.warnings + rules.warnings
        guard let report else { return warnings }
        for pool in configuration.pools where nodes(of: pool).isEmpty && isInventoryKnown {
            warnings.append("pool \(pool.name) selects no node: check its tags, groups and attributes against the instances'")
        }
        for pool in configuration.pools where pool.image != nil {
            if let failure = report.picture.state.sources[.target(pool.name)]?.failure {
                warnings.append("pool \(pool.name) has no target image, so nobody in it is outdated: \(failure)")
            }
        }
        for state in report.picture.state.sources.values.sorted(by: { $0.source < $1.source }) {
            if case .target = state.source { continue }
            if let failure = state.failure { warnings.append("\(state.source) could not be read: \(failure)") }
        }
        let unpooled = report.picture.state.nodes.values.filter { $0.told[.pool] == .none }.map(\.node.id).sorted()
        if !unpooled.isEmpty {
            warnings.append(
                "\(unpooled.count) agents are in no pool: \(unpooled.prefix(10).map(\.rawValue).joined(separator: ", "))\(unpooled.count > 10 ? ", …" : "")")
        }
        return warnings + report.notices.filter { !errors.contains($0) }
    }

    private var isInventoryKnown: Bool { report?.picture.state.sources[.instances]?.failure == nil }

    private func nodes(of pool: Pool) -> [NodeID] {
        (report?.picture.state.nodes.values.filter { $0.told[.pool] == .text(pool.name.rawValue) } ?? []).map(\.node.id).sorted()
    }

    /// The intervals that rules name, each with its merged windows. By name.
    private var windows: [(name: String, spans: [(Timestamp, Timestamp)])] {
        Set(rules.rules.compactMap(\.during)).sorted().compactMap { name in
            rules.intervals[name].map { (name, $0.windows(from: at, to: at + .seconds(86_400 * windowDays))) }
        }
    }

    func lines() -> [String] {
        var lines = ["Configuration \(configuration.path): cluster \(configuration.cluster), mode \(configuration.mode.rawValue)"]
        let login = configuration.reachesMesosThroughDCOS ? "the login of DC/OS" : "\(configuration.mesos.credentials)"
        lines.append("Mesos \(configuration.mesos.masters.joined(separator: ", ")), every \(configuration.mesos.interval.text), \(login)")
        if let dcos = configuration.dcos {
            lines.append("DC/OS \(dcos.url), every \(dcos.interval.text), \(dcos.credentials)")
        }
        if let probe = configuration.probe { lines.append("Probe by \(probe.question), every \(probe.interval.text)") }
        let credentials = awsCredentials.map { ", by \($0)" } ?? ""
        lines.append("AWS \(aws)\(credentials), every \(configuration.aws.interval.text); needs \(configuration.awsActions.joined(separator: ", "))")
        let told = configuration.alerts.destinations.map { "\($0.name) (\($0.kind.rawValue))" }
        lines.append("Alerts to " + (told.isEmpty ? "nobody: findings are in the log" : told.joined(separator: ", ")))
        lines += ["", "Pools"]
        for pool in configuration.pools {
            let size = pool.size.map { " of \($0)" } ?? ""
            let matched = report == nil ? "not asked" : "\(nodes(of: pool).count)\(size) nodes"
            lines.append("  \(pool.name): \(matched), image \(pool.image.map(Self.text) ?? "none named")")
            lines += groups(of: pool)
            if let way = Self.way(pool) { lines.append("    provisioned by \(way)") }
            lines += shown(nodes(of: pool))
        }
        if !immovable.isEmpty {
            lines += ["", "Members that cannot be moved, as far as topics were read in one look: what is in sync is there alone"]
            for stuck in immovable.prefix(Self.nodesShownMax) {
                lines.append("  \(stuck.member): \(stuck.topic) (\(stuck.partitions) partition\(stuck.partitions == 1 ? "" : "s"))")
            }
            if immovable.count > Self.nodesShownMax { lines.append("  and \(immovable.count - Self.nodesShownMax) more; --json has all") }
        }
        lines += ["", "Limits"] + limits.map { "  " + $0 }
        lines += ["", "Rules: \(rules.rules.count) in \(rules.files.count) files of \(configuration.rulesDirectory) (\(rules.hash))"]
        for rule in rules.rules { lines += describe(rule) }
        for window in windows {
            lines += ["", "Windows of \(window.name) in the next \(windowDays) days"]
            let zones = Set(rules.intervals[window.name]?.items.map(\.zone) ?? [])
            // Of items in several zones only UTC is everybody's time.
            lines += window.spans.isEmpty ? ["  none"] : window.spans.map { "  " + WindowText.line($0, zone: zones.count == 1 ? zones.first : nil) }
        }
        if !warnings.isEmpty { lines += ["", "Warnings"] + warnings.map { "  " + $0 } }
        return lines
    }

    /// What would be lost with a member, but for topics that the configuration calls expendable.
    private var immovable: [ServiceStanding.Stuck] { report?.picture.services().flatMap(\.stuck).filter { !$0.isExpendable } ?? [] }

    private var aws: String {
        let named = [configuration.aws.region, configuration.aws.profile.map { "profile \($0)" }, configuration.aws.endpointURL.map { "at \($0)" }].compactMap {
            $0
        }
        return named.isEmpty ? "by the environment" : named.joined(separator: ", ")
    }

    /// The pool's Auto Scaling groups, as far as they were read.
    private func groups(of pool: Pool) -> [String] {
        [pool].groups.compactMap { report?.picture.state.groups[$0] }.map { group in
            let suspended = group.suspended.isEmpty ? "" : ", suspended: " + group.suspended.joined(separator: ", ")
            return "    group \(group.name): \(group.desired) desired, \(group.min) to \(group.max), \(group.instances.count) instances\(suspended)"
        }
    }

    /// How a fresh instance of a pool comes to be.
    private static func way(_ pool: Pool) -> String? {
        switch pool.provision {
        case nil: nil
        case .group(let name)?: "group \(name)" + (pool.isLaunchFirst ? ", launched first" : "")
        case .launchTemplate(let template)?: "\(template)" + (pool.isLaunchFirst ? ", launched first" : "")
        case .terraform(let resource)?:
            "terraform \(resource)" + (resource.dependents.isEmpty ? "" : ", with \(resource.dependents.joined(separator: ", "))")
                + (resource.variables.isEmpty ? "" : ", variables \(resource.variables.keys.sorted().joined(separator: ", "))")
        }
    }

    private var limits: [String] {
        LimitsText(
            limits: configuration.limits, capacity: capacity, pools: configuration.pools.map { ($0.name, $0.size ?? presentSize(of: $0)) },
            zones: zoneSizes
        ).lines()
    }

    private func presentSize(of pool: Pool) -> Int? { report == nil ? nil : nodes(of: pool).count }

    /// How many nodes each zone has, by name; empty when nothing was asked.
    private var zoneSizes: [(String, Int)] {
        let nodes = report?.picture.state.nodes.values.map(\.told) ?? []
        let zones: [String] = nodes.compactMap { facts in if case .text(let zone) = facts[.zone] { zone } else { nil } }
        return Dictionary(grouping: zones) { $0 }.map { ($0.key, $0.value.count) }.sorted { $0.0 < $1.0 }
    }

    /// Node ids, four on a line; of very many the first.
    private func shown(_ nodes: [NodeID]) -> [String] {
        let shown = nodes.prefix(Self.nodesShownMax).map(\.rawValue)
        var lines = stride(from: 0, to: shown.count, by: 4).map { "    " + shown[$0..<min($0 + 4, shown.count)].joined(separator: "  ") }
        if nodes.count > shown.count { lines.append("    and \(nodes.count - shown.count) more; --json has all") }
        return lines
    }

    private static let nodesShownMax = 40

    private func describe(_ rule: Rule) -> [String] {
        var line = "  \(rule.name): \(rule.identity.verdict.rawValue)"
        if rule.identity.verdict == .replace {
            line += ", \(rule.identity.findingClass.rawValue), mode \(min(rule.identity.mode, configuration.mode).rawValue)"
        }
        if let limit = limit(of: rule) { line += ", at most \(limit)" }
        if let during = rule.during { line += ", during \(during)" }
        line += "; reads \((rule.reads.map(\.rawValue) + rule.readsTables.map { "the table " + $0 }).joined(separator: ", "))"
        var lines = [line]
        if !rule.isReplayable { lines.append("    cannot be replayed over recorded history: it reads what is not recorded") }
        let idle = idleSources(of: rule)
        if !idle.isEmpty { lines.append("    idle: \(IdleReason(sources: idle))") }
        return lines
    }

    private func limit(of rule: Rule) -> String? {
        guard let limit = rule.limit else { return nil }
        switch limit {
        case .count(let count): return "\(count) nodes"
        case .percent(let percent): return capacity.map { "\(limit.nodes(of: $0)) nodes (\(percent)% of \($0))" } ?? "\(percent)% of the fleet"
        }
    }

    private func idleSources(of rule: Rule) -> [Source] {
        let configured = configuration.settings.configured
        return Set(rule.reads.flatMap(\.sources).filter { !configured.contains($0) }).sorted()
    }

    private static func text(_ source: Pool.ImageSource) -> String {
        switch source {
        case .id(let id): id.rawValue
        case .parameter(let name): "of SSM parameter \(name)"
        case .launchTemplate(let template): "of \(template)"
        case .group(let name): "of group \(name)"
        case .newest(let owners, let name, let tags):
            "newest of \(owners.joined(separator: ", "))" + (name.map { " named \($0)" } ?? "")
                + (tags.isEmpty ? "" : " tagged " + tags.map { "\($0.key)=\($0.value)" }.joined(separator: ", "))
        }
    }
}

extension Checked {
    private enum Key: String, CodingKey {
        case configuration, cluster, mode, awsCredentials = "aws_credentials", awsActions = "aws_actions", pools, limits, immovable, rules, ruleSet =
            "rule_set",
            windows, warnings, errors
    }
    private enum PoolKey: String, CodingKey { case name, size, nodes, image, provision }
    private enum RuleKey: String, CodingKey {
        case name, verdict, `class`, mode, limitNodes = "limit_nodes", during, reads, readsTables = "reads_tables", replayable, idle, file, line
    }
    private enum WindowKey: String, CodingKey { case name, windows }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(configuration.path, forKey: .configuration)
        try container.encode(configuration.cluster, forKey: .cluster)
        try container.encode(configuration.mode, forKey: .mode)
        try container.encodeIfPresent(awsCredentials, forKey: .awsCredentials)
        try container.encode(configuration.awsActions, forKey: .awsActions)
        try container.encode(rules.hash.rawValue, forKey: .ruleSet)
        try container.encode(warnings, forKey: .warnings)
        try container.encode(errors, forKey: .errors)
        try container.encode(limits, forKey: .limits)
        if report != nil { try container.encode(immovable.map { ["member": "\($0.member)", "topic": $0.topic] }, forKey: .immovable) }
        var pools = container.nestedUnkeyedContainer(forKey: .pools)
        for pool in configuration.pools {
            var nested = pools.nestedContainer(keyedBy: PoolKey.self)
            try nested.encode(pool.name.rawValue, forKey: .name)
            try nested.encodeIfPresent(pool.size, forKey: .size)
            try nested.encodeIfPresent(pool.image.map(Self.text), forKey: .image)
            try nested.encodeIfPresent(Self.way(pool), forKey: .provision)
            if report != nil { try nested.encode(nodes(of: pool).map(\.rawValue), forKey: .nodes) }
        }
        var ruleList = container.nestedUnkeyedContainer(forKey: .rules)
        for rule in rules.rules {
            var nested = ruleList.nestedContainer(keyedBy: RuleKey.self)
            try nested.encode(rule.name.rawValue, forKey: .name)
            try nested.encode(rule.identity.verdict, forKey: .verdict)
            if rule.identity.verdict == .replace { try nested.encode(rule.identity.findingClass, forKey: .class) }
            try nested.encode(min(rule.identity.mode, configuration.mode), forKey: .mode)
            if let limit = rule.limit, let capacity { try nested.encode(limit.nodes(of: capacity), forKey: .limitNodes) }
            try nested.encodeIfPresent(rule.during, forKey: .during)
            try nested.encode(rule.reads.map(\.rawValue), forKey: .reads)
            try nested.encode(rule.readsTables, forKey: .readsTables)
            try nested.encode(rule.isReplayable, forKey: .replayable)
            let idle = idleSources(of: rule)
            if !idle.isEmpty { try nested.encode(IdleReason(sources: idle).description, forKey: .idle) }
            try nested.encode(rule.file, forKey: .file)
            try nested.encode(rule.line, forKey: .line)
        }
        var windowList = container.nestedUnkeyedContainer(forKey: .windows)
        for window in windows {
            var nested = windowList.nestedContainer(keyedBy: WindowKey.self)
            try nested.encode(window.name, forKey: .name)
            try nested.encode(window.spans.map { ["from": $0.0.description, "to": $0.1.description] }, forKey: .windows)
        }
    }
}
