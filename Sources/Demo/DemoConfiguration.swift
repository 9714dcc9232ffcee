package import Simulation

/// Where the demo's cluster is to be watched from: the configuration and what it names.
package struct DemoSite: Sendable {
    package let endpoints: DemoCluster.Endpoints
    package let shape: World.Shape
    /// Holds the configuration, the service account's secret, the authority's certificate and the daemon's socket. At most 96 bytes, which a socket's
    /// folder may have.
    package let folder: String
    package let ledgerPath: String
    package let rulesDirectory: String
    /// How many times as fast as real time the watcher's clock runs without waiting for it; 1 where it does.
    package let speed: Int
    /// Whether something is to be done there: `mode: act`.
    package let isActing: Bool
    /// Whether failures are to be heard of between polls. Not by a clock that runs much faster: it would do little else.
    package let hearsEvents: Bool
    /// The sections `aws`, `pools` and `limits`, where another AWS is asked than the demo's. Nil: those of the demo's own.
    package let ownSections: String?

    package init(
        endpoints: DemoCluster.Endpoints, folder: String, ledgerPath: String, rulesDirectory: String, shape: World.Shape = World.Shape(), speed: Int = 1,
        isActing: Bool = false, hearsEvents: Bool = false, ownSections: String? = nil
    ) {
        self.endpoints = endpoints
        self.shape = shape
        self.folder = folder
        self.ledgerPath = ledgerPath
        self.rulesDirectory = rulesDirectory
        self.speed = speed
        self.isActing = isActing
        self.hearsEvents = hearsEvents
        self.ownSections = ownSections
    }

    package var configurationPath: String { folder + "/mayfly.yaml" }
    package var serviceAccountPath: String { folder + "/dcos.json" }
    package var authorityPath: String { folder + "/dcos-ca.crt" }
    package var socketPath: String { folder + "/mayfly.sock" }

    /// The shipped interval; a longer one where so many of them would pass in a second that nobody could keep up.
    ///
    /// - Parameter leastMilliseconds: how much real time is to lie between two polls.
    private func interval(_ shipped: Int, leastMilliseconds: Int, most: Int) -> String { "\(min(max(shipped, speed * leastMilliseconds / 1000), most))s" }

    /// The configuration with which Mayfly watches the demo's cluster: the file that an operator would write for it.
    ///
    /// Everything that is left out has its default.
    package var configuration: String {
        """
        # The demo's cluster. Nothing outside this machine is asked.
        cluster: prod
        \(isActing ? "mode: act\nclaim: {ssm_parameter: /mayfly/prod/claim}" : "mode: alert")
        mesos:
          masters: [\(endpoints.dcos)/mesos]
          interval: \(interval(15, leastMilliseconds: 120, most: 600))
          events: \(hearsEvents)
        dcos:
          url: \(endpoints.dcos)
          credentials: {service_account: \(Self.quoted(serviceAccountPath))}
          ca_file: \(Self.quoted(authorityPath))
          interval: \(interval(60, leastMilliseconds: 300, most: 3600))
        services:
          interval: \(interval(60, leastMilliseconds: 500, most: 600))
          prod/kafka: {expendable_topics: ["^clicks$"]}
        \(ownSections ?? sections)alerts: {webhook: [\(endpoints.alerts)]}
        socket: \(Self.quoted(socketPath))
        rules: {directory: \(Self.quoted(rulesDirectory))}
        ledger: {path: \(Self.quoted(ledgerPath)), retention: \(speed > 1 ? "1d" : "90d")}

        """
    }

    private var sections: String {
        """
        aws:
          region: us-east-1
          endpoint_url: \(endpoints.aws)
          interval: \(interval(60, leastMilliseconds: 300, most: 3600))
          ssm_ping: true
        pools:
          private:
            select: {groups: [\(World.group)], tags: {cluster: prod}}
            image: {ssm_parameter: \(World.privateParameter)}
            provision: {group: \(World.group)}\(commands)
          public:
            select: {tags: {Role: dcos-public-agent, cluster: prod}}
            size: \(shape.publicAgents)
            image: {ssm_parameter: \(World.publicParameter)}\(isActing ? "\n    provision: {launch_template: {name: \(World.publicTemplate)}}" : "")\(commands)
        \(limits)
        """
    }

    private var commands: String { isActing ? "\n    commands: {via: ssm}" : "" }

    /// Several at a time, and as many as the Kafka clusters allow: the defaults would take a working day for twenty nodes.
    private var limits: String {
        isActing ? "limits:\n  in_flight: {fleet: 4, pool: 3, zone: 3, ahead: true}\n  rate: [6/10m, 30/1h, 60/24h]\n" : ""
    }

    /// A path as a YAML text in double quotes.
    private static func quoted(_ text: String) -> String {
        "\"" + text.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : String($0) }.joined() + "\""
    }
}
