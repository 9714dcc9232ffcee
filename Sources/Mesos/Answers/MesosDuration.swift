extension Duration {
    /// Parses a duration as Mesos writes it: `10mins`, `1secs`, `75ms`, `1.25mins`, `2hrs`, `1days`, `1weeks`. Nil for anything else.
    ///
    /// (3rdparty/stout/include/stout/duration.hpp: a decimal number and exactly one of these units.)
    init?(mesos text: some StringProtocol) {
        let units: [String: Double] = [
            "ns": 1, "us": 1e3, "ms": 1e6, "secs": 1e9, "mins": 60e9, "hrs": 3600e9, "days": 86_400e9, "weeks": 604_800e9,
        ]
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let amount = Double(String(digits)), let unit = units[String(text.dropFirst(digits.count))],
            let nanoseconds = Int64(exactly: (amount * unit).rounded())
        else { return nil }
        self = .nanoseconds(nanoseconds)
    }
}
