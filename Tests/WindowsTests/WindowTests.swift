import Fleet
import Testing
import Windows

@Suite struct `A time interval` {
    private static func time(_ text: String) -> Timestamp { Timestamp(iso8601: text)! }

    private static func interval(
        _ zone: String, _ times: [(String, String)] = [], weekdays: [ClosedRange<Int>] = [], days: [(Int, Int)] = [], months: [ClosedRange<Int>] = [],
        years: [ClosedRange<Int>] = []
    ) -> TimeInterval {
        func minute(_ text: String) -> Int { Int(text.prefix(2))! * 60 + Int(text.suffix(2))! }
        return TimeInterval(
            name: "it",
            items: [
                WindowItem(
                    times: times.map { WindowItem.TimeRange(startMinute: minute($0.0), endMinute: minute($0.1)) }, weekdays: weekdays,
                    daysOfMonth: days.map { WindowItem.DayRange(first: $0.0, last: $0.1) }, months: months, years: years, zone: Zone(name: zone)!)
            ])
    }

    /// The windows of a span, `start/end` in UTC without seconds.
    private static func windows(_ interval: TimeInterval, _ from: String, _ to: String) -> [String] {
        interval.windows(from: time(from), to: time(to)).map { "\($0.0.description.prefix(16))/\($0.1.description.prefix(16))" }
    }

