import Fleet
import Testing

@testable import Ledger

@Suite struct `A hint in the ledger` {
    private let folder: TemporaryFolder
    private let ledger: LedgerStore

    init() throws {
        folder = try TemporaryFolder()
        ledger = try LedgerStore.open(path: folder.file("mayfly.db"), purpose: .daemon, now: Samples.start)
    }

    private static func hint(_ event: String, _ instance: InstanceID = "i-1", _ kind: Hint.Kind = .state, at seconds: Int64 = 0) -> Hint {
        Hint(event: event, instance: instance, kind: kind, at: Samples.time(seconds), detail: "stopping")
    }

    @Test func `is news once, and what became of it then stays`() throws {
        let looked = RecordedHint(Self.hint("a"), at: Samples.time(1), isKnown: true)
        let parked = RecordedHint(Self.hint("a", "i-2"), at: Samples.time(1), isKnown: false)
        #expect(try ledger.take([looked, parked, looked]) == [looked, parked])
        #expect(try ledger.take([RecordedHint(Self.hint("a"), at: Samples.time(9), isKnown: false)]) == [])
        #expect(try ledger.hints(.state, since: Samples.start) == [looked, parked])
        #expect(try ledger.eventCounts() == (1, 0))
    }

    @Test func `is parked until its instance is known, or a quarter of an hour is over`() throws {
        _ = try ledger.take(
            (0..<3).map { RecordedHint(Self.hint("\($0)", InstanceID("i-\($0)")), at: Samples.time(Int64($0)), isKnown: false) }
                + [RecordedHint(Self.hint("again", "i-2"), at: Samples.time(50), isKnown: false)])
        #expect(try ledger.tryParked(known: [], at: Samples.time(60)) == [])
        let looked = try ledger.tryParked(known: ["i-2", "i-9"], at: Samples.time(70))
        #expect(looked.map(\.hint.event) == ["2", "again"] && looked.allSatisfy { $0.standing == .looked })
        #expect(try ledger.tryParked(known: ["i-2"], at: Samples.time(71)) == [])
        #expect(try ledger.tryParked(known: [], at: Samples.time(901)) == [] && ledger.eventCounts().parked == 1)
        #expect(try ledger.hints(.state, since: Samples.start).map(\.standing) == [.unknown, .parked, .looked, .looked])
        #expect(try ledger.tryParked(known: ["i-0", "i-1"], at: Samples.time(902)).map(\.hint.instance) == ["i-1"])
    }

    @Test func `is found by its kind and by when it came`() throws {
        let hints = [Self.hint("a"), Self.hint("b", "i-1", .spotInterruption), Self.hint("c", "i-2", .spotInterruption)]
        for (place, hint) in hints.enumerated() { _ = try ledger.take([RecordedHint(hint, at: Samples.time(Int64(place)), isKnown: true)]) }
        #expect(try ledger.hints(.spotInterruption, since: Samples.time(0)).map(\.hint) == [hints[1], hints[2]])
        #expect(try ledger.hints(.spotInterruption, since: Samples.time(2)).map(\.hint.event) == ["c"])
    }

    @Test func `is old when it is told more than an hour late, and not when AWS' clock is ahead`() {
        let known = [0, 3600, 3601, -500].map { RecordedHint(Self.hint("a", at: -$0), at: Samples.start, isKnown: true).standing }
        #expect(known == [.looked, .looked, .old, .looked])
        #expect(RecordedHint(Self.hint("a", at: -3601), at: Samples.start, isKnown: false).standing == .old)
    }

    @Test func `that nobody could read is kept with its reason, the newest thousand, and its beginning`() throws {
        let long = String(repeating: "ü", count: 10_000)
        let messages = (0..<1005).map { QuarantinedMessage(id: "m\($0)", receivedAt: Samples.time(Int64($0)), reason: "no JSON", body: long) }
        _ = try ledger.take([], quarantined: messages)
        _ = try ledger.take([], quarantined: [messages[1004]])
        #expect(try ledger.eventCounts() == (0, 1000))
        let newest = try ledger.quarantined(limit: 2)
        #expect(newest == [messages[1004], messages[1003]] && newest[0].body.utf8.count == QuarantinedMessage.bodyBytesMax)
    }

    @Test func `goes with what else is over, but not while it is parked`() throws {
        _ = try ledger.take(
            [
                RecordedHint(Self.hint("a"), at: Samples.time(1), isKnown: true), RecordedHint(Self.hint("b"), at: Samples.time(100), isKnown: true),
                RecordedHint(Self.hint("c"), at: Samples.time(1), isKnown: false),
            ],
            quarantined: [QuarantinedMessage(id: "m", receivedAt: Samples.time(1), reason: "r", body: "")])
        #expect(try ledger.prune(before: Samples.time(50)) == 2)
        #expect(try ledger.take([RecordedHint(Self.hint("b"), at: Samples.time(200), isKnown: true)]) == [])
        #expect(try ledger.eventCounts() == (1, 0))
    }

    @Test func `of somebody else's instance goes after a day`() throws {
        _ = try ledger.take([
            RecordedHint(Self.hint("ours"), at: Samples.time(0), isKnown: true),
            RecordedHint(Self.hint("late", at: -4000), at: Samples.time(0), isKnown: true),
            RecordedHint(Self.hint("other", "i-9"), receivedAt: Samples.time(0), standing: .unknown),
        ])
        #expect(try ledger.prune(before: Samples.time(-100)) == 0)
        _ = try ledger.take([RecordedHint(Self.hint("next"), at: Samples.time(86_401), isKnown: true)])
        #expect(try ledger.prune(before: Samples.time(-100)) == 2)
        #expect(try ledger.hints(.state, since: Samples.time(-100)).map(\.hint.event) == ["ours", "next"])
    }
}
