import Fleet
import Foundation
import Ledger
import Rounds
import Rules
import Testing

@testable import Simulation

/// The round itself, watching the invented cluster without a network in between.
@Suite struct `A round over the demo's story` {
    private static let minutes = 45
    private static let settings = Settings(pools: World.demoPools)

    /// Watches from the start, every 15 seconds, and returns the last report of each minute.
    private func watch(_ ledger: LedgerStore, until minutes: Int) throws -> [RoundReport] {
        var world = World.demo(at: World.storyStart)
        let round = try Round(ledger: ledger, rules: .empty, settings: Self.settings, now: World.storyStart)
        var reports: [RoundReport] = []
        for quarter in 1...minutes * 4 {
            let now = World.storyStart + .seconds(quarter * 15)
            _ = try round.take(.mesos(.success(try world.mesosSighting(at: now))), at: now)
            guard quarter % 4 == 0 else { continue }
            if let report = try round.take(.ec2(world.ec2Sighting(pools: World.demoPools, at: now)), at: now) { reports.append(report) }
        }
        return reports
    }

    private func withLedger<Value>(_ body: (LedgerStore) throws -> Value) throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mayfly-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try LedgerStore.open(path: folder.appendingPathComponent("a.db").path, purpose: .daemon, now: World.storyStart)
        let value = try body(ledger)
        try ledger.close()
        return value
    }

    @Test func `says the same of late changes as one who reads its ledger`() throws {
        try withLedger { ledger in
            let last = try #require(try watch(ledger, until: Self.minutes).last)
            let read = try #require(try Picture.remembered(in: ledger, rules: .empty, settings: Self.settings, now: last.picture.at + .seconds(3600)))
            #expect(read.state.nodes.keys.sorted() == last.picture.state.nodes.keys.sorted())
            for (id, node) in last.picture.state.nodes {
                for fact in [Fact.flaps1h, .replacements30d, .imageOutdated] {
                    #expect(read.state.nodes[id]?.told[fact] == node.told[fact], "\(id): \(fact.rawValue)")
                }
            }
            #expect(last.picture.state.nodes.values.contains { $0.told[.flaps1h] != .integer(0) })
        }
    }
}
