extension Duration {
    /// Parses a duration as Prometheus writes it: `90s`, `10m`, `1h30m`, `2d`, `1w`, `500ms`; units from large to small, each once.
    ///
    /// `0` needs no unit. Nil for everything else, and above ten years, which no setting here can mean.
    package init?(text: some StringProtocol) {
        if text == "0" { self = .zero; return }
        let units: [(name: String, milliseconds: Int64)] = [
            ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
        ]
        var rest = Substring(text)
        var total: Int64 = 0
        var nextUnit = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard (1...9).contains(digits.count), let amount = Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { !($0.isASCII && $0.isNumber) }
            guard let index = units[nextUnit...].firstIndex(where: { $0.name == name }) else { return nil }
            total += amount * units[index].milliseconds
            guard total <= 315_360_000_000 else { return nil }
            rest = rest.dropFirst(name.count)
            nextUnit = index + 1
        }
        self = .milliseconds(total)
    }

    /// How people read it: the two largest units, rounded down: `45s`, `10m`, `1h 30m`, `3d 4h`; below a second in `ms`.
    package var text: String {
        let milliseconds = inMilliseconds
        if milliseconds < 0 { return "-" + Duration.milliseconds(milliseconds == .min ? .max : -milliseconds).text }
        if milliseconds < 1000 { return milliseconds == 0 ? "0s" : "\(milliseconds)ms" }
        let seconds = milliseconds / 1000
        let parts = [(seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
        guard let first = parts.firstIndex(where: { $0.0 > 0 }) else { return "0s" }
        let shown = parts[first..<min(first + 2, parts.count)].filter { $0.0 > 0 }
        return shown.map { "\($0.0)\($0.1)" }.joined(separator: " ")
    }
}
