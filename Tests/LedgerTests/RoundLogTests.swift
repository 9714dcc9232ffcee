import Fleet
import Testing

@testable import Ledger

@Suite struct `The log of rounds` {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func entry(_ milliseconds: Int64, read: Bool = true, capacity: Int = 3, ruleSet: RuleSetHash = "00000000000000aa") -> RoundEntry {
        let at = Samples.start + .milliseconds(milliseconds)
        var entry = Samples.entry(0)
        entry.at = at
        entry.sources = (0..<9).map { number in
            SourceState(source: .target(PoolName("\(number)")), interval: Samples.interval, lastSuccess: read && number == 8 ? at : nil)
        }
        entry.terms = RoundTerms(capacity: capacity, ruleSet: ruleSet)
        return entry
    }

    private func rounds(_ ledger: LedgerStore, since: Timestamp = Samples.start) throws -> [RecordedRound] {
        var rounds: [RecordedRound] = []
        try ledger.replay(since: since) { stream in while let round = try stream.next() { rounds.append(round) } }
        return rounds
    }

    @Test func `gives every round its time, and says which sources were read in it`() throws {
        let ledger = try LedgerStore.open(path: folder.file("a.db"), purpose: .daemon, now: Samples.start)
        var times: [Int64] = []
        var time: Int64 = 0
        for number in 0..<Int64(600) {
            times.append(time)
            try ledger.record(entry(time, read: number % 2 == 0))
            time += [1, 127, 128, 15_000, 16_384, 3_600_000][Int(number % 6)]
        }
        let found = try rounds(ledger)
        #expect(found.map(\.at) == times.map { Samples.start + .milliseconds($0) })
        #expect(
            found.enumerated().allSatisfy { $0.element.sources[8].lastRead == found[$0.offset - $0.offset % 2].at && $0.element.sources[0].lastRead == nil })
        #expect(try ledger.counts().first { $0.table == "round_log" }?.rows == 3)
        #expect(Set(found.map(\.epoch)).count == 1)
        let late = try rounds(ledger, since: found[300].at)
        #expect(late.first?.at == found[256].at && late.map(\.at) == Array(found.map(\.at)[256...]))
    }

    @Test func `begins a new epoch when anything else holds, and takes rounds of one millisecond for one`() throws {
        let ledger = try LedgerStore.open(path: folder.file("a.db"), purpose: .daemon, now: Samples.start)
        for entry in [entry(0), entry(0), entry(10, capacity: 4), entry(20, capacity: 4), entry(20, capacity: 4, ruleSet: "00000000000000bb"), entry(30)] {
            try ledger.record(entry)
        }
        let found = try rounds(ledger)
        #expect(found.map(\.at) == [0, 10, 20, 30].map { Samples.start + .milliseconds($0) })
        #expect(found.map(\.capacity) == [3, 4, 4, 3])
        #expect(found.map(\.ruleSet.rawValue.last) == ["a", "a", "b", "a"])
        #expect(Set(found.map(\.epoch)).count == 4)
    }

    @Test func `is kept as long as the rest, with the rule sets that it names`() throws {
        let ledger = try LedgerStore.open(path: folder.file("a.db"), purpose: .daemon, now: Samples.start)
        for (time, hash) in [(Int64(0), "00000000000000aa"), (1_000_000, "00000000000000bb"), (2_000_000, "00000000000000cc")] {
            var entry = entry(time, ruleSet: RuleSetHash(hash))
            entry.ruleSet = RecordedRuleSet(hash: RuleSetHash(hash), loadedAt: entry.at, files: [])
            try ledger.record(entry)
        }
        try ledger.prune(before: Samples.start + .milliseconds(1_500_000))
        #expect(try rounds(ledger).map(\.at) == [Samples.start + .milliseconds(2_000_000)])
        #expect(try ledger.ruleSets().map(\.hash) == ["00000000000000cc"])
        try ledger.prune(before: Samples.start + .milliseconds(9_000_000))
        #expect(try rounds(ledger).count == 1)
    }

    @Test func `that is damaged is said so`() {
        #expect(throws: LedgerContradiction.self) { try RoundSteps([0x80], sourceCount: 1).steps() }
        #expect(throws: LedgerContradiction.self) { try RoundSteps([0x00], sourceCount: 1).steps() }
        #expect(throws: LedgerContradiction.self) { try RoundSteps(Array(repeating: 0xFF, count: 20), sourceCount: 1).steps() }
    }
}
