import Fleet
import Foundation
import GRDB
import Rounds
import Rules
import Testing

@testable import Daemon
@testable import Ledger

/// What a service manager hears: a datagram socket of the test's own.
private final class NotifySocket {
    let environment: [String: String]
    private let descriptor: Int32

    init(_ folder: TemporaryFolder) throws {
        let path = folder.file("n")
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) } }
        if bound != 0 { throw POSIXError(.EADDRINUSE) }
        self.descriptor = descriptor
        environment = ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "300000000"]
    }

    deinit { close(descriptor) }

    /// What came since this was last read.
    var heard: [String] {
        var texts: [String] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT)), count > 0 {
            texts.append(String(decoding: buffer.prefix(count), as: UTF8.self))
        }
        return texts
    }
}

/// Refuses every commit, as a full disk does. Used on the connection's own queue only.
private final class FullDisk: TransactionObserver {
    struct Full: Error, CustomStringConvertible { let description = "database or disk is full" }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseWillCommit() throws { throw Full() }
    func databaseDidCommit(_ database: Database) {}
    func databaseDidRollback(_ database: Database) {}
}

@Suite struct `The watchdog of a service manager` {
    private let folder: TemporaryFolder
    private let socket: NotifySocket
    private let clock = HandClock()
    private let ledger: LedgerStore
    private let keeper: RoundKeeper

    init() throws {
        let folder = try TemporaryFolder()
        let socket = try NotifySocket(folder)
        (self.folder, self.socket) = (folder, socket)
        ledger = try LedgerStore.open(path: folder.file("mayfly.db"), purpose: .daemon, now: clock.now)
        let notifier = try #require(Notifier(environment: socket.environment))
        let round = try Round(ledger: ledger, rules: .empty, settings: Settings(pools: [Samples.pool]), now: clock.now)
        keeper = RoundKeeper(
            round: round, ledger: ledger, time: clock.time, logger: Lines().logger(), onReport: { notifier.tookRound($0) },
            onRefusal: { notifier.missedRound($0) })
    }

    /// What was heard meanwhile, read as it comes: the system keeps ten datagrams that nobody reads.
    private func poll(_ count: Int) async -> [String] {
        var heard: [String] = []
        for _ in 0..<count {
            clock.step(.seconds(15))
            await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1"))))
            heard += socket.heard
        }
        return heard
    }

    @Test func `hears nothing while rounds are not recorded, is told why, and hears of life again after`() async throws {
        await keeper.take(.ec2(Samples.nothing))
        #expect(socket.heard.isEmpty, "one poller has not spoken yet")
        let well = await poll(3)
        #expect(well.count == 3 && well.allSatisfy { $0.contains("WATCHDOG=1\nSTATUS=1 nodes") } && well.count { $0.hasPrefix("READY=1\n") } == 1, "\(well)")

        let disk = FullDisk()
        ledger.queue.add(transactionObserver: disk)
        let since = clock.now + .seconds(15)
        let failing = await poll(40)
        #expect(failing.count == 40 && failing.allSatisfy { $0.hasPrefix("STATUS=no round could be recorded since \(since): ") }, "\(failing.first ?? "")")
        #expect(!failing.contains { $0.contains("WATCHDOG") || $0.contains("READY") || $0.contains("\n") })

        ledger.queue.remove(transactionObserver: disk)
        let again = await poll(2)
        #expect(again.count == 2 && again.allSatisfy { $0.hasPrefix("WATCHDOG=1\nSTATUS=1 nodes") }, "\(again)")
        try ledger.close()
    }

    @Test func `hears of readiness also when no source could be read, with their names`() async throws {
        let failure = SourceFailure("nobody answers")
        await keeper.take(.ec2(EC2Sighting(instances: .failure(failure), statuses: .failure(failure), images: .failure(failure), targets: [:])))
        await keeper.take(.mesos(.failure(failure)))
        let heard = socket.heard
        #expect(heard.first?.hasPrefix("READY=1\nWATCHDOG=1\nSTATUS=0 nodes, 0 findings firing, stale: agents, ") == true, "\(heard)")
        #expect(heard.first?.contains("instances") == true)
        try ledger.close()
    }

    @Test func `is not told of readiness by a daemon that cannot record its first round`() async throws {
        ledger.queue.add(transactionObserver: FullDisk(), extent: .databaseLifetime)
        await keeper.take(.ec2(Samples.nothing))
        let heard = await poll(2)
        #expect(heard.count == 2 && heard.allSatisfy { $0.hasPrefix("STATUS=no round could be recorded") }, "\(heard)")
    }
}