    @Test func `opens on working days by the wall clock`() {
        let hours = Self.interval("Europe/Berlin", [("09:00", "16:00")], weekdays: [1...5])
        // The last weekend of March: winter time on Friday, summer time on Monday.
        #expect(
            Self.windows(hours, "2026-03-27T00:00:00Z", "2026-03-31T00:00:00Z") == ["2026-03-27T08:00/2026-03-27T15:00", "2026-03-30T07:00/2026-03-30T14:00"])
        #expect(hours.contains(Self.time("2026-03-27T08:00:00Z")) && !hours.contains(Self.time("2026-03-27T15:00:00Z")))
        #expect(!hours.contains(Self.time("2026-03-28T10:00:00Z")) && !hours.contains(Self.time("2026-03-30T06:59:59Z")))
        #expect(hours.nextOpening(after: Self.time("2026-03-27T15:00:00Z")) == Self.time("2026-03-30T07:00:00Z"))
        #expect(hours.nextOpening(after: Self.time("2026-03-27T08:00:00Z")) == Self.time("2026-03-30T07:00:00Z"))
        #expect(hours.nextClosing(after: Self.time("2026-03-27T10:00:00Z")) == Self.time("2026-03-27T15:00:00Z"))
        #expect(hours.nextClosing(after: Self.time("2026-03-28T10:00:00Z")) == Self.time("2026-03-30T14:00:00Z"))
    }

    @Test func `follows clocks that go forward`() {
        // Berlin skips 02:00–03:00 on 29 March 2026 at 01:00 UTC; New York skips it on 8 March at 07:00 UTC; Lord Howe skips 02:00–02:30 on 4 October at
        // 15:30 UTC.
        let day = ("2026-03-28T22:00:00Z", "2026-03-29T22:00:00Z")
        #expect(Self.windows(Self.interval("Europe/Berlin", [("01:00", "02:30")]), day.0, day.1) == ["2026-03-29T00:00/2026-03-29T01:00"])
        #expect(Self.windows(Self.interval("Europe/Berlin", [("02:30", "04:00")]), day.0, day.1) == ["2026-03-29T01:00/2026-03-29T02:00"])
        #expect(Self.windows(Self.interval("Europe/Berlin", [("02:10", "02:50")]), day.0, day.1) == [])
        #expect(Self.windows(Self.interval("Europe/Berlin", [("01:30", "03:30")]), day.0, day.1) == ["2026-03-29T00:30/2026-03-29T01:30"])
        #expect(
            Self.windows(Self.interval("America/New_York", [("02:30", "04:00")]), "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z") == [
                "2026-03-08T07:00/2026-03-08T08:00"
            ])
        #expect(
            Self.windows(Self.interval("Australia/Lord_Howe", [("01:45", "02:45")]), "2026-10-03T12:00:00Z", "2026-10-04T00:00:00Z") == [
                "2026-10-03T15:15/2026-10-03T15:45"
            ])
    }

    @Test func `covers a repeated time twice when clocks go back`() {
        // Berlin repeats 02:00–03:00 on 25 October 2026, from 01:00 UTC; New York 01:00–02:00 on 1 November, from 06:00 UTC; Lord Howe 01:30–02:00 on 5
        // April, from 15:00 UTC.
        let day = ("2026-10-24T22:00:00Z", "2026-10-25T22:00:00Z")
        #expect(
            Self.windows(Self.interval("Europe/Berlin", [("02:00", "02:30")]), day.0, day.1) == [
                "2026-10-25T00:00/2026-10-25T00:30", "2026-10-25T01:00/2026-10-25T01:30",
            ])
        #expect(Self.windows(Self.interval("Europe/Berlin", [("01:00", "04:00")]), day.0, day.1) == ["2026-10-24T23:00/2026-10-25T03:00"])
        #expect(
            Self.windows(Self.interval("America/New_York", [("01:30", "03:00")]), "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z") == [
                "2026-11-01T05:30/2026-11-01T06:00", "2026-11-01T06:30/2026-11-01T08:00",
            ])
        #expect(
            Self.windows(Self.interval("Australia/Lord_Howe", [("01:30", "02:00")]), "2026-04-04T12:00:00Z", "2026-04-05T00:00:00Z") == [
                "2026-04-04T14:30/2026-04-04T15:30"
            ])
    }

    @Test func `belongs to the day on which it starts when it passes midnight`() {
        // Saturday night only, over both changes of the clocks.
        let night = Self.interval("Europe/Berlin", [("22:00", "04:00")], weekdays: [6...6])
        #expect(Self.windows(night, "2026-03-27T00:00:00Z", "2026-03-31T00:00:00Z") == ["2026-03-28T21:00/2026-03-29T02:00"])
        #expect(Self.windows(night, "2026-10-23T00:00:00Z", "2026-10-27T00:00:00Z") == ["2026-10-24T20:00/2026-10-25T03:00"])
        #expect(night.contains(Self.time("2026-03-29T01:59:00Z")) && !night.contains(Self.time("2026-03-29T20:30:00Z")))
        let endOfMonth = Self.interval("UTC", [("23:00", "01:00")], days: [(-1, -1)])
        #expect(Self.windows(endOfMonth, "2026-02-27T00:00:00Z", "2026-03-03T00:00:00Z") == ["2026-02-28T23:00/2026-03-01T01:00"])
        // A span that starts within it.
        #expect(Self.windows(endOfMonth, "2026-03-01T00:30:00Z", "2026-03-03T00:00:00Z") == ["2026-03-01T00:30/2026-03-01T01:00"])
        let wholeDays = Self.interval("UTC", [("00:00", "24:00")], weekdays: [6...6, 0...0])
        #expect(Self.windows(wholeDays, "2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z") == ["2026-01-03T00:00/2026-01-05T00:00"])
    }

    @Test func `counts days of the month from both ends, and leap days`() {
        let leap = Self.interval("UTC", days: [(29, 29)], months: [2...2])
        #expect(Self.windows(leap, "2028-01-01T00:00:00Z", "2028-12-31T00:00:00Z") == ["2028-02-29T00:00/2028-03-01T00:00"])
        #expect(Self.windows(leap, "2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z") == [])
        #expect(leap.nextOpening(after: Self.time("2026-01-01T00:00:00Z")) == nil)
        #expect(leap.nextOpening(after: Self.time("2027-06-01T00:00:00Z")) == Self.time("2028-02-29T00:00:00Z"))
        let ends = Self.interval("UTC", days: [(-2, -1)])
        #expect(Self.windows(ends, "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z") == ["2026-02-27T00:00/2026-03-01T00:00"])
        let middle = Self.interval("UTC", days: [(28, -1)])
        #expect(Self.windows(middle, "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z") == ["2028-02-28T00:00/2028-03-01T00:00"])
    }

    @Test func `merges its items over zones`() {
        let both = TimeInterval(
            name: "both", items: Self.interval("UTC", [("09:00", "10:00")]).items + Self.interval("Europe/Berlin", [("10:30", "12:00")]).items)
        #expect(Self.windows(both, "2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z") == ["2026-01-05T09:00/2026-01-05T11:00"])
        #expect(TimeInterval(name: "always", items: [WindowItem()]).nextClosing(after: Self.time("2026-01-01T00:00:00Z")) == nil)
        #expect(TimeInterval(name: "always", items: [WindowItem()]).contains(Self.time("2026-01-01T00:00:00Z")))
    }

    @Test func `says the same by contains and by windows`() {
        let intervals = [
            Self.interval("Europe/Berlin", [("22:00", "02:30"), ("01:15", "03:10")], weekdays: [0...0, 5...6]),
            Self.interval("America/New_York", [("00:30", "02:30")]), Self.interval("Australia/Lord_Howe", [("23:50", "02:10")], days: [(1, 10)]),
            Self.interval("Asia/Kathmandu", [("00:00", "24:00")], weekdays: [2...3]),
        ]
        for (number, interval) in intervals.enumerated() {
            for start in [
                "2026-03-06T00:00:00Z", "2026-03-27T00:00:00Z", "2026-04-03T00:00:00Z", "2026-10-02T00:00:00Z", "2026-10-23T00:00:00Z", "2026-10-30T00:00:00Z",
            ] {
                let from = Self.time(start)
                let windows = interval.windows(from: from, to: from + .seconds(5 * 86_400))
                for minute in stride(from: 0, to: 5 * 1440, by: 5) {
                    let time = from + .seconds(minute * 60)
                    #expect(interval.contains(time) == windows.contains { $0.0 <= time && time < $0.1 }, "interval \(number) at \(time)")
                }
            }
        }
    }

    @Test func `can tell what never opens`() {
        #expect(!Self.interval("UTC", days: [(31, 31)], months: [2...2]).items[0].isReachable())
        #expect(!Self.interval("UTC", days: [(31, 31)], months: [4...4, 6...6]).items[0].isReachable())
        #expect(!Self.interval("UTC", days: [(-31, -31)], months: [4...4]).items[0].isReachable())
        #expect(!Self.interval("UTC", days: [(29, 29)], months: [2...2], years: [2026...2027]).items[0].isReachable())
        #expect(Self.interval("UTC", days: [(29, 29)], months: [2...2], years: [2026...2028]).items[0].isReachable())
        #expect(!Self.interval("UTC", [("09:00", "09:00")]).items[0].isReachable())
        #expect(Self.interval("UTC", years: [2020...2021]).items[0].isReachable())
        #expect(!Self.interval("UTC", years: [2020...2021]).items[0].isReachable(fromYear: 2026))
    }

    @Test func `knows the zones of the system and no others`() {
        for name in ["UTC", "Europe/Berlin", "US/Eastern", "Etc/GMT+5", "America/Argentina/Buenos_Aires"] { #expect(Zone(name: name) != nil, "\(name)") }
        for name in ["", "Europe/Berlyn", "Mars/Olympus", "CEST", "../etc/passwd", "/etc/localtime", "GMT+99"] { #expect(Zone(name: name) == nil, "\(name)") }
        #expect(Zone(name: "Asia/Kathmandu")?.offsetSeconds(at: Self.time("2026-01-01T00:00:00Z")) == 20_700)
    }

    @Test func `never traps on extreme times`() {
        let hours = Self.interval("Europe/Berlin", [("22:00", "04:00")])
        for milliseconds in [-62_167_219_200_000, 0, 253_402_300_799_999] as [Int64] {
            let time = Timestamp(milliseconds: milliseconds)
            _ = hours.contains(time)
            _ = hours.nextOpening(after: time)
        }
        #expect(hours.windows(from: Timestamp(milliseconds: 10), to: Timestamp(milliseconds: 5)).isEmpty)
    }
}
