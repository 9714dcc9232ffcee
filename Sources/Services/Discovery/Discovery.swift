internal import Fleet

/// Finds the services among Marathon's apps and in the configuration. Pure.
struct Discovery: Sendable {
    let site: ServicesSite

    /// Sorted by name, each name once.
    ///
    /// - Parameter apps: empty where Marathon has never answered; then only the services that the configuration names are known.
    func targets(_ apps: [MarathonApp]) -> [ServiceTarget] {
        var byName: [ServiceName: ServiceTarget] = [:]
        for app in apps {
            guard let target = target(app), !isIgnored(target.name), byName[target.name] == nil else { continue }
            byName[target.name] = target
        }
        for named in site.named where byName[named.name] == nil && !isIgnored(named.name) {
            byName[named.name] = ServiceTarget(
                name: named.name, package: nil, version: nil, isKafka: false, routes: routes(to: named.name, direct: nil),
                flavours: ServiceSighting.Flavour.allCases, isCertain: true)
        }
        return byName.values.sorted { $0.name < $1.name }
    }

    private func isIgnored(_ name: ServiceName) -> Bool {
        site.ignored.contains(name) || (site.ignoresOthers && !site.named.contains { $0.name == name })
    }

    /// An app is a service when it is an SDK's scheduler, or Kafka's, or named in the configuration; and it may be one when it is any framework.
    private func target(_ app: MarathonApp) -> ServiceTarget? {
        let labels = app.app.labels
        let name = Self.name(labels["DCOS_SERVICE_NAME"] ?? labels["DCOS_PACKAGE_FRAMEWORK_NAME"] ?? app.app.id)
        guard !name.rawValue.isEmpty else { return nil }
        let package = labels["DCOS_PACKAGE_NAME"]
        let isSDK = labels["DCOS_COMMONS_API_VERSION"] != nil
        let isKafka = package.map { site.kafkaPackages.contains($0) } ?? false
        let isNamed = site.named.contains { $0.name == name }
        guard isSDK || isKafka || isNamed || labels["DCOS_PACKAGE_FRAMEWORK_NAME"] != nil else { return nil }
        let flavours: [ServiceSighting.Flavour] = !isSDK && (isKafka || isNamed) ? ServiceSighting.Flavour.allCases : [.sdk, .sdkPods]
        return ServiceTarget(
            name: name, package: package, version: labels["DCOS_PACKAGE_VERSION"], isKafka: isKafka, routes: routes(to: name, direct: app.direct),
            flavours: flavours, isCertain: isSDK || isKafka || isNamed)
    }

    /// Admin Router first, then the configuration's own URL. Before DC/OS 1.10 Admin Router knows no service in a folder: for those, and where there is no
    /// Admin Router, the scheduler's own port is the last resort.
    private func routes(to name: ServiceName, direct: String?) -> [SchedulerRoute] {
        var routes = site.router.map { [SchedulerRoute.router($0, service: name)] } ?? []
        if let url = site.named.first(where: { $0.name == name })?.url { routes.append(.given(url)) }
        if let direct, routes.isEmpty || name.rawValue.contains("/") { routes.append(.direct(direct)) }
        return routes
    }

    /// `/prod/kafka` as it is written here: `prod/kafka`.
    private static func name(_ text: String) -> ServiceName {
        ServiceName(String(text.drop { $0 == "/" }.reversed().drop { $0 == "/" }.reversed()))
    }
}
