import Fleet
import Foundation
import Mesos
package import Rules

/// Everything that is wrong with a configuration file, in its order.
package struct ConfigurationErrors: Error, Sendable, CustomStringConvertible {
    package let problems: [FileProblem]

    package init(_ problems: [FileProblem]) { self.problems = problems }

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension Configuration {
    /// Reads and checks a file. Relative paths in it are meant from the file's own directory.
    package static func load(path: String) throws(ConfigurationErrors) -> Configuration {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            let why =
                FileManager.default.fileExists(atPath: path)
                ? "it cannot be read as UTF-8 text: check its permissions" : "there is no such file; name one with --config"
            throw ConfigurationErrors([FileProblem(file: path, message: why)])
        }
        return try parse(text, path: path)
    }

    /// Checks the text of a configuration file. Pure.
    package static func parse(_ text: String, path: String) throws(ConfigurationErrors) -> Configuration {
        let reader = YAMLReader(file: path)
        let configuration = reader.mapping(of: text).flatMap { ConfigurationReading(path: path).read($0) }
        guard reader.problems.isEmpty, let configuration else { throw ConfigurationErrors(reader.sortedProblems) }
        return configuration
    }
}

/// What lets outdated nodes be replaced.
private enum RefreshBy: String, CaseIterable { case windows, opened }

/// Reads the sections; every problem is noted with the reader, and nil stands for what could not be read.
struct ConfigurationReading {
    let path: String

    func read(_ top: YAMLMapping) -> Configuration? {
        top.allow(
            [
                "cluster", "mode", "mesos", "dcos", "aws", "probe", "pools", "services", "limits", "refresh", "pause_file", "rules", "ledger", "alerts",
                "socket",
                "metrics", "claim",
            ])
        let cluster = top.required("cluster")?.string()
        let mode = top["mode"].map { $0.choice(Mode.self) } ?? .alert
        let claim = top["claim"].map(readClaim)
        let commands = top["pools"]?.mapping().map(readCommands) ?? [:]
        let hooks = top["pools"]?.mapping().map(readLifecycleHooks) ?? [:]
        let mesos = top.required("mesos")?.mapping().flatMap(readMesos)
        let aws = top["aws"].map { $0.mapping().flatMap(readAWS) } ?? Configuration.AWSSection(interval: .seconds(60))
        let pools = top.required("pools")?.mapping().flatMap(readPools)
        let rules = top["rules"]?.mapping()
        rules?.allow(["directory"])
        let directory = rules?["directory"]?.string() ?? "rules"
        let ledger = readLedger(top["ledger"]?.mapping())
        let alerts = readAlerts(top["alerts"]?.mapping())
        let dcos = top["dcos"].map { $0.mapping().flatMap(readDCOS) }
        let probe = top["probe"].map { $0.mapping().flatMap(readProbe) }
        let services = top["services"].map { $0.mapping().flatMap(readServices) } ?? Configuration.ServicesSection()
        if let mesos { checkMasters(mesos, dcos ?? nil, in: top) }
        let console = readConsole(top)
        let limits = readLimits(top["limits"])
        let refresh = top["refresh"].map { $0.choice(RefreshBy.self) } ?? .windows
        let pauseFile = top["pause_file"].map { $0.string() } ?? PauseFile.defaultPath
        guard let cluster, let mode, let mesos, let aws, let pools, let services, let alerts, let console, let limits, let refresh, let pauseFile
        else { return nil }
        var configuration = Configuration(
            path: path, cluster: cluster, mode: mode, mesos: mesos, dcos: dcos ?? nil, aws: aws, probe: probe ?? nil, pools: pools,
            rulesDirectory: resolved(directory), ledger: ledger, services: services, alerts: alerts, console: console, warnings: [])
        configuration.limits = limits
        configuration.asksForRefresh = refresh == .opened
        configuration.commands = commands
        configuration.lifecycleHooks = hooks
        configuration.claim = claim ?? nil
        if mode != .alert { checkActing(configuration, in: top) }
        configuration.pauseFile = PauseFile(resolved(pauseFile))
        configuration.warnings += configuration.servicesWarnings + Self.actingWarnings(mode)
        return configuration
    }

