import Fleet

/// A count, or a share of something.
package enum Bound: Hashable, Sendable, Codable {
    case count(Int)
    /// 1…100.
    case percent(Int)

    /// As a whole number of `whole`: rounded down, but never below one.
    package func count(of whole: Int) -> Int {
        switch self {
        case .count(let count): max(1, count)
        case .percent(let percent): max(1, max(0, whole) * percent / 100)
        }
    }
}

extension Bound: CustomStringConvertible {
    /// Parses `20%`, 1…100, or a count, `2`, 1…10000. Nil for everything else.
    package init?(text: some StringProtocol) {
        let isPercent = text.hasSuffix("%")
        let digits = isPercent ? text.dropLast() : text[...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
            (1...(isPercent ? 100 : 10_000)).contains(number)
        else { return nil }
        self = isPercent ? .percent(number) : .count(number)
    }

    /// `20%`, `2`.
    package var description: String {
        switch self {
        case .count(let count): String(count)
        case .percent(let percent): "\(percent)%"
        }
    }
}

/// How much may happen at a time. The defaults hold from the start.
package struct Limits: Hashable, Sendable {
    /// How many replacements may be in flight, of the fleet, of one pool and of one zone.
    package var inFlight = InFlight()
    /// How many may start within each span, one purse for all rules.
    package var rate: [Rate] = [Rate(2, in: .seconds(600)), Rate(10, in: .seconds(3600)), Rate(30, in: .seconds(86_400))]
    package var breaker = Breaker()
    /// How much smaller than its maximum of 24 hours the fleet may be without an explanation. 10 % by default.
    package var shrink = Bound.percent(10)
    /// How many parked replacements of a pool stop its starts until somebody has accepted them.
    package var parkedMax = 2
    /// How often a slot may be replaced in 30 days before it is for a person.
    package var replacementsOfSlotMax = 2

    package init() {}

    package struct InFlight: Hashable, Sendable {
        package var fleet = Bound.count(2)
        package var pool = Bound.count(1)
        package var zone = Bound.count(1)
        /// Whether replacements of outdated nodes begin before their services have a slot for them, and wait for their turn with their nodes kept from
        /// offers. Off by default: it is of use only where more may be in flight than one.
        package var isAhead = false

        package init() {}
    }

    package struct Rate: Hashable, Sendable {
        package let count: Int
        package let span: Duration

        package init(_ count: Int, in span: Duration) {
            self.count = count
            self.span = span
        }
    }

    package struct Breaker: Hashable, Sendable {
        /// The share of unhealthy nodes at which it trips, in fleet, zone, pool and image.
        package var share = Bound.percent(20)
        /// It does not trip below so many.
        package var atLeast = 2
        /// How long it stays tripped after the last look at which it was too much.
        package var cooldown = Duration.seconds(1200)
        /// So many new failures that share a zone, a pool or an image within this time trip it too.
        package var burst = Rate(3, in: .seconds(300))

        package init() {}
    }
}

extension Limits.Rate: CustomStringConvertible {
    /// Parses `2/10m`: a count, 1…10000, within a span of a second to 24 hours, which is how far back starts are remembered. Nil for everything else.
    package init?(text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, case .count(let count)? = Bound(text: parts[0]), let span = Duration(text: parts[1]), span >= .seconds(1),
            span <= .seconds(86_400)
        else { return nil }
        self.init(count, in: span)
    }

    /// `2/10m`.
    package var description: String { "\(count)/\(span.text.filter { $0 != " " })" }
}
