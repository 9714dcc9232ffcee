import AWS
import Fleet
import Foundation
import GRDB
import Ledger
import Logging
import Rounds
import Rules
import Testing
import Wire

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct `A storm of AWS' events` {
    /// In a process of its own, whose memory is that of nobody else.
    @Test func `of 100,000 messages loses nothing, takes nothing twice, costs a few rounds, and needs no more memory the longer it lasts`() async {
        await #expect(processExitsWith: .success) { try await Weather().storm(of: 100_000) }
    }
}

/// The daemon's loops in a storm.
private struct Weather {
    private let folder: TemporaryFolder
    private let lines = Lines()

    init() throws { folder = try TemporaryFolder() }

    /// AWS' clock for pacing, a hundred times as fast: what it holds back is tested elsewhere.
    private static let hurried: AWSClock = {
        let real = AWSClock.real
        // The waits between tries are a hundredth: what is measured is the storm.
        return AWSClock(now: real.now, uptime: { real.uptime() * 100 }, random: real.random, sleep: { try await real.sleep($0 / 100) })
    }()

    /// Resident memory in bytes, the most in each fifth of the messages.
    private struct Memory {
        private(set) var most = [0, 0, 0, 0, 0]

        mutating func note(left: Int, of count: Int) {
            let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)).flatMap { $0.split(separator: " ").dropFirst().first }.flatMap {
                Int($0)
            }
            let fifth = min(4, (count - left) * 5 / count)
            most[fifth] = max(most[fifth], (pages ?? 0) * Int(getpagesize()))
        }
    }

    /// Runs the loops at the server until its queue is empty.
    private func weather(_ storm: Storm, _ server: SQSServer) async throws -> (keeper: RoundKeeper, ledger: LedgerStore, memory: [Int]) {
        let time = Time.system
        let ledger = try LedgerStore.open(path: folder.file("mayfly.db"), purpose: .daemon, now: time.now())
        let keeper = RoundKeeper(
            round: try Round(ledger: ledger, rules: .empty, settings: Settings(pools: [Samples.pool]), now: time.now()), ledger: ledger, time: time,
            logger: lines.logger(level: .info))
        let http = try HTTPCaller()
        let settings = AWSSettings(
            region: "us-east-1", endpointURL: server.url, environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"])
        let client = try AWSClient(settings: settings, http: http, clock: Self.hurried)
        let bell = EC2Bell()
        let logger = lines.logger(level: .info)
        await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1"))))
        let loop = QueueLoop(client: client, queue: server.name, bell: bell, keeper: keeper, time: time, logger: logger, random: { 0 })
        let poller = EC2Poller(client: client, pools: [Samples.pool], interval: .seconds(3600), keeper: keeper, time: time, logger: logger, bell: bell)
        let memory = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run() }
            group.addTask { try await poller.run() }
            let end = ContinuousClock.now + .seconds(240)
            var memory = Memory()
            while server.left > 0 || (keeper.bulletin.read().queue?.looks ?? 0) == 0 {
                try #require(ContinuousClock.now < end, "\(server.left) left: \(lines.all.suffix(5))")
                memory.note(left: server.left, of: storm.count)
                // Between two looks whether all has come; a time-out ends it otherwise.
                try await Task.sleep(for: .milliseconds(10))
            }
            group.cancelAll()
            try await group.waitForAll()
            return memory.most
        }
        await http.shutdown()
        return (keeper, ledger, memory)
    }

    func storm(of count: Int) async throws {
        let storm = Storm(count, now: Time.system.now())
        let server = try await SQSServer.start(storm.count, failsEvery: 997, others: { storm.ec2($0) }, body: { storm.body($0) })
        let start = ContinuousClock.now
        let (keeper, ledger, memory) = try await weather(storm, server)
        let took = ContinuousClock.now - start
        try await server.stop()
        let standing = try #require(keeper.bulletin.read().queue)
        // What is told twice is handed out more often than there are messages of it.
        #expect(server.handedOut > storm.count && standing.messages >= storm.count)
        let (known, unknown, old) = (storm.events(.known), storm.events(.unknown), storm.events(.old))
        #expect(standing.looked == known.count && standing.old == old.count && standing.parked == unknown.count)
        // Of those that cannot be read the last thousand are kept, and all are counted.
        #expect(standing.repeated >= storm.count / 10 && standing.unreadable >= storm.count / 20 && standing.quarantined == 1000)
        // What is held at a time, seen from the queue: one turn, and what the lanes of the last wave bring.
        #expect(server.outMax <= QueueLoop.turnMax + 4 * AWSClient.messagesMax)
        // A message that stayed would be a kilobyte.
        #expect(memory[4] - memory[1] < storm.count * 3 / 5 * 256, "resident bytes by fifths: \(memory)")
        let rounds = keeper.bulletin.read().rounds
        #expect(rounds <= 3 + Int(took / EC2Poller.looksApart) + Int(took / EC2Poller.pollsApart), "\(rounds) rounds in \(took)")
        try ledger.close()
        let file = try DatabaseQueue(path: folder.file("mayfly.db"))
        let found = try await file.read { database in
            try Dictionary(grouping: Row.fetchAll(database, sql: "SELECT event, standing FROM hint"), by: { $0["standing"] as String })
                .mapValues { Set($0.map { $0["event"] as String }) }
        }
        #expect(found == ["looked": known, "parked": unknown, "old": old])
    }
}
