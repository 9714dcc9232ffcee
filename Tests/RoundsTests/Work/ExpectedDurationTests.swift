import Fleet
import Replacing
import Testing

@testable import Rounds

@Suite struct `How long a replacement is expected to take` {
    private static let start = Timestamp(milliseconds: 1_700_000_000_000)

    private static func replacement(_ number: Int64, pool: PoolName? = "private", minutes: Int64?, _ kind: Replacement.Outcome.Kind = .done) -> Replacement {
        let began = start + .seconds(number * 10_000)
        var replacement = Replacement(
            id: ReplacementID(number), node: "i-1", instance: "i-1", agent: nil, slot: "i-1", pool: pool, zone: nil, rule: nil, findingClass: .failing,
            askedBy: "ada", reason: "", startedAt: began, targetImage: nil, order: .living)
        if let minutes { replacement.apply(.ended(Replacement.Outcome(kind: kind, reason: "")), at: began + .seconds(minutes * 60)) }
        return replacement
    }

    private static func expected(_ replacements: [Replacement]) -> [PoolName: Duration] {
        var work = Work()
        work.replacements = Dictionary(uniqueKeysWithValues: replacements.map { ($0.id, $0) })
        return work.expectedDurations
    }

    @Test func `is not known before one is done`() {
        #expect(Self.expected([]) == [:])
        #expect(
            Self.expected([Self.replacement(1, minutes: nil), Self.replacement(2, minutes: 9, .cancelled), Self.replacement(3, pool: nil, minutes: 9)]) == [:])
    }

    @Test func `is what three in four of a pool's took, so that one that lay over a weekend says nothing`() {
        let minutes: [Int64] = [10, 12, 11, 4000]
        #expect(Self.expected(minutes.enumerated().map { Self.replacement(Int64($0.offset + 1), minutes: $0.element) })["private"] == .seconds(12 * 60))
        let more: [Int64] = [10, 12, 11, 13, 4000]
        #expect(Self.expected(more.enumerated().map { Self.replacement(Int64($0.offset + 1), minutes: $0.element) })["private"] == .seconds(13 * 60))
    }

    @Test func `is that of each pool by itself, and of its last twelve`() {
        let old = (1...5).map { Self.replacement($0, minutes: 500) }
        let new = (6...17).map { Self.replacement($0, minutes: 20) }
        let other = Self.replacement(18, pool: "public", minutes: 7)
        #expect(Self.expected(old + new + [other]) == ["private": .seconds(1200), "public": .seconds(420)])
    }
}
