import Fleet
import Planning
import Rules

extension ConfigurationReading {
    /// `limits`: how much may happen at a time. What is not named keeps its default.
    func readLimits(_ value: YAMLValue?) -> Limits? {
        var limits = Limits()
        guard let value else { return limits }
        guard let section = value.mapping() else { return nil }
        section.allow(["in_flight", "rate", "breaker", "shrink", "parked"])
        var isGood = readInFlight(section["in_flight"], into: &limits.inFlight)
        if let rate = section["rate"] {
            let read = readRates(rate)
            isGood = isGood && read != nil
            limits.rate = read ?? limits.rate
        }
        isGood = readBreaker(section["breaker"], into: &limits.breaker) && isGood
        // A share above half would call a fleet of which most is missing whole.
        isGood = read(section["shrink"], percentMax: 50, into: &limits.shrink) && isGood
        if let parked = section["parked"] {
            let read = parked.integer(in: 1...100)
            isGood = isGood && read != nil
            limits.parkedMax = read ?? limits.parkedMax
        }
        return isGood ? limits : nil
    }

    private func readInFlight(_ value: YAMLValue?, into inFlight: inout Limits.InFlight) -> Bool {
        guard let value else { return true }
        guard let section = value.mapping() else { return false }
        section.allow(["fleet", "pool", "zone", "ahead"])
        let fleet = read(section["fleet"], into: &inFlight.fleet)
        let pool = read(section["pool"], into: &inFlight.pool)
        let ahead = section["ahead"].map { $0.boolean() }
        inFlight.isAhead = (ahead ?? nil) ?? inFlight.isAhead
        if case .some(nil) = ahead { return false }
        return read(section["zone"], into: &inFlight.zone) && fleet && pool
    }

    private func readBreaker(_ value: YAMLValue?, into breaker: inout Limits.Breaker) -> Bool {
        guard let value else { return true }
        guard let section = value.mapping() else { return false }
        section.allow(["share", "at_least", "cooldown"])
        let isShareGood = read(section["share"], percentMax: 50, into: &breaker.share)
        let atLeast = section["at_least"].map { $0.integer(in: 1...Self.countMax) }
        let cooldown = section["cooldown"].map { $0.duration(in: .seconds(60) ... .seconds(86_400)) }
        breaker.atLeast = (atLeast ?? nil) ?? breaker.atLeast
        breaker.cooldown = (cooldown ?? nil) ?? breaker.cooldown
        if case .some(nil) = atLeast { return false }
        if case .some(nil) = cooldown { return false }
        return isShareGood
    }

    /// A count, or a share: `2` or `10%`.
    private func read(_ value: YAMLValue?, percentMax: Int = 100, into bound: inout Bound) -> Bool {
        guard let value else { return true }
        guard let text = value.string() else { return false }
        if text.hasSuffix("%"), let percent = Int(text.dropLast()), (1...percentMax).contains(percent) {
            bound = .percent(percent)
        } else if let count = Int(text), (1...Self.countMax).contains(count) {
            bound = .count(count)
        } else {
            value.note("\(value.key) must be a whole number from 1 to \(Self.countMax) or a share from 1% to \(percentMax)%, not '\(text.prefix(40))'")
            return false
        }
        return true
    }

    /// `[2/10m, 10/1h, 30/24h]`: so many starts within so long. Never empty: without any, everything could start at once.
    private func readRates(_ value: YAMLValue) -> [Limits.Rate]? {
        guard let entries = value.list() else { return nil }
        guard (1...Self.ratesMax).contains(entries.count) else {
            value.note("rate names 1 to \(Self.ratesMax) limits, such as [2/10m, 10/1h, 30/24h], not \(entries.count)")
            return nil
        }
        let rates = entries.map { entry -> Limits.Rate? in
            guard let text = entry.string() else { return nil }
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            // Starts are remembered for a day.
            guard parts.count == 2, let count = Int(parts[0]), (1...Self.countMax).contains(count), let span = Duration(text: parts[1]),
                (Duration.seconds(60) ... .seconds(86_400)).contains(span)
            else {
                entry.note("a rate is a number of starts and a time from 1m to 24h, such as 2/10m, not '\(text.prefix(40))'")
                return nil
            }
            return Limits.Rate(count, in: span)
        }
        let read = rates.compactMap { $0 }
        return read.count == rates.count ? read.sorted { $0.span < $1.span } : nil
    }

    /// More nodes than a fleet has.
    private static let countMax = 100_000
    /// More than these say nothing that fewer do not.
    private static let ratesMax = 10
}