    private func readMesos(_ section: YAMLMapping) -> Configuration.MesosSection? {
        section.allow(["masters", "interval", "events", "user", "password_file", "token_file", "ca_file"])
        let named = section.required("masters")?.list()
        if let named, named.isEmpty { section["masters"]?.note("masters is empty; name at least one") }
        let masters = named?.compactMap(readURL)
        let interval = section["interval"].map { $0.duration(in: .seconds(5) ... .seconds(600)) } ?? .seconds(15)
        let credentials = readCredentials(section)
        let caFile = section["ca_file"]?.string().map(resolved)
        guard let masters, let interval, let credentials else { return nil }
        return Configuration.MesosSection(
            masters: masters, interval: interval, credentials: credentials, caFile: caFile, hearsEvents: section["events"]?.boolean() ?? true)
    }

    private func readCredentials(_ section: YAMLMapping) -> MesosCredentials? {
        switch (section["user"], section["password_file"], section["token_file"]) {
        case (nil, nil, nil): return MesosCredentials.none
        case (let user?, let file?, nil):
            guard let user = user.string(), let file = file.string() else { return nil }
            return .basic(user: user, passwordFile: resolved(file))
        case (nil, nil, let file?): return file.string().map { .bearer(tokenFile: resolved($0)) }
        case (let user?, nil, _):
            user.note("user needs password_file beside it; add it, or remove user")
            return nil
        case (nil, let file?, _):
            file.note("password_file needs user beside it; add it, or remove password_file")
            return nil
        case (_, _, let token?):
            token.note("token_file and user exclude each other; remove one of them")
            return nil
        }
    }

    private func readAWS(_ section: YAMLMapping) -> Configuration.AWSSection? {
        section.allow(["region", "profile", "endpoint_url", "interval", "ssm_ping", "event_queue"])
        guard let interval = section["interval"].map({ $0.duration(in: .seconds(15) ... .seconds(3600)) }) ?? .seconds(60) else { return nil }
        let region = section["region"]?.string()
        return Configuration.AWSSection(
            region: region, profile: section["profile"]?.string(), endpointURL: section["endpoint_url"].flatMap(readURL),
            interval: interval, readsPings: section["ssm_ping"]?.boolean() ?? false,
            eventQueue: section["event_queue"].flatMap { readQueue($0, region: region) })
    }

    /// `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`, in the region that is called.
    private func readQueue(_ value: YAMLValue, region: String?) -> String? {
        guard let url = readURL(value) else { return nil }
        let parts = url.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2)
        guard parts.count >= 3, let host = parts.first, parts.dropFirst().allSatisfy({ !$0.isEmpty }) else {
            value.note("event_queue must be the queue's URL such as https://sqs.us-east-1.amazonaws.com/123456789012/mayfly-events, not '\(url.prefix(100))'")
            return nil
        }
        if url.hasSuffix(".fifo") {
            value.note("event_queue is a FIFO queue, and EventBridge, SNS and Auto Scaling give what one message group holds up; use a standard queue")
            return nil
        }
        let labels = host.split(separator: ".")
        if let region, labels.count > 2, labels[0] == "sqs", labels[1] != Substring(region) {
            value.note("event_queue is in \(labels[1]), and aws.region is \(region): EC2's events come in their own region, so make the queue there")
            return nil
        }
        return url
    }

    private func readLedger(_ section: YAMLMapping?) -> Configuration.LedgerSection {
        section?.allow(["path", "retention"])
        let day = Duration.seconds(86_400)
        let retention = section?["retention"]?.duration(in: day...day * 1826) ?? day * 90
        return Configuration.LedgerSection(path: resolved(section?["path"]?.string() ?? "/var/lib/mayfly/mayfly.db"), retention: retention)
    }

    /// `http://` or `https://`, a host, no user, no query.
    func readURL(_ value: YAMLValue) -> String? {
        guard let text = value.string() else { return nil }
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host?.isEmpty == false else {
            value.note("\(value.key) must be a URL such as http://10.0.0.5:5050, not '\(text.prefix(100))'")
            return nil
        }
        guard url.user == nil, url.query == nil, url.fragment == nil else {
            value.note("\(value.key) must not hold a user, password or query; secrets stand in files")
            return nil
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    func resolved(_ file: String) -> String {
        if file.hasPrefix("/") { return file }
        return URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(file).standardizedFileURL.path
    }
}
