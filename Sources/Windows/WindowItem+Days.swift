extension WindowItem {
    /// Whether a window may start on a day.
    func matches(_ day: CivilDay) -> Bool {
        func lies(_ number: Int, in ranges: [ClosedRange<Int>]) -> Bool { ranges.isEmpty || ranges.contains { $0.contains(number) } }
        return lies(day.weekday, in: weekdays) && lies(day.month, in: months) && lies(day.year, in: years)
            && (daysOfMonth.isEmpty || daysOfMonth.contains { $0.contains(day) })
    }

    /// The ranges of minutes since a matching day's midnight; above 1440 on the next day. Empty ranges are left out.
    var minutes: [Range<Int>] {
        if times.isEmpty { return [0..<1440] }
        return times.compactMap { time in
            if time.startMinute == time.endMinute { return nil }
            return time.startMinute..<(time.endMinute > time.startMinute ? time.endMinute : time.endMinute + 1440)
        }
    }

    /// Whether it can ever open, whatever the year or, with a year, in it or later.
    ///
    /// Looks at every day of each kind of year: by leap day and by the weekday of 1 January there are 14.
    package func isReachable(fromYear first: Int = 1970) -> Bool {
        guard !minutes.isEmpty else { return false }
        var kinds: Set<[Int]> = []
        for range in years.isEmpty ? [2000...2027] : years {
            let from = max(range.lowerBound, years.isEmpty ? range.lowerBound : first)
            guard from <= range.upperBound else { continue }
            for year in from...min(range.upperBound, from + 400) {
                let start = CivilDay.newYear(year)
                guard kinds.insert([start.weekday, CivilDay.isLeap(year) ? 1 : 0]).inserted else { continue }
                let days = CivilDay.isLeap(year) ? 366 : 365
                if (0..<days).contains(where: { matches(CivilDay(daysSince1970: start.daysSince1970 + $0)) }) { return true }
            }
        }
        return false
    }
}

extension WindowItem.DayRange {
    /// Negative days count from the month's end: −1 is the last. What lies outside the month is cut off.
    func contains(_ day: CivilDay) -> Bool {
        let length = day.daysInMonth
        func place(_ number: Int) -> Int { number < 0 ? length + 1 + number : number }
        let (first, last) = (max(1, place(self.first)), min(length, place(self.last)))
        return first <= day.day && day.day <= last
    }
}
