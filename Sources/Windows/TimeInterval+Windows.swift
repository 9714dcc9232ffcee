package import Fleet

// The wall clock decides: a moment lies in a window when the clock on the wall in the item's zone shows a time that does.
//
// When clocks go forward, the wall never shows the times that are skipped: a window that starts in the gap opens at its end, one that ends in it closes at its
// start, which is the same moment, and one that lies within does not open that day. When clocks go back, a repeated time is in the window both times.
extension TimeInterval {
    /// How far openings and closings are looked for.
    package static let lookAhead = Duration.seconds(400 * 86_400)

    package func contains(_ time: Timestamp) -> Bool {
        items.contains { item in
            let wall = Self.seconds(of: time) + item.zone.offsetSeconds(at: time)
            let day = Self.divided(wall, by: 86_400)
            let second = wall - day * 86_400
            return item.minutes.contains { range in
                let lower = range.lowerBound * 60
                let upper = range.upperBound * 60
                if second >= lower, second < upper, item.matches(CivilDay(daysSince1970: day)) { return true }
                return second + 86_400 < upper && item.matches(CivilDay(daysSince1970: day - 1))
            }
        }
    }

    /// When the next window opens: strictly after a time, so that an open window's own start never counts. Nil within 400 days.
    package func nextOpening(after time: Timestamp) -> Timestamp? {
        for days in Self.lookAheadDays {
            let windows = self.windows(from: time, to: time + .seconds(days * 86_400))
            if let opening = windows.first(where: { $0.0 > time }) { return opening.0 }
        }
        return nil
    }

    /// When the window that is open at a time closes, or, when none is, the next one. Nil when it does not close within 400 days, or never opens.
    package func nextClosing(after time: Timestamp) -> Timestamp? {
        for days in Self.lookAheadDays {
            let end = time + .seconds(days * 86_400)
            if let closing = windows(from: time, to: end).first(where: { $0.1 > time && $0.1 < end }) { return closing.1 }
        }
        return nil
    }

    /// The windows that overlap a span, cut to it, merged over all items, in order. The span is cut to 400 days.
    package func windows(from: Timestamp, to: Timestamp) -> [(Timestamp, Timestamp)] {
        let to = min(to, from + Self.lookAhead)
        guard from < to else { return [] }
        let open = items.flatMap { Self.windows(of: $0, from: from, to: to) }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        var merged: [(Timestamp, Timestamp)] = []
        for window in open {
            if let last = merged.last, window.0 <= last.1 {
                merged[merged.count - 1].1 = max(last.1, window.1)
            } else {
                merged.append(window)
            }
        }
        return merged
    }

    /// Most windows open within days; only a few need the whole look-ahead.
    private static let lookAheadDays = [8, 40, 400]

    private static func windows(of item: WindowItem, from: Timestamp, to: Timestamp) -> [(Timestamp, Timestamp)] {
        var windows: [(Timestamp, Timestamp)] = []
        for span in spans(of: item.zone, from: from, to: to) {
            let first = divided(seconds(of: span.from) + span.offset, by: 86_400) - 1
            let last = divided(seconds(of: span.to) + span.offset, by: 86_400)
            for day in first...last where item.matches(CivilDay(daysSince1970: day)) {
                for range in item.minutes {
                    let start = Timestamp(milliseconds: Int64(day * 86_400 + range.lowerBound * 60 - span.offset) * 1000)
                    let end = Timestamp(milliseconds: Int64(day * 86_400 + range.upperBound * 60 - span.offset) * 1000)
                    let window = (max(start, span.from), min(end, span.to))
                    if window.0 < window.1 { windows.append(window) }
                }
            }
        }
        return windows
    }

    /// A stretch of time in which a zone's offset is the same.
    private struct Span {
        let from: Timestamp
        let to: Timestamp
        let offset: Int
    }

    /// Finds changes of the offset by looking every twelve hours, and then by halving to the second: no zone changes twice within that.
    private static func spans(of zone: Zone, from: Timestamp, to: Timestamp) -> [Span] {
        var spans: [Span] = []
        var start = from
        var offset = zone.offsetSeconds(at: from)
        var probe = from
        while probe < to {
            let next = min(probe + .seconds(43_200), to)
            let nextOffset = zone.offsetSeconds(at: next)
            if nextOffset != offset {
                let change = self.change(of: zone, from: probe, to: next)
                spans.append(Span(from: start, to: change, offset: offset))
                start = change
                offset = nextOffset
            }
            probe = next
        }
        if start < to { spans.append(Span(from: start, to: to, offset: offset)) }
        return spans
    }

    /// The first whole second at which the offset is what it is at the end.
    private static func change(of zone: Zone, from: Timestamp, to: Timestamp) -> Timestamp {
        let after = zone.offsetSeconds(at: to)
        var low = seconds(of: from)
        var high = seconds(of: to)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if zone.offsetSeconds(at: Timestamp(milliseconds: Int64(middle) * 1000)) == after { high = middle } else { low = middle }
        }
        return min(to, max(from, Timestamp(milliseconds: Int64(high) * 1000)))
    }

    /// Whole seconds, rounded down.
    private static func seconds(of time: Timestamp) -> Int { divided(Int(time.milliseconds), by: 1000) }

    private static func divided(_ value: Int, by divisor: Int) -> Int { (value >= 0 ? value : value - divisor + 1) / divisor }
}
