import Fleet
import Planning
import Rounds
import Rules
import Testing

@testable import Daemon

@Suite struct `Limits in a configuration` {
    private static let head = "cluster: c\nmesos: {masters: ['http://m:5050']}\npools: {p: {select: {groups: [g]}}}\n"

    private func parse(_ text: String) throws -> Configuration { try Configuration.parse(Self.head + text, path: "/etc/mayfly/mayfly.yaml") }

    private func problems(_ text: String) -> [String] {
        do throws(ConfigurationErrors) {
            _ = try Configuration.parse(Self.head + text, path: "m.yaml")
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `are those of the program where the file says nothing, and those that the page names`() throws {
        #expect(try parse("").settings.limits == Limits())
        func value(_ path: String) -> String { ConfigurationKey.all.first { $0.path == path }?.defaultValue ?? "" }
        let rates = value("limits.rate")
        let written = """
            limits:
              in_flight: {fleet: \(value("limits.in_flight.fleet")), pool: \(value("limits.in_flight.pool")), zone: \(value("limits.in_flight.zone")), ahead: \(value("limits.in_flight.ahead"))}
              rate: [\(rates)]
              breaker: {share: \(value("limits.breaker.share")), at_least: \(value("limits.breaker.at_least")), cooldown: \(value("limits.breaker.cooldown"))}
              shrink: \(value("limits.shrink"))
              parked: \(value("limits.parked"))
            pause_file: \(value("pause_file"))
            """
        let read = try parse(written)
        #expect(read.limits == Limits() && read.pauseFile == PauseFile(PauseFile.defaultPath))
    }

    @Test func `have outdated nodes wait for a refresh where the file says so`() throws {
        #expect(try !parse("").settings.asksForRefresh && !parse("refresh: windows\n").settings.asksForRefresh)
        #expect(try parse("refresh: opened\n").settings.asksForRefresh)
        #expect(problems("refresh: by-hand\n").count == 1)
    }

    @Test func `are counts or shares, each of which may stand alone`() throws {
        let read = try parse("limits: {in_flight: {pool: 10%, ahead: true}, rate: [5/1h, 1/10m], breaker: {share: 3}, shrink: 5, parked: 1}").settings.limits
        var limits = Limits()
        limits.inFlight.pool = .percent(10)
        limits.inFlight.isAhead = true
        limits.rate = [Limits.Rate(1, in: .seconds(600)), Limits.Rate(5, in: .seconds(3600))]
        limits.breaker.share = .count(3)
        limits.shrink = .count(5)
        limits.parkedMax = 1
        #expect(read == limits)
    }

    @Test(
        arguments: [
            ("{rate: []}", "1 to 10 limits"), ("{rate: [2/10]}", "such as 2/10m"), ("{rate: [0/10m]}", "such as 2/10m"), ("{rate: [2/2d]}", "1m to 24h"),
            ("{rate: 2/10m}", "must be a list"), ("{in_flight: {fleet: 0}}", "fleet must be"), ("{in_flight: {pool: 101%}}", "pool must be"),
            ("{in_flight: 2}", "must be a mapping"), ("{in_flight: {ahead: 3}}", "ahead must be"), ("{breaker: {share: 51%}}", "1% to 50%"),
            ("{breaker: {cooldown: 1s}}", "1m"),
            ("{breaker: {at_least: x}}", "at_least must be"), ("{shrink: 60%}", "1% to 50%"), ("{parked: 0}", "parked must be"),
            ("{in_flights: {}}", "did you mean 'in_flight'"), ("[]", "limits must be a mapping"),
        ]) func `have bounds, and say which`(text: String, words: String)
    {
        let found = problems("limits: \(text)")
        #expect(found.count == 1 && found[0].contains(words) && found[0].hasPrefix("m.yaml:4:"), "\(text): \(found)")
    }

    @Test func `stand beside how a pool's nodes come anew`() throws {
        func pool(_ text: String) throws -> Pool {
            try Configuration.parse("cluster: c\nmesos: {masters: ['http://m']}\npools: {p: {select: {groups: [g]}, \(text)}}\n", path: "m.yaml").pools[0]
        }
        #expect(try pool("size: 1").provision == nil && pool("order: usual").isLaunchFirst == false)
        let first = try pool("provision: {group: g}, order: launch-first")
        #expect(first.provision == .group("g") && first.isLaunchFirst)
        #expect(try pool("provision: {launch_template: {id: lt-1}}").provision == .launchTemplate(LaunchTemplate(id: "lt-1", version: "$Default")))
        for text in ["provision: {}", "provision: {group: g, launch_template: {name: a}}", "provision: {salt: d}", "order: first"] {
            #expect(throws: ConfigurationErrors.self) { try pool(text) }
        }
    }

    @Test func `of a service say how many replicas have to stay in sync`() throws {
        let policies = try parse("services: {defaults: {min_insync: 2}, prod/kafka: {min_insync: 3}}").settings.services
        #expect(policies.settings(of: "prod/kafka", isKafka: true).minInSync == 3 && policies.settings(of: "other", isKafka: true).minInSync == 2)
        #expect(try parse("").settings.services.settings(of: "other", isKafka: true).minInSync == nil)
        #expect(problems("services: {defaults: {min_insync: 0}}").count == 1)
    }
}
