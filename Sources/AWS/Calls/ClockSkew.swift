import Fleet
import Wire

/// How far the machine's clock is from AWS'. Positive: the machine is behind.
package struct ClockSkew: Hashable, Sendable, CustomStringConvertible {
    package let offset: Duration

    /// AWS refuses signatures five minutes off; below four, a clock explains no refusal.
    package static let tolerated = Duration.seconds(240)

    /// What the answer's `Date` header says against the time at which it arrived. Nil without a usable one.
    init?(_ answer: HTTPAnswer, now: Timestamp) {
        guard let time = answer.header("date").flatMap({ Timestamp(httpDate: $0) }) else { return nil }
        offset = time - now
    }

    package init(offset: Duration) { self.offset = offset }

    package var description: String {
        let minutes = (abs(offset.inSeconds) + 30) / 60
        return "this machine's clock is \(minutes) min \(offset >= .zero ? "behind" : "ahead of") AWS'"
    }
}
