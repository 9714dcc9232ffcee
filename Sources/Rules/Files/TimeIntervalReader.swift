package import Fleet
package import Windows

/// Reads `time_intervals` as Alertmanager writes them.
package enum TimeIntervalReader {
    /// One entry of the list: a name and its items.
    ///
    /// - Parameter now: when given, an interval whose years are over is unreachable too.
    package static func read(_ value: YAMLValue, now: Timestamp? = nil) -> TimeInterval? {
        guard let mapping = value.mapping() else { return nil }
        mapping.allow(["name", "time_intervals"])
        let name = mapping.required("name")?.string()
        guard let list = mapping.required("time_intervals")?.list() else { return nil }
        if list.isEmpty { mapping["time_intervals"]?.note("an interval without items never opens; give it one, or remove it") }
        let firstYear = now.flatMap { Int($0.description.prefix(4)) }
        var items: [WindowItem] = []
        for value in list.prefix(itemsMax) {
            guard let item = item(value) else { continue }
            if !item.isReachable() {
                value.note("this window never opens: no day and time match all of it; correct it, or remove it")
            } else if let firstYear, !item.isReachable(fromYear: firstYear) {
                value.note("this window never opens again: its years are over; correct them, or remove it")
            }
            items.append(item)
        }
        if list.count > itemsMax { value.note("an interval has at most \(itemsMax) items") }
        guard let name, items.count == list.count, !items.isEmpty else { return nil }
        return TimeInterval(name: name, items: items)
    }

    /// Enough for every public holiday of some years.
    private static let itemsMax = 200

    private static func item(_ value: YAMLValue) -> WindowItem? {
        guard let mapping = value.mapping() else { return nil }
        mapping.allow(["times", "weekdays", "days_of_month", "months", "years", "location"])
        let problems = value.reader.problems.count
        var item = WindowItem()
        if let times = list(mapping, "times") { item.times = times.compactMap(time) }
        if let days = list(mapping, "weekdays") { item.weekdays = days.flatMap { ranges($0, Self.weekdays, 0...6, wraps: true) } }
        if let days = list(mapping, "days_of_month") { item.daysOfMonth = days.compactMap(dayRange) }
        if let months = list(mapping, "months") { item.months = months.flatMap { ranges($0, Self.months, 1...12, wraps: true) } }
        if let years = list(mapping, "years") { item.years = years.flatMap { ranges($0, [:], 1970...2999, wraps: false) } }
        if let location = mapping["location"], let name = location.string() {
            if let zone = Zone(name: name) {
                item.zone = zone
            } else {
                location.note(
                    "there is no time zone '\(name.prefix(60))'; use an IANA name such as Europe/Berlin or UTC; the system's tzdata has them"
                )
            }
        }
        return value.reader.problems.count == problems ? item : nil
    }

    /// The list under a key; nil when the key is missing. An empty one is a problem, for it would match always.
    private static func list(_ mapping: YAMLMapping, _ key: String) -> [YAMLValue]? {
        guard let value = mapping[key], let list = value.list() else { return nil }
        if list.isEmpty { value.note("\(key) is empty; give it a range, or remove it") }
        return list
    }

    private static let weekdays = numbered(["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"], from: 0)
    private static let months = numbered(
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"], from: 1)

    private static func numbered(_ names: [String], from first: Int) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: zip(names, first...))
    }

    private static func time(_ value: YAMLValue) -> WindowItem.TimeRange? {
        guard let mapping = value.mapping() else { return nil }
        mapping.allow(["start_time", "end_time"])
        let start = mapping.required("start_time").flatMap { minute($0, max: 1439) }
        let end = mapping.required("end_time").flatMap { minute($0, max: 1440) }
        guard let start, let end else { return nil }
        return WindowItem.TimeRange(startMinute: start, endMinute: end)
    }

    private static func minute(_ value: YAMLValue, max: Int) -> Int? {
        guard let text = value.string() else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }), let hour = UInt8(parts[0]),
            let minute = UInt8(parts[1]), minute < 60
        {
            let total = Int(hour) * 60 + Int(minute)
            if total <= max { return total }
        }
        value.note("\(value.key) must be a time from 00:00 to \(max == 1440 ? "24:00" : "23:59"), with two digits each, not '\(text.prefix(20))'")
        return nil
    }

    /// `monday`, `monday:friday`, `1:3`. A range that passes the end of the week or year is two.
    private static func ranges(_ value: YAMLValue, _ names: [String: Int], _ bounds: ClosedRange<Int>, wraps: Bool) -> [ClosedRange<Int>] {
        guard let text = value.string() else { return [] }
        func number(_ part: Substring) -> Int? {
            names[part.lowercased()] ?? (names.count == 7 ? nil : Int(part).flatMap { bounds.contains($0) ? $0 : nil })
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if (1...2).contains(parts.count), let first = number(parts[0]), let last = number(parts[parts.count - 1]) {
            if first <= last { return [first...last] }
            if wraps { return [first...bounds.upperBound, bounds.lowerBound...last] }
        }
        let near = Spelling.nearest(to: String(parts.first ?? ""), among: names.keys.sorted()).map { "; did you mean \($0)?" } ?? ""
        let example = names.count == 7 ? "monday or monday:friday" : names.isEmpty ? "2026 or 2026:2028" : "january, january:march or 1:3"
        value.note("\(value.key) holds ranges such as \(example), not '\(text.prefix(40))'\(near)")
        return []
    }

    private static func dayRange(_ value: YAMLValue) -> WindowItem.DayRange? {
        guard let text = value.string() else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        if (1...2).contains(parts.count), let first = parts[0], let last = parts[parts.count - 1], isDay(first), isDay(last),
            first < 0 ? last < 0 && first <= last : last < 0 || first <= last
        {
            return WindowItem.DayRange(first: first, last: last)
        }
        value.note("days_of_month holds days and ranges such as 1, 1:7 or -3:-1 (from the month's end), not '\(text.prefix(40))'")
        return nil
    }

    private static func isDay(_ number: Int) -> Bool { (1...31).contains(number) || (-31 ... -1).contains(number) }
}
