import Fleet
import Rules
import Testing

@Suite struct `A rule's clock` {
    /// `for: 10m`, `keep_firing_for: 5m`, a look a minute: blind after 3m.
    private static let times = ClockTimes(holdFor: .seconds(600), keepFiringFor: .seconds(300), interval: .seconds(60))

    private static func at(_ minute: Int) -> Timestamp { Timestamp(milliseconds: Int64(minute) * 60_000) }

    /// Plays a string of looks, one a minute: `+` holds, `-` does not, `?` unknown, a space is a look that nobody took. Gives the changes as `minute:change`.
    private static func play(_ looks: String, _ times: ClockTimes = times) -> String {
        var clock: RuleClock?
        var previous: Timestamp?
        var changes: [String] = []
        for (minute, look) in looks.enumerated() where look != " " {
            let outcome: RuleOutcome = look == "+" ? .holds : look == "-" ? .doesNotHold : .unknown
            let step = RuleClock.step(clock, outcome: outcome, now: at(minute), previousLook: previous, times: times)
            clock = step.clock
            previous = at(minute)
            for change in step.changes {
                switch change {
                case .pending: changes.append("\(minute):pending")
                case .firing: changes.append("\(minute):firing")
                case .resolved(let resolution): changes.append("\(minute):\(resolution.rawValue)")
                }
            }
        }
        return changes.joined(separator: " ")
    }

    private static let table: [(looks: String, changes: String)] = [
        ("", ""),
        ("-----", ""),
        ("?????", ""),
        ("+-", "0:pending 1:cleared"),
        ("?+", "1:pending"),
        ("++++++++++", "0:pending"),
        ("+++++++++++", "0:pending 10:firing"),
        ("++++-++++++++++", "0:pending 4:cleared 5:pending"),
        ("++++-+++++++++++", "0:pending 4:cleared 5:pending 15:firing"),
        // Three unknown looks stop the clock for three minutes.
        ("++???+++++++++", "0:pending 13:firing"),
        ("++???++++++++", "0:pending"),
        // The fourth minute of blindness ends it.
        ("++????+++++++++++", "0:pending 6:blind 6:pending 16:firing"),
        ("++?????", "0:pending 6:blind"),
        ("++?????-", "0:pending 6:blind"),
        ("++???-", "0:pending 5:cleared"),
        // Nobody looked: three minutes are late, four are blind.
        ("++  +++++++", "0:pending 10:firing"),
        ("+   +++++++", "0:pending 4:blind 4:pending"),
        ("+   ???", "0:pending 4:blind"),
        ("+    -", "0:pending 5:cleared"),
        // Firing rides over blindness of any length.
        ("+++++++++++??????????+", "0:pending 10:firing"),
        ("+++++++++++          +", "0:pending 10:firing"),
        ("+++++++++++??????????-----", "0:pending 10:firing"),
        ("+++++++++++??????????------", "0:pending 10:firing 26:cleared"),
        ("+++++++++++------", "0:pending 10:firing 16:cleared"),
        ("+++++++++++-----+-----", "0:pending 10:firing"),
        ("+++++++++++-----+------", "0:pending 10:firing 22:cleared"),
        // Unknown time does not count toward keep_firing_for.
        ("+++++++++++--????----", "0:pending 10:firing 20:cleared"),
        ("+++++++++++--????---", "0:pending 10:firing"),
        // Nor does time in which nobody looked.
        ("+++++++++++-          -----", "0:pending 10:firing"),
        ("+++++++++++-          ------", "0:pending 10:firing 27:cleared"),
    ]

    @Test func `fires, clears and goes blind by the table`() {
        for (looks, changes) in Self.table { #expect(Self.play(looks) == changes, "\(looks)") }
    }

    @Test func `fires at the first look without a hold time`() {
        let times = ClockTimes(holdFor: .zero, keepFiringFor: .zero, interval: .seconds(60))
        #expect(Self.play("-+-+??????+-", times) == "1:firing 2:cleared 3:firing 11:cleared")
    }

    @Test func `is blind by the intervals of the slowest source that its rule reads`() {
        let fast = ClockTimes(holdFor: .seconds(3600), keepFiringFor: .zero, interval: .seconds(15))
        #expect(fast.blindMax == .seconds(45) && fast.gapMax == .seconds(45))
        let slow = ClockTimes(holdFor: .seconds(3600), keepFiringFor: .zero, interval: .seconds(15), sourceInterval: .seconds(60))
        #expect(slow.blindMax == .seconds(180) && slow.gapMax == .seconds(45))
        let short = ClockTimes(holdFor: .seconds(120), keepFiringFor: .zero, interval: .seconds(15), sourceInterval: .seconds(60))
        #expect(short.blindMax == .seconds(120))
    }

    @Test func `fires though its hold time is shorter than the interval`() {
        let times = ClockTimes(holdFor: .seconds(30), keepFiringFor: .zero, interval: .seconds(60))
        #expect(Self.play("++-", times) == "0:pending 1:firing 2:cleared")
        #expect(Self.play("+?++", times) == "0:pending 2:blind 2:pending 3:firing")
    }

    @Test func `counts nothing for a clock that was set back`() {
        var clock: RuleClock? = RuleClock(since: Self.at(100))
        var step = RuleClock.step(clock, outcome: .holds, now: Self.at(40), previousLook: Self.at(108), times: Self.times)
        #expect(step.clock == RuleClock(since: Self.at(40)) && step.changes.isEmpty)
        clock = step.clock
        for minute in 41..<50 {
            step = RuleClock.step(clock, outcome: .holds, now: Self.at(minute), previousLook: Self.at(minute - 1), times: Self.times)
            #expect(step.changes.isEmpty)
            clock = step.clock
        }
        step = RuleClock.step(clock, outcome: .holds, now: Self.at(50), previousLook: Self.at(49), times: Self.times)
        #expect(step.changes == [.firing])
        // Set back by less than it has held: later, never earlier.
        step = RuleClock.step(RuleClock(since: Self.at(0)), outcome: .holds, now: Self.at(5), previousLook: Self.at(9), times: Self.times)
        #expect(step.clock == RuleClock(since: Self.at(0)) && step.changes.isEmpty)
    }

    @Test func `is blind when nobody knows of a look before`() {
        let step = RuleClock.step(RuleClock(since: Self.at(0)), outcome: .holds, now: Self.at(20), previousLook: nil, times: Self.times)
        #expect(step.changes == [.resolved(.blind), .pending])
    }

    @Test func `never traps on extreme times`() {
        let extremes = [Int64.min / 4, -1, 0, 1, Int64.max / 4].map(Timestamp.init(milliseconds:))
        for outcome in RuleOutcome.allCases {
            for now in extremes {
                for since in extremes {
                    let clock = RuleClock(since: since, firingSince: since, unknownSince: since, clearedSince: since)
                    _ = RuleClock.step(clock, outcome: outcome, now: now, previousLook: since, times: Self.times)
                    _ = RuleClock.step(RuleClock(since: since, unknownSince: since), outcome: outcome, now: now, previousLook: since, times: Self.times)
                }
            }
        }
    }
}
