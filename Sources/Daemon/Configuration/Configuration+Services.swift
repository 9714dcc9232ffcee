import DCOS
package import Fleet
import Rules
package import Services

extension Configuration {
    /// `services`: where Marathon is if not under Admin Router, how often all of them are asked, and what the operator says of each.
    package struct ServicesSection: Hashable, Sendable {
        package var marathon: String?
        package var interval: Duration
        package var policies: ServicePolicies
        /// Where schedulers answer apart from Admin Router.
        package var urls: [ServiceName: String]

        package init(
            marathon: String? = nil, interval: Duration = .seconds(60), policies: ServicePolicies = ServicePolicies(), urls: [ServiceName: String] = [:]
        ) {
            self.marathon = marathon
            self.interval = interval
            self.policies = policies
            self.urls = urls
        }
    }

    /// Where Marathon and the schedulers are. Nil when nothing says where: then they are not asked at all.
    package var servicesSite: ServicesSite? {
        let named = services.policies.named.keys.sorted()
        let site = ServicesSite(
            router: dcos?.url, marathon: services.marathon, named: named.map { ServicesSite.Named(name: $0, url: services.urls[$0]) },
            ignored: Set(named.filter { services.policies.isIgnored($0) }), ignoresOthers: services.policies.defaults.policy == .ignore,
            kafkaPackages: services.policies.kafkaPackages, hasLogin: dcos.map { $0.credentials != .none } ?? false)
        return site.isReachable ? site : nil
    }

    /// What is said of services although nobody will ask them.
    var servicesWarnings: [String] {
        guard servicesSite == nil, !services.policies.named.isEmpty || services.policies.defaults != ServicePolicies.Said() else { return [] }
        return ["services are configured, but nothing says where to ask: name dcos.url, services.marathon or a service's url, or remove them"]
    }
}

extension ConfigurationReading {
    private static let own = ["marathon", "interval", "kafka_packages", "defaults"]

    func readServices(_ section: YAMLMapping) -> Configuration.ServicesSection? {
        var read = Configuration.ServicesSection()
        read.marathon = section["marathon"].flatMap(readURL)
        if let value = section["interval"] {
            guard let interval = value.duration(in: .seconds(30) ... .seconds(600)) else { return nil }
            read.interval = interval
        }
        if let packages = section["kafka_packages"].map({ $0.strings() ?? [] }) { read.policies.kafkaPackages = packages }
        if let defaults = section["defaults"]?.mapping() {
            defaults.allow(["policy", "max_in_flight", "min_insync"])
            read.policies.defaults = readSaid(defaults)
        }
        for entry in section.all where !Self.own.contains(entry.name) {
            guard let (name, mapping) = readNamed(entry) else { continue }
            if read.policies.named[name] != nil { entry.key.note("the service '\(name)' stands twice, with a slash in front and without; remove one") }
            mapping.allow(["policy", "max_in_flight", "min_insync", "expendable_topics", "url"])
            read.policies.named[name] = readSaid(mapping)
            if let url = mapping["url"].flatMap(readURL) { read.urls[name] = url }
        }
        return read
    }

    /// Everything that is not a key of the section is a service's name, so one that looks like a misspelt key is refused.
    private func readNamed(_ entry: (key: YAMLValue, name: String, value: YAMLValue)) -> (ServiceName, YAMLMapping)? {
        let near = entry.name.hasPrefix("/") ? nil : Spelling.nearest(to: entry.name, among: Self.own)
        if let near {
            entry.key.note("unknown key '\(entry.name.prefix(60))'; did you mean '\(near)'? A service of this name is written '/\(entry.name.prefix(60))'")
            return nil
        }
        let name = entry.name.hasPrefix("/") ? String(entry.name.dropFirst()) : entry.name
        let segments = name.split(separator: "/", omittingEmptySubsequences: false)
        guard name.utf8.count <= 256, segments.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) } })
        else {
            entry.key.note("a service is named as in DC/OS, like prod/kafka, not '\(entry.name.prefix(70))'")
            return nil
        }
        return entry.value.mapping().map { (ServiceName(name), $0) }
    }

    private func readSaid(_ mapping: YAMLMapping) -> ServicePolicies.Said {
        ServicePolicies.Said(
            policy: mapping["policy"]?.choice(), maxInFlight: mapping["max_in_flight"]?.integer(in: 1...100),
            expendableTopics: mapping["expendable_topics"].map(readPatterns) ?? [], minInSync: mapping["min_insync"]?.integer(in: 1...100))
    }

    private func readPatterns(_ value: YAMLValue) -> [String] {
        let patterns = value.strings() ?? []
        for pattern in patterns {
            do { _ = try Regex(pattern) } catch {
                value.note("'\(pattern.prefix(60))' is no regular expression; write one like ^tmp-, quoted")
            }
        }
        return patterns
    }
}
