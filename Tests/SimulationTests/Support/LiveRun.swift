import Fleet
import Foundation
import Ledger
import Rounds
import Rules
import Testing

@testable import Simulation

/// The real round over an invented cluster and a real ledger, which is then replayed.
final class LiveRun {
    static let start = World.storyStart
    /// Of a run by Mesos and EC2 alone.
    static let settings = Settings(pools: World.demoPools)

    /// Sources that are polled besides Mesos and EC2.
    enum Other: String, CaseIterable {
        case health, services, probe, ssm
    }

    private let others: Set<Other>
    private let settings: Settings
    private let folder: URL
    private let path: String
    private var ledger: LedgerStore
    private var round: Round
    private(set) var now = LiveRun.start
    var world: World
    /// Machines that EC2 does not list yet, by position.
    var hidden: Set<Int> = []

    init(_ world: World, rules: RuleSet, others: Set<Other> = []) throws {
        self.world = world
        self.others = others
        func interval(_ other: Other) -> Duration? { others.contains(other) ? .seconds(60) : nil }
        settings = Settings(
            pools: World.demoPools, healthInterval: interval(.health), servicesInterval: interval(.services), probeInterval: interval(.probe),
            readsSSM: others.contains(.ssm))
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("mayfly-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appendingPathComponent("a.db").path
        ledger = try LedgerStore.open(path: path, purpose: .daemon, now: now)
        round = try Round(ledger: ledger, rules: rules, settings: settings, now: now)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The program ends, and starts again after a while.
    func restart(after gap: Duration, rules: RuleSet? = nil) throws {
        try ledger.close()
        now = now + gap
        ledger = try LedgerStore.open(path: path, purpose: .daemon, now: now)
        round = try Round(ledger: ledger, rules: rules ?? round.rules, settings: settings, now: now)
    }

    func use(_ rules: RuleSet) throws {
        now = now + .milliseconds(7)
        _ = try round.take(.rules(rules), at: now)
    }

    func pollMesos(fails: Bool = false, at time: Timestamp) throws {
        now = time
        let sighting: Result<MesosSighting, SourceFailure>
        do throws(SourceFailure) { sighting = .success(try world.mesosSighting(at: now)) } catch { sighting = .failure(error) }
        _ = try round.take(.mesos(fails ? .failure(SourceFailure("the masters do not answer")) : sighting), at: now)
    }

    /// - Parameter ssmFails: SSM alone, which is asked together with EC2.
    func pollEC2(fails: Bool = false, ssmFails: Bool = false, at time: Timestamp) throws {
        now = time
        let seen = world.ec2Sighting(pools: World.demoPools, readsSSM: others.contains(.ssm), at: now)
        let failure = SourceFailure("EC2 does not answer")
        let unseen = Set(hidden.map { world.machines[$0].instance })
        let sighting = EC2Sighting(
            instances: fails ? .failure(failure) : seen.instances.map { $0.filter { !unseen.contains($0.id) } },
            statuses: fails ? .failure(failure) : seen.statuses, images: fails ? .failure(failure) : seen.images, targets: seen.targets,
            pings: ssmFails && seen.pings != nil ? .failure(SourceFailure("SSM does not answer")) : seen.pings, groups: seen.groups)
        _ = try round.take(.ec2(sighting), at: now)
    }

    /// Polls at the usual intervals, each a moment off its time.
    func watch(for duration: Duration, failing: Set<String> = []) throws {
        let end = now + duration
        var quarter = 0
        while now < end {
            let next = now + .milliseconds(14_600 + quarter * 7 % 300)
            quarter += 1
            try pollMesos(fails: failing.contains("mesos"), at: next)
            if quarter % 4 == 0 { try pollEC2(fails: failing.contains("ec2"), ssmFails: failing.contains("ssm"), at: now + .milliseconds(211)) }
            for (place, other) in Other.allCases.enumerated() where others.contains(other) && quarter % 4 == place {
                try poll(other, fails: failing.contains(other.rawValue), at: now + .milliseconds(97))
            }
        }
    }

    private func poll(_ other: Other, fails: Bool, at time: Timestamp) throws {
        now = time
        let failure = SourceFailure("\(other) does not answer")
        switch other {
        case .health:
            let seen = world.healthSighting(at: now)
            _ = try round.take(.health(fails ? .failure(failure) : .success(seen)), at: now)
        case .services:
            let seen = world.servicesSighting(at: now)
            _ = try round.take(.services(fails ? ServicesSighting(services: [], marathon: .failure(failure)) : seen), at: now)
        case .probe:
            // A probe that fails asks nobody, and tells nothing.
            if !fails { _ = try round.take(.probe(world.probeSighting(at: now)), at: now) }
        case .ssm: break
        }
    }

    /// Ends the run; the ledger is left to be read.
    func finish() throws -> LedgerStore {
        try ledger.close()
        ledger = try LedgerStore.open(path: path, purpose: .reading, now: now)
        return ledger
    }

    /// The findings that the live rounds recorded, by rule, node and time.
    static func found(in ledger: LedgerStore) throws -> [Course] { try ledger.findings().map { Course($0.finding) }.sorted() }
}

/// A finding as a sequence of states: what a replay has to come to.
struct Course: Hashable, Comparable, CustomStringConvertible {
    let rule: RuleName
    let node: NodeID
    let since: Timestamp
    let firingSince: Timestamp?
    let resolvedAt: Timestamp?
    let resolution: Finding.Resolution?

    init(_ finding: Finding) {
        rule = finding.rule.name
        node = finding.node
        since = finding.since
        firingSince = finding.firingSince
        resolvedAt = finding.resolvedAt
        resolution = finding.resolution
    }

    var description: String {
        "\(rule) \(node) \(since) fires \(firingSince?.description ?? "-") ends \(resolvedAt?.description ?? "-") \(resolution?.rawValue ?? "")"
    }

    static func < (left: Course, right: Course) -> Bool {
        (left.rule, left.node, left.since, left.resolvedAt ?? left.since) < (right.rule, right.node, right.since, right.resolvedAt ?? right.since)
    }
}
