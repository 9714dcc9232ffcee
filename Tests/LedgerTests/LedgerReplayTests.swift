import Fleet
import Ledger
import Replacing
import Testing

/// The audit trail replays to the same state, whatever the transitions are and in whichever rounds they are stored.
@Suite struct `Transitions in the ledger` {
    private let folder: TemporaryFolder
    private static let agents: [AgentID] = ["S1", "S2"]
    private static let instances: [InstanceID] = ["i-8", "i-9"]

    init() throws { folder = try TemporaryFolder() }

    /// The numbers of a seed: SplitMix64.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }

        mutating func any<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &self)] }
    }

    private func move(_ dice: inout Dice, at now: Timestamp) -> MemberMove {
        let number = Int.random(in: 0...3, using: &dice)
        var move = MemberMove(
            member: ServiceMember("prod/kafka", MemberName("kafka-\(number)")), task: dice.any([nil, "t-1"]), agent: dice.any(Self.agents), broker: number,
            resources: ["volume-\(number)"], baseline: dice.any([nil, [], ["orders-1", "orders-0"]]), askedAt: dice.any([nil, now]), asked: number)
        move.placedAt = dice.any([nil, now])
        move.recoveredAt = dice.any([nil, now])
        move.behind = dice.any([nil, 0, 7])
        return move
    }

    private func intent(_ dice: inout Dice, of replacement: Replacement, at now: Timestamp) -> Intent {
        let actions: [Action] = [
            .deactivate("S1"), .reactivate("S1"), .drain("S1"), .markGone("S2"), .terminate("i-1", group: "workers"), .leave("i-1"), .stopHost("i-1"),
        ]
        // Some that do not fit: they are stored, and change nothing.
        return Intent(
            number: (replacement.intents.last?.number ?? 0) + dice.any([1, 1, 1, 2]), step: dice.any([replacement.step, replacement.step, .drain]),
            attempt: replacement.attempt, action: dice.any(actions), at: now)
    }

    /// One that may come next, or may not fit at all.
    private func transition(_ dice: inout Dice, of replacement: Replacement, at now: Timestamp) -> Transition {
        switch Int.random(in: 0...16, using: &dice) {
        case 0, 1, 2: .stepped(to: dice.any(Step.allCases))
        case 3: .reordered(dice.any(Order.allCases), to: dice.any(Step.allCases), reason: "it died")
        case 4: .retried(attempt: replacement.attempt + dice.any([1, 1, 2]), reason: "no answer")
        case 5, 6: .intended(intent(&dice, of: replacement, at: now))
        case 7:
            .answered(
                intent: dice.any([1, replacement.intents.last?.number ?? 1]),
                Intent.Answer(at: now, outcome: dice.any([.accepted, .refused("no"), .unanswered("timed out")])))
        case 8: .membersSeen([move(&dice, at: now), move(&dice, at: now)])
        case 9: .moved(move(&dice, at: now))
        case 10: .waits(dice.any([["pause"], ["service", "window"], ["vital"]]))
        case 11: .goesOn
        case 12: .parked(dice.any(ParkReason.allCases), "for a person: “why”")
        case 13: .unparked(who: "ann", reason: "mended")
        case 14: .successorSeen(dice.any(Self.instances))
        case 15: dice.any([.successorJoined(dice.any(Self.agents)), .successorLost(dice.any(Self.instances))])
        default: .cancelling(who: "eva", reason: "enough")
        }
    }

    @Test(arguments: 0..<8) func `come to the same replacement, in any order and however many a round stores`(seed: UInt64) throws {
        let ledger = try LedgerStore.open(path: folder.file("mayfly.db"), purpose: .daemon, now: Samples.start)
        try ledger.record(Samples.entry(0, nodes: [.came(Samples.node("i-1"))]))
        var dice = Dice(state: seed)
        var replacement = Samples.replacement(1, "i-1", at: 0)
        var entries = [TransitionEntry(replacement: replacement.id, at: Samples.time(0), transition: .began(replacement))]
        var stored = 0
        for round in 1...40 {
            let now = Samples.time(Int64(round) * 15)
            for _ in 0..<Int.random(in: 0...4, using: &dice) {
                let end = Transition.ended(Replacement.Outcome(kind: .done, reason: "done", isSymptomGone: dice.any([nil, true])))
                let next = round == 40 ? end : transition(&dice, of: replacement, at: now)
                replacement.apply(next, at: now)
                entries.append(TransitionEntry(replacement: replacement.id, at: now, transition: next, who: dice.any(["mayfly", "ann"])))
            }
            var entry = Samples.entry(Int64(round) * 15)
            entry.work.replacements = [replacement]
            entry.work.transitions = Array(entries[stored...])
            try ledger.record(entry)
            stored = entries.count
            let read = try ledger.transitions(of: replacement.id)
            #expect(read == entries, "seed \(seed), round \(round)")
            #expect(Replacement(replaying: read) == replacement, "seed \(seed), round \(round)")
            #expect(try ledger.replacement(numbered: replacement.id) == replacement, "seed \(seed), round \(round)")
        }
    }
}
