/// One item of a time interval: every field that is given must match. A field without ranges matches always.
///
/// Wall time in `zone` decides. A range of times that passes midnight belongs to the day on which it starts: weekday, day of the month, month and year
/// are judged on that day.
package struct WindowItem: Hashable, Sendable {
    /// Minutes since midnight of the start, 0…1439, and of the end, 0…1440. An end before its start lies on the next day.
    package struct TimeRange: Hashable, Sendable {
        package let startMinute: Int
        package let endMinute: Int

        package init(startMinute: Int, endMinute: Int) {
            self.startMinute = startMinute
            self.endMinute = endMinute
        }
    }

    package var times: [TimeRange]
    /// 0 is Sunday, 6 is Saturday.
    package var weekdays: [ClosedRange<Int>]
    /// 1…31, or −31…−1 counted from the month's end. A pair rather than a range, for −1 may stand as an end after a positive start.
    package var daysOfMonth: [DayRange]
    /// 1…12.
    package var months: [ClosedRange<Int>]
    package var years: [ClosedRange<Int>]
    package var zone: Zone

    package struct DayRange: Hashable, Sendable {
        package let first: Int
        package let last: Int

        package init(first: Int, last: Int) {
            self.first = first
            self.last = last
        }
    }

    package init(
        times: [TimeRange] = [], weekdays: [ClosedRange<Int>] = [], daysOfMonth: [DayRange] = [], months: [ClosedRange<Int>] = [],
        years: [ClosedRange<Int>] = [], zone: Zone = .utc
    ) {
        self.times = times
        self.weekdays = weekdays
        self.daysOfMonth = daysOfMonth
        self.months = months
        self.years = years
        self.zone = zone
    }
}
