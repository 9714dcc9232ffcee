import Fleet
import Wire

/// How far the machine's clock is from AWS'. Positive: the machine is behind.
package struct ClockSkew: Hashable, Sendable, CustomStringConvertible {
    package let offset: Duration

    /// AWS refuses signatures five minutes off; below four, a clock explains no refusal.
    package static let tolerated = Duration.seconds(240)

    /// What the answer's `Date` header says against the time at which it arrived. Nil without a usable one.
    init?(_ answer: HTTPAnswer, now: Timestamp) {
        guard let time = answer.header("date").flatMap(Self.time) else { return nil }
        offset = time - now
    }

    package init(offset: Duration) { self.offset = offset }

    package var description: String {
        let minutes = (abs(offset.inSeconds) + 30) / 60
        return "this machine's clock is \(minutes) min \(offset >= .zero ? "behind" : "ahead of") AWS'"
    }

    /// `Mon, 23 Nov 2026 09:25:24 GMT`
    static func time(_ header: String) -> Timestamp? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let words = header.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(where: { $0 == words[2] }) else { return nil }
        let day = words[1].count == 1 ? "0" + words[1] : String(words[1])
        return Timestamp(iso8601: "\(words[3])-\(month < 9 ? "0" : "")\(month + 1)-\(day)T\(words[4])Z")
    }
}
