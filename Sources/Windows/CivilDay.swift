/// A day of the proleptic Gregorian calendar, known by how many days it is after 1970-01-01.
struct CivilDay: Hashable, Comparable {
    let daysSince1970: Int
    let year: Int
    let month: Int
    let day: Int

    /// 0 is Sunday: 1970-01-01 was a Thursday.
    var weekday: Int { ((daysSince1970 + 4) % 7 + 7) % 7 }

    /// By counting from 1 March, so that the leap day is a year's last.
    init(daysSince1970 days: Int) {
        daysSince1970 = days
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The first of January of a year.
    static func newYear(_ year: Int) -> CivilDay {
        let before = year - 1
        return CivilDay(daysSince1970: before * 365 + before / 4 - before / 100 + before / 400 - 719_162)
    }

    static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    var daysInMonth: Int {
        switch month {
        case 2: Self.isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    static func < (left: Self, right: Self) -> Bool { left.daysSince1970 < right.daysSince1970 }
}
