internal import Fleet

/// The values of one fact over the looks of a rule test.
///
/// `active x2, absent x20` is two looks of `active`, then absent; the last value stays. `_` is unknown, `none` is none. A number may step: `600+60x10` is
/// ten values
/// from 600. An age that is one plain duration or number is its value at the start, and goes with the clock.
struct FactSeries {
    private let runs: [Run]
    /// Whether the one value goes with the clock.
    private let moves: Bool

    private struct Run {
        let first: Reading
        let step: Int64
        let count: Int

        func reading(_ place: Int) -> Reading {
            guard step != 0, case .integer(let number) = first else { return first }
            return .integer(number + step * Int64(place))
        }
    }

    /// More looks than a test may have.
    private static let countMax = 100_000

    /// Notes what is wrong at the value, and then is nil.
    init?(_ value: YAMLValue, of fact: Fact) {
        let items: [String]
        if value.isList {
            guard let strings = value.strings() else { return nil }
            items = strings
        } else {
            guard let text = value.string() else { return nil }
            items = text.hasPrefix("{") || text.hasPrefix("[") ? [text] : text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        var runs: [Run] = []
        for item in items {
            guard let run = Self.run(item, of: fact) else {
                value.note("\(fact.rawValue) cannot be '\(item.prefix(60))'; \(Self.remedy(fact))")
                return nil
            }
            runs.append(run)
        }
        guard !runs.isEmpty else {
            value.note("\(fact.rawValue) has no value; write _ for unknown, none for none")
            return nil
        }
        let isAge = FactsSchema.ages.contains(fact)
        moves = isAge && items.count == 1 && runs[0].count == 1 && !items[0].contains(" x")
        self.runs = runs
    }

    /// The reading at a look.
    func reading(at look: Int) -> Reading {
        var before = 0
        for run in runs {
            if look < before + run.count { return run.reading(look - before) }
            before += run.count
        }
        let last = runs[runs.count - 1]
        return last.reading(last.count - 1)
    }

    /// The time that an age is counted from, at a look.
    func time(of fact: Fact, at look: Int, start: Timestamp, now: Timestamp) -> Reading {
        guard case .integer(let seconds) = reading(at: look) else { return reading(at: look) }
        let origin = moves ? start : now
        return .time(fact == .scheduledEventIn ? origin + .seconds(seconds) : origin - .seconds(seconds))
    }

    private static func run(_ item: String, of fact: Fact) -> Run? {
        var value = item.trimmingSpaces
        var count = 1
        if let place = value.lastIndex(of: "x"), let number = Int(value[value.index(after: place)...]), (1...countMax).contains(number) {
            let before = value[..<place]
            if before.hasSuffix(" ") {
                value = String(before).trimmingSpaces
                count = number
            } else if fact.type == .integer, let run = steps(before, of: fact, count: number) {
                return run
            }
        }
        return reading(value, of: fact).map { Run(first: $0, step: 0, count: count) }
    }

    /// `600+60`, `600-60`.
    private static func steps(_ text: Substring, of fact: Fact, count: Int) -> Run? {
        guard let sign = text.dropFirst().firstIndex(where: { $0 == "+" || $0 == "-" }), case .integer(let first)? = reading(String(text[..<sign]), of: fact),
            let step = Int64(text[text.index(after: sign)...]), (0...1_000_000_000).contains(step), (-1_000_000_000_000...1_000_000_000_000).contains(first)
        else { return nil }
        return Run(first: .integer(first), step: text[sign] == "-" ? -step : step, count: count)
    }

    private static func reading(_ text: String, of fact: Fact) -> Reading? {
        switch text {
        case "_": return .unknown
        case "none": return Reading.none
        case "": return nil
        default: break
        }
        if fact.type == .text {
            let value = text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
            return fact.values.map { $0.contains(value) } ?? true ? .text(value) : nil
        }
        if fact.unit == "boolean" { return text == "true" || text == "1" ? .boolean(true) : text == "false" || text == "0" ? .boolean(false) : nil }
        if let number = Int64(text), (-1_000_000_000_000...1_000_000_000_000).contains(number) { return .integer(number) }
        guard fact.unit == "seconds" else { return nil }
        let isNegative = text.hasPrefix("-")
        return Duration(text: isNegative ? text.dropFirst() : text[...]).map { .integer(isNegative ? -$0.inSeconds : $0.inSeconds) }
    }

    private static func remedy(_ fact: Fact) -> String {
        if let values = fact.values { return "it is one of \(values.joined(separator: ", ")), _ for unknown, none for none" }
        return switch (fact.type, fact.unit) {
        case (.integer, "seconds"): "write seconds or a duration such as 10m, a series such as 600+60x10, _ for unknown, none for none"
        case (.integer, "boolean"): "write true or false, _ for unknown"
        case (.integer, _): "write a number, a series such as 0+1x10, _ for unknown, none for none"
        case (.text, _): "write a value, or values such as a x2, b x20"
        }
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        let start = drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}
