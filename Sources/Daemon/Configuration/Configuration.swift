import AWS
import DCOS
package import Fleet
package import Hosts
package import Mesos
package import Planning
package import Rounds
import Replacing
import Services

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
    /// What is run on the hosts, by pool. A pool that is not in here has nothing run on its hosts.
    package var commands: [PoolName: PoolCommands] = [:]
    /// The lifecycle hook on which a pool's group waits for Mayfly before it ends an instance.
    package var lifecycleHooks: [PoolName: String] = [:]
    /// Where the claim on the cluster is kept. Nil: nobody says, and nothing is done.
    package var claim: ClaimSection?
    /// Whether outdated nodes wait until somebody has opened a refresh, besides their rules' intervals.
    package var asksForRefresh = false
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
        /// Whether failures are heard of between two polls.
        package var hearsEvents = true
    }

    package struct AWSSection: Hashable, Sendable {
        package var region: String?
        package var profile: String?
        package var endpointURL: String?
        package var interval: Duration
        /// Whether SSM is asked for its agents.
        package var readsPings = false
        /// The URL of the queue of SQS that gets AWS' events. Nil: there is none.
        package var eventQueue: String?
    }

    /// Where it is kept which daemon acts on the cluster.
    package enum ClaimSection: Hashable, Sendable {
        /// Under this path of SSM's Parameter Store.
        case parameter(String)
        /// Nowhere: the operator vouches that there is no other daemon.
        case unguarded
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
        settings.asksForRefresh = asksForRefresh
        settings.hooks = commands.mapValues { commands in
            Set([(HostCommand.Purpose.beforeDrain, Look.Hook.beforeDrain), (.ready, .ready)].filter { !commands.lines($0.0).isEmpty }.map(\.1))
        }
        return settings
    }

    /// The URLs of hosts that Mayfly could not do without: masters, Admin Router, Marathon, and whoever is told of alerts.
    package var hostsAsked: [String] {
        mesos.masters + [dcos?.url, servicesSite?.marathon].compactMap { $0 } + alerts.destinations.map(\.url)
    }

    package static let defaultPath = "/etc/mayfly/mayfly.yaml"
}
