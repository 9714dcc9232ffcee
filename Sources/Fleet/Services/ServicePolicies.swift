/// What an operator says of the stateful services: of each that is named, and of all others.
package struct ServicePolicies: Hashable, Sendable {
    /// What is said of one service, as far as it is said.
    package struct Said: Hashable, Sendable {
        package var policy: ServiceSettings.Policy?
        /// 1…100.
        package var maxInFlight: Int?
        /// Regular expressions of topics whose last copy may be lost.
        package var expendableTopics: [String]
        /// How many replicas of a partition have to stay in sync where its topic does not say it. 1…100.
        package var minInSync: Int?

        package init(policy: ServiceSettings.Policy? = nil, maxInFlight: Int? = nil, expendableTopics: [String] = [], minInSync: Int? = nil) {
            self.policy = policy
            self.maxInFlight = maxInFlight
            self.expendableTopics = expendableTopics
            self.minInSync = minInSync
        }
    }

    /// Of all services that do not say it themselves.
    package var defaults: Said
    package var named: [ServiceName: Said]
    /// The values of `DCOS_PACKAGE_NAME` that mean Kafka.
    package var kafkaPackages: [String]

    package init(defaults: Said = Said(), named: [ServiceName: Said] = [:], kafkaPackages: [String] = Self.kafkaPackagesByDefault) {
        self.defaults = defaults
        self.named = named
        self.kafkaPackages = kafkaPackages
    }

    /// Kafka's packages in the catalogues of DC/OS. A package of one's own has a name of its own, so the list can be configured.
    package static let kafkaPackagesByDefault = [
        "kafka", "confluent-kafka", "beta-kafka", "beta-confluent-kafka", "portworx-kafka", "portworx-confluent-kafka",
    ]

    /// Whether its members count for nothing, so that nobody needs to ask for them. What is not named is ignored only when the defaults say so.
    package func isIgnored(_ name: ServiceName) -> Bool { (named[name]?.policy ?? defaults.policy) == .ignore }

    package func isKafka(package name: String?) -> Bool { name.map { kafkaPackages.contains($0) } ?? false }

    /// What holds for a service. Only Kafka is guarded unless somebody says so: of everything else it is not known how to move its members.
    ///
    /// - Parameter isKafka: by its package, or because its scheduler has brokers.
    package func settings(of name: ServiceName, isKafka: Bool) -> ServiceSettings {
        let said = named[name] ?? Said()
        return ServiceSettings(
            policy: said.policy ?? defaults.policy ?? (isKafka ? .guarded : .refuse), maxInFlight: said.maxInFlight ?? defaults.maxInFlight ?? 1,
            expendableTopics: said.expendableTopics, minInSync: said.minInSync ?? defaults.minInSync)
    }
}
