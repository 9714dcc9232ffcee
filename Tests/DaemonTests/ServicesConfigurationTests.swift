import Fleet
import Rounds
import Rules
import Services
import Testing

@testable import Daemon

@Suite struct `A configuration of services` {
    private func text(_ services: String) -> String {
        "cluster: c\nmesos: {masters: ['http://m:5050']}\npools: {p: {select: {groups: [g]}}}\nservices:\n" + services
    }

    private func problems(_ services: String) -> [String] {
        do throws(ConfigurationErrors) {
            _ = try Configuration.parse(text(services), path: "m.yaml")
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `is read whole`() throws {
        let read = try Configuration.parse(
            text(
                """
                  marathon: http://marathon:8080/
                  interval: 2m
                  kafka_packages: [kafka, acme-kafka]
                  defaults: {policy: refuse, max_in_flight: 2}
                  prod/kafka: {policy: guarded, max_in_flight: 1, expendable_topics: ["^tmp-"], url: "http://vip:80"}
                  /interval: {policy: ignore}
                """), path: "m.yaml")
        let policies = ServicePolicies(
            defaults: ServicePolicies.Said(policy: .refuse, maxInFlight: 2),
            named: [
                "prod/kafka": ServicePolicies.Said(policy: .guarded, maxInFlight: 1, expendableTopics: ["^tmp-"]),
                "interval": ServicePolicies.Said(policy: .ignore),
            ], kafkaPackages: ["kafka", "acme-kafka"])
        #expect(
            read.services
                == Configuration.ServicesSection(
                    marathon: "http://marathon:8080", interval: .seconds(120), policies: policies, urls: ["prod/kafka": "http://vip:80"]))
        #expect(
            read.servicesSite
                == ServicesSite(
                    router: nil, marathon: "http://marathon:8080",
                    named: [ServicesSite.Named(name: "interval"), ServicesSite.Named(name: "prod/kafka", url: "http://vip:80")], ignored: ["interval"],
                    kafkaPackages: ["kafka", "acme-kafka"]))
        #expect(read.settings.servicesInterval == .seconds(120) && read.settings.services == policies && read.warnings.isEmpty)
    }

    @Test func `that says nowhere where to ask asks nobody, and is warned about`() throws {
        let read = try Configuration.parse(text("  kafka: {policy: guarded}\n"), path: "m.yaml")
        #expect(read.servicesSite == nil && read.settings.servicesInterval == nil)
        #expect(read.warnings.count == 1 && read.warnings[0].contains("services.marathon"))
        let url = try Configuration.parse(text("  kafka: {url: 'http://vip'}\n"), path: "m.yaml")
        #expect(url.settings.servicesInterval == .seconds(60) && url.warnings.isEmpty)
    }

    @Test func `is not needed where there is DC/OS`() throws {
        let text =
            "cluster: c\nmesos: {masters: ['http://m']}\npools: {p: {select: {groups: [g]}}}\ndcos: {url: 'https://dcos/', credentials: {token_file: t}}\n"
        let read = try Configuration.parse(text, path: "m.yaml")
        #expect(read.servicesSite == ServicesSite(router: "https://dcos", hasLogin: true) && read.settings.servicesInterval == .seconds(60))
    }

    @Test(arguments: [
        ("  interval: 5s\n", "m.yaml:5:13: interval must be a duration from 30s to 10m"), ("  marathon: marathon\n", "m.yaml:5:13: marathon must be a URL"),
        ("  default: {policy: ignore}\n", "m.yaml:5:3: unknown key 'default'; did you mean 'defaults'?"),
        ("  kafka: {polcy: ignore}\n", "m.yaml:5:11: unknown key 'polcy'; did you mean 'policy'?"),
        ("  kafka: {policy: guard}\n", "m.yaml:5:19: policy is one of guarded, refuse, ignore"),
        ("  kafka: {max_in_flight: 0}\n", "m.yaml:5:26: max_in_flight must be a whole number from 1 to 100"),
        ("  kafka: {expendable_topics: ['(']}\n", "m.yaml:5:30: '(' is no regular expression"), ("  kafka: guarded\n", "m.yaml:5:10: kafka must be a mapping"),
        ("  kafka: {}\n  /kafka: {}\n", "m.yaml:6:3: the service 'kafka' stands twice"), ("  \"a b\": {}\n", "m.yaml:5:3: a service is named as in DC/OS"),
        ("  prod//kafka: {}\n", "m.yaml:5:3: a service is named as in DC/OS"), ("  kafka: {url: 'http://u:p@vip'}\n", "must not hold a user"),
        ("  defaults: {url: 'http://vip'}\n", "m.yaml:5:14: unknown key 'url'"),
    ])
    func `that is wrong says where and what to do`(services: String, expected: String) {
        let found = problems(services)
        #expect(found.count == 1 && found[0].contains(expected), "\(found)")
    }

    @Test func `decides for each service what holds`() {
        var policies = ServicePolicies(named: ["a": ServicePolicies.Said(policy: .ignore, maxInFlight: 3), "b": ServicePolicies.Said()])
        #expect(policies.settings(of: "x", isKafka: true) == ServiceSettings(policy: .guarded))
        #expect(policies.settings(of: "x", isKafka: false) == ServiceSettings(policy: .refuse))
        #expect(policies.settings(of: "a", isKafka: true) == ServiceSettings(policy: .ignore, maxInFlight: 3))
        policies.defaults = ServicePolicies.Said(policy: .ignore, maxInFlight: 2)
        #expect(policies.settings(of: "b", isKafka: true) == ServiceSettings(policy: .ignore, maxInFlight: 2) && policies.isIgnored("y"))
    }
}
