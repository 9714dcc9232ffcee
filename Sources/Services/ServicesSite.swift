package import Fleet

/// Where Marathon and the schedulers are, and which of them count. From the configuration.
package struct ServicesSite: Hashable, Sendable {
    /// A service that the configuration names.
    package struct Named: Hashable, Sendable {
        package var name: ServiceName
        /// Where its scheduler answers apart from Admin Router, without a slash at its end: `http://api.prodkafka.marathon.l4lb.thisdcos.directory:80`.
        package var url: String?

        package init(name: ServiceName, url: String? = nil) {
            self.name = name
            self.url = url
        }
    }

    /// Admin Router's base, `https://dcos.example.com`, without a slash at its end. Nil outside of DC/OS.
    package var router: String?
    /// Marathon's base where it is not under Admin Router: `http://marathon.example.com:8080`.
    package var marathon: String?
    package var named: [Named]
    /// Services that nobody wants to know of; their schedulers are not asked.
    package var ignored: Set<ServiceName>
    /// Whether services that are not named are to be ignored as well.
    package var ignoresOthers: Bool
    package var kafkaPackages: [String]
    /// Whether there is anything to log in with at Admin Router; only for what is said when it refuses.
    package var hasLogin: Bool

    package init(
        router: String?, marathon: String? = nil, named: [Named] = [], ignored: Set<ServiceName> = [], ignoresOthers: Bool = false,
        kafkaPackages: [String] = ServicePolicies.kafkaPackagesByDefault, hasLogin: Bool = false
    ) {
        self.router = router
        self.marathon = marathon
        self.named = named
        self.ignored = ignored
        self.ignoresOthers = ignoresOthers
        self.kafkaPackages = kafkaPackages
        self.hasLogin = hasLogin
    }

    /// Whether there is anything to ask at all.
    package var isReachable: Bool { router != nil || marathon != nil || named.contains { $0.url != nil } }

    /// The ways to Marathon, in the order in which they are tried.
    var marathonRoutes: [SchedulerRoute] {
        if let marathon { return [.given(marathon)] }
        return router.map { SchedulerRoute.marathons(router: $0) } ?? []
    }
}
