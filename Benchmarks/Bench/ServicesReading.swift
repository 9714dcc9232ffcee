import Fleet
import Foundation
import Ledger
import Services
import Wire

/// Polls of thirty Kafka clusters, of nine brokers and five hundred topics each, over real sockets, and the rounds that they wake, beside 10,000 agents:
/// what they cost, and how that is spread.
struct ServicesReading: Encodable {
    struct Poll: Encodable {
        var calls: Int
        var bytes: Int
        /// Topics whose in-sync sets were read.
        var topics: Int
        /// Of this program, not of the canned server.
        var cpuSeconds: Double
        /// Of the round that takes it in: who lives where, the facts, the rules, the ledger.
        var roundCPUSeconds: Double
        /// Rows of members, services and in-sync sets that the round wrote; where a set has become another one, the one that ends is a row too.
        var rows: Int
        var seconds: Double
        /// Topics of which nothing is known yet.
        var unread: Int
    }

    /// Polls are so far apart by their own clock, as by default; nobody waits.
    static let interval = Duration.seconds(60)
    /// Twice as many as one turn of all topics takes.
    private static let pollCount = 20
    private static let clusters = 30
    private static let brokersEach = 9
    private static let topicsEach = 500

    private(set) var polls: [Poll] = []
    /// The one after those, before which a broker of each cluster fell behind: every in-sync set that it reads is another one.
    private(set) var changed: Poll?
    private(set) var services = 0
    private(set) var topics = 0
    /// Brokers of which a node's facts say that they live there.
    private(set) var housed = 0
    /// In the last poll.
    private(set) var oldestSeconds: Int64 = 0
    private(set) var problems: [String] = []

    /// - Parameter change: from then on a broker of each cluster is behind.
    static func measured(by watching: Watching, change: () async throws -> Void) async throws -> ServicesReading {
        _ = try await watching.lookAtAll()
        var reading = ServicesReading()
        for number in 1...pollCount {
            let (poll, sighting) = try await Self.poll(watching)
            reading.polls.append(poll)
            if number == pollCount { reading.conclude(sighting, now: watching.now) }
        }
        reading.house(watching)
        try await change()
        let (changed, _) = try await Self.poll(watching)
        reading.changed = changed
        if changed.rows < changed.topics {
            reading.problems.append("\(changed.rows) rows were written after a poll with \(changed.topics) topics whose in-sync sets had all changed")
        }
        try await watching.close()
        return reading
    }

    private static func poll(_ watching: Watching) async throws -> (Poll, ServicesSighting) {
        // All else goes on as it was, and none of it grows stale.
        try watching.step(interval)
        let start = ContinuousClock.now
        let (sighting, cost, poll, round) = try await watching.lookAtServices()
        let unread = sighting.services.reduce(0) { $0 + $1.unread.count }
        return (
            Poll(
                calls: cost.calls, bytes: cost.bytes, topics: cost.topics, cpuSeconds: poll, roundCPUSeconds: round.total, rows: round.rows.services,
                seconds: (ContinuousClock.now - start) / .seconds(1), unread: unread), sighting
        )
    }

    /// Whether what the schedulers say, what Mesos shows and what lies on the agents comes to one place for each broker.
    private mutating func house(_ watching: Watching) {
        let isOurs = { (service: ServiceName) in service.rawValue.hasPrefix("prod/kafka-") }
        housed = watching.housed.count { isOurs($0.service) }
        let expected = Self.clusters * Self.brokersEach
        if housed != expected { problems.append("\(housed) brokers are known to live on a node, not \(expected)") }
        problems += watching.notices.filter { $0.hasPrefix("prod/kafka-") }
    }

    private mutating func conclude(_ sighting: ServicesSighting, now: Timestamp) {
        services = sighting.services.count
        for service in sighting.services {
            do {
                let read = try service.topics.get()
                topics += read.count
                oldestSeconds = max(oldestSeconds, read.map { (now - $0.readAt).inSeconds }.max() ?? 0)
                _ = try (service.members.get(), service.registered.get(), service.plans.get())
            } catch {
                problems.append("service \(service.name) was not read: \(error)")
            }
        }
        if case .failure(let failure) = sighting.marathon { problems.append("Marathon was not read: \(failure)") }
        if let last = polls.last {
            if last.unread > 0 { problems.append("\(last.unread) topics were never read in \(polls.count) polls") }
            if last.rows > 0 { problems.append("\(last.rows) rows were written after a poll with nothing changed") }
        }
        let expected = Self.clusters * Self.topicsEach
        if services != Self.clusters || topics != expected {
            problems.append("\(services) services with \(topics) topics were found, not \(Self.clusters) with \(expected)")
        }
    }

    /// The one with the median CPU, of those after every topic was read once.
    private var steady: Poll? {
        let settled = polls.dropFirst().filter { $0.unread == 0 }.sorted { $0.cpuSeconds < $1.cpuSeconds }
        return settled.isEmpty ? nil : settled[settled.count / 2]
    }

    var lines: [String] {
        func row(_ name: String, _ poll: Poll?) -> String? {
            poll.map {
                String(
                    format: "  %@%8d%10.2f%9d%11.3f%13.3f%7d%9.2f", name.padding(toLength: 24, withPad: " ", startingAt: 0), $0.calls, Double($0.bytes) / 1e6,
                    $0.topics, $0.cpuSeconds, $0.roundCPUSeconds, $0.rows, $0.seconds)
            }
        }
        let turns = polls.firstIndex { $0.unread == 0 }.map { "\($0 + 1)" } ?? "more than \(polls.count)"
        return ["A poll of \(services) Kafka clusters       calls        MB   topics  CPU: poll  its round   rows  seconds"]
            + [row("first", polls.first), row("steady", steady), row("all sets changed", changed)].compactMap { $0 }
            + [
                "All \(housed) brokers are known to live on a node. All \(topics) topics are read once in \(turns) polls; after \(polls.count) the oldest in-sync set is \(oldestSeconds) s old, at one poll a minute."
            ]
    }
}
