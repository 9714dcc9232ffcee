import Fleet
import Replacing
import Simulation
import Testing

/// Two daemons on one claim, by the true time that neither of them knows.
@Suite struct `Of those who claim one cluster` {
    /// Where a contest begins to be decided: everything before was prompt.
    enum Opening: CaseIterable {
        /// Both come to a cluster that is nobody's.
        case founding
        /// The owner's writes get lost while its reads go through, and the other was told to take over.
        case takingOver
        /// A machine was copied while it ran.
        case copied
        /// Somebody deleted the claim while its owner acted.
        case deleted

        func contest(_ clocks: [ClaimContest.Clock], timing: ClaimTiming) -> ClaimContest {
            var contest = ClaimContest(clocks, timing: timing)
            guard self != .founding else { return contest }
            contest.crash(1)
            contest.run(for: .seconds(300)) { _, _ in .prompt }
            if self == .copied { contest.copy(0, to: 1) } else { contest.restart(1) }
            if self == .deleted { contest.store.delete() }
            guard self == .takingOver else { return contest }
            contest.takeOver(1)
            contest.run(for: .seconds(295)) { who, call in
                if who == 0, case .write = call.action { .lost } else { .prompt }
            }
            return contest
        }
    }

    /// Every way in which the next calls of both can go, one after the other; then all are prompt.
    ///
    /// - Returns: in how many of them two might act at once, and in how many not exactly one did in the end.
    private func outcomes(of contest: ClaimContest, depth: Int) -> (two: Int, stuck: Int) {
        let ways = (0..<depth).reduce(1) { count, _ in count * ClaimFate.all.count }
        var found = (two: 0, stuck: 0)
        for way in 0..<ways {
            var (contest, rest, left) = (contest, way, depth)
            contest.run(for: .seconds(420)) { _, _ in
                guard left > 0 else { return .prompt }
                defer { rest /= ClaimFate.all.count }
                left -= 1
                return ClaimFate.all[rest % ClaimFate.all.count]
            }
            if !contest.violations.isEmpty { found.two += 1 }
            if contest.isActing(0) == contest.isActing(1) { found.stuck += 1 }
        }
        return found
    }

    private static let clocks: [[ClaimContest.Clock]] = [
        [ClaimContest.Clock(), ClaimContest.Clock()],
        [ClaimContest.Clock(offset: .seconds(-1800), perMille: -10), ClaimContest.Clock(offset: .seconds(1800), perMille: 10)],
    ]

    @Test(arguments: Opening.allCases, clocks)
    func `never two may act, whatever becomes of the next five calls`(opening: Opening, clocks: [ClaimContest.Clock]) {
        let found = outcomes(of: opening.contest(clocks, timing: ClaimTiming()), depth: 5)
        #expect(found == (two: 0, stuck: 0))
    }

    @Test(arguments: [Opening.takingOver, .copied, .deleted]) func `two would act if a claim did not settle`(opening: Opening) {
        var timing = ClaimTiming()
        timing.settlesAfter = .zero
        #expect(outcomes(of: opening.contest(Self.clocks[0], timing: timing), depth: 3).two > 0)
    }

    /// An hour and a half of trouble with three of them: restarts, words to take over, a claim that is deleted, clocks that are set.
    @Test(arguments: 0..<4) func `never two may act, in any story`(part: UInt64) {
        var acted = 0
        for seed in (part * 100)..<(part * 100 + 100) {
            var random = SplitMix64(seed: seed)
            var contest = ClaimContest(
                (0..<3).map { _ in
                    ClaimContest.Clock(offset: .seconds(random.draw(-3600...3600)), perMille: Int64(random.draw(-10...10)))
                })
            let calm = random.draw(30...99)
            for _ in 0..<40 {
                let who = random.draw(0...2)
                switch random.draw(0...19) {
                case 0: contest.crash(who)
                case 1, 2: contest.restart(who)
                case 3, 4: contest.takeOver(who)
                case 5: contest.store.delete()
                case 6:
                    var clock = contest.contestants[who].clock
                    clock.offset += .seconds(random.draw(-30...29))
                    contest.set(clock, of: who)
                default: break
                }
                contest.run(for: .seconds(130)) { _, _ in random.draw(0...99) < calm ? .prompt : ClaimFate.all[random.draw(0...4)] }
            }
            #expect(contest.violations == [], "seed \(seed)")
            acted += contest.acted.reduce(0, +)
        }
        #expect(acted > 10_000, "nobody acted: nothing was tried")
    }
}
