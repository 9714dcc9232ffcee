internal import Fleet

/// When the outcome of a condition can change on a row into which nothing was put: when one of its ages passes a number that it is compared with.
struct AgeMoments {
    private let ages: [Age]
    /// The columns with the times that its ages are counted from, beside each other as in a SELECT; empty where it reads no age.
    let columns: String

    private struct Age {
        /// Whether it counts down to its time.
        let isCountdown: Bool
        let numbers: [Int64]
    }

    /// Times and numbers beyond these are passed over: they are none, and adding to them could overflow.
    private static let reckonable: Int64 = 1 << 52
    private static let secondsMax = reckonable / 500

    /// Nil where the outcome on a row does not follow from that row and the time alone, or where the text does not show when it changes.
    ///
    /// Nothing but a SELECT reads another row or another table.
    init?(_ rule: Rule) {
        guard !rule.readsOtherNodes, let marks = AgeMarks.of(rule), !SQLTokenizer.tokens(of: rule.condition).contains(where: { $0.keyword == "select" }) else {
            return nil
        }
        let read = FactsSchema.ages.filter { marks[$0] != nil }
        ages = read.map { age in
            let isCountdown = age == .scheduledEventIn
            return Age(isCountdown: isCountdown, numbers: (marks[age] ?? []).filter { $0 <= Self.secondsMax }.map { isCountdown ? -$0 : $0 }.sorted())
        }
        columns = read.map { FactsSchema.timeColumn(of: $0) }.joined(separator: ", ")
    }

    var isEmpty: Bool { ages.isEmpty }

    /// How many columns there are.
    var count: Int { ages.count }

    /// The first moment after `now` at which the outcome may be another; `.max`: never; `.min`: at any time.
    ///
    /// - Parameter times: of the columns, in their order; nil where the age has no value.
    func next(after now: Int64, times: [Int64?]) -> Int64 {
        var next = Int64.max
        for (age, time) in zip(ages, times) {
            guard let time else { continue }
            guard (-Self.reckonable...Self.reckonable).contains(time), (-Self.reckonable...Self.reckonable).contains(now) else { return .min }
            for number in age.numbers {
                // It is less than the number, then the same, then more.
                for seconds in [number, number + 1] {
                    let moment = Self.first(seconds, since: time)
                    if moment > now { next = min(next, moment) }
                }
            }
        }
        return next
    }

    /// The first millisecond at which an age has come to so many seconds: SQLite's division leaves out the rest, and so is larger for an age below zero.
    private static func first(_ seconds: Int64, since time: Int64) -> Int64 {
        seconds > 0 ? time + seconds * 1000 : time + (seconds - 1) * 1000 + 1
    }
}
