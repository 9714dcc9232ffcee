import AWS
import DCOS
package import Fleet
package import Hosts
package import Mesos
package import Planning
package import Rounds

/// The configuration file, read and checked. `docs/configuration.md` explains each key; a test holds the two together.
package struct Configuration: Sendable {
    /// The file that it was read from.
    package var path: String
    package var cluster: String
    package var mode: Mode
    package var mesos: MesosSection
    /// Nil where there is no DC/OS, or nobody shall ask it.
    package var dcos: DCOSSection?
    package var aws: AWSSection
    /// Nil: no host is asked.
    package var probe: ProbeSettings?
    package var pools: [Pool]
    package var rulesDirectory: String
    package var ledger: LedgerSection
    package var services: ServicesSection
    package var alerts = AlertsSection()
    package var console = ConsoleSection()
    /// How much may happen at a time.
    package var limits = Limits()
    /// The kill switch that works without the daemon.
    package var pauseFile = PauseFile(PauseFile.defaultPath)
    /// What is allowed but hardly meant, for `check`.
    package var warnings: [String]

    package struct MesosSection: Sendable {
        package var masters: [String]
        package var interval: Duration
        package var credentials: MesosCredentials
        /// Certificates to trust instead of the system's.
        package var caFile: String?
    }

    package struct AWSSection: Hashable, Sendable {
        package var region: String?
        package var profile: String?
        package var endpointURL: String?
        package var interval: Duration
        /// Whether SSM is asked for its agents.
        package var readsPings = false
    }

    package struct LedgerSection: Hashable, Sendable {
        package var path: String
        package var retention: Duration
    }

    /// What a round needs of it.
    package var settings: Settings {
        var settings = Settings(
            pools: pools, mesosInterval: mesos.interval, ec2Interval: aws.interval, healthInterval: dcos?.interval,
            servicesInterval: servicesSite.map { _ in services.interval }, services: services.policies, probeInterval: probe?.interval,
            readsSSM: aws.readsPings, mode: mode)
        settings.alerting = Alerting(cluster: cluster, targets: alerts.destinations.map(\.target))
        settings.limits = limits
        return settings
    }

    package static let defaultPath = "/etc/mayfly/mayfly.yaml"
}
