package import DCOS
import Hosts
import Mesos
import Rules
import Wire

extension Configuration {
    package struct DCOSSection: Hashable, Sendable {
        /// Admin Router: `https://dcos.example.com`.
        package var url: String
        package var credentials: DCOSCredentials
        /// Certificates to trust instead of the system's.
        package var caFile: String?
        /// How often system health is polled. The masters ask their nodes once a minute.
        package var interval: Duration

        package static let defaultInterval = Duration.seconds(60)
    }

    /// Whether the masters are reached through Admin Router with DC/OS' login: they are at its address, and have no credentials of their own.
    package var reachesMesosThroughDCOS: Bool {
        guard let dcos, mesos.credentials.isNone else { return false }
        return dcos.credentials != .none && mesos.masters.allSatisfy { dcos.isOrigin(of: $0) }
    }

    /// The masters' own credentials, or the login of the session where they are reached through it.
    func mesosCredentials(of session: DCOSSession?) -> MesosCredentials {
        guard let session, reachesMesosThroughDCOS else { return mesos.credentials }
        return .dcos(session.login)
    }
}

extension Configuration.DCOSSection {
    /// Whether a URL is one of Admin Router's: the same scheme, host and port.
    func isOrigin(of other: String) -> Bool {
        guard let own = HTTPAddress(url), let other = HTTPAddress(other) else { return false }
        return own.origin == other.origin
    }
}

extension ConfigurationReading {
    func readDCOS(_ section: YAMLMapping) -> Configuration.DCOSSection? {
        section.allow(["url", "credentials", "ca_file", "interval"])
        let url = section.required("url").flatMap(readURL)
        let credentials = section["credentials"].map { $0.mapping().flatMap(readDCOSCredentials) } ?? DCOSCredentials.none
        let interval = section["interval"].map { $0.duration(in: .seconds(30) ... .seconds(3600)) } ?? Configuration.DCOSSection.defaultInterval
        let caFile = section["ca_file"]?.string().map(resolved)
        guard let url, let credentials, let interval else { return nil }
        return Configuration.DCOSSection(url: url, credentials: credentials, caFile: caFile, interval: interval)
    }

    private func readDCOSCredentials(_ section: YAMLMapping) -> DCOSCredentials? {
        section.allow(["service_account", "token_file", "dcos_toml"])
        guard section.all.count == 1, let only = section.all.first else {
            section.value.note("credentials name exactly one of service_account, token_file and dcos_toml; without any login leave credentials out")
            return nil
        }
        guard let file = only.value.string().map(resolved) else { return nil }
        switch only.name {
        case "service_account": return .serviceAccount(file: file)
        case "token_file": return .tokenFile(file)
        case "dcos_toml": return .dcosTOML(file)
        default: return nil
        }
    }

    /// A login of DC/OS goes to Admin Router and nowhere else, and one list of masters has one login.
    func checkMasters(_ mesos: Configuration.MesosSection, _ dcos: Configuration.DCOSSection?, in top: YAMLMapping) {
        guard let dcos, dcos.credentials != .none, mesos.credentials.isNone else { return }
        let others = mesos.masters.filter { !dcos.isOrigin(of: $0) }
        guard let other = others.first, others.count < mesos.masters.count else { return }
        top["mesos"]?.note("masters names DC/OS' Admin Router, which needs its login, and beside it \(other), which must not get it; name one kind")
    }

    func readProbe(_ section: YAMLMapping) -> ProbeSettings? {
        section.allow(["http", "ssh", "interval", "timeout", "concurrency"])
        let defaults = ProbeSettings()
        let interval = section["interval"].map { $0.duration(in: .seconds(10) ... .seconds(600)) } ?? defaults.interval
        let timeout = section["timeout"].map { $0.duration(in: .milliseconds(100) ... .seconds(30)) } ?? defaults.timeout
        let concurrency = section["concurrency"].map { $0.integer(in: 1...256) } ?? defaults.concurrency
        let ports = 1...65_535
        let question: ProbeSettings.Question?
        switch (section["http"], section["ssh"]) {
        case (let http?, nil): question = http.integer(in: ports).map { .http(port: $0) }
        case (nil, let ssh?): question = ssh.integer(in: ports).map { .ssh(port: $0) }
        case (nil, nil), (_?, _?):
            section.value.note("probe names one of http and ssh, with the port: http: 5051 asks the agent, ssh: 22 the host")
            return nil
        }
        guard let question, let interval, let timeout, let concurrency else { return nil }
        if timeout > interval { section.value.note("timeout is longer than interval; make it shorter, so that one turn ends before the next") }
        return ProbeSettings(question: question, interval: interval, timeout: timeout, concurrency: concurrency)
    }
}
