import Foundation
import Ledger

/// All that was measured, and whether it is good enough.
struct Report {
    /// CPU of a steady round, as a share of what Python needs merely to parse the same bytes.
    static let ratioMax = 1.0
    static let peakMebibytesMax = 400.0

    var first: Measurement
    /// With nothing changed, the one with the median CPU.
    var steady: Measurement
    /// With one node in a hundred changed.
    var changed: Measurement
    var peakMebibytes: Double
    var baseline: Baseline
    var services: ServicesReading
    /// What is not as it should be, in words.
    var problems: [String]

    private var rounds: [(name: String, measurement: Measurement)] { [("first", first), ("steady", steady), ("1 % changed", changed)] }
    private var ratio: Double { steady.total / baseline.cpuSeconds }
    private var ratioWithoutGC: Double { steady.total / baseline.cpuSecondsWithoutGC }

    /// Adds to the problems what breaks a bound.
    mutating func judge() {
        if !(ratio <= Self.ratioMax) {
            problems.append(Self.text("a steady round takes %.2f times the CPU of the baseline, at most %.2f", ratio, Self.ratioMax))
        }
        if !(peakMebibytes <= Self.peakMebibytesMax) {
            problems.append(Self.text("%.0f MiB at the peak, at most %.0f", peakMebibytes, Self.peakMebibytesMax))
        }

    }

    var text: String {
        var lines = ["CPU seconds".padded(28) + rounds.map { $0.name.padded(-13) }.joined()]
        for part in Part.allCases {
            lines.append(("  " + part.meaning).padded(28) + rounds.map { Self.text("%13.3f", $0.measurement.seconds[part] ?? 0) }.joined())
        }
        lines.append("  all".padded(28) + rounds.map { Self.text("%13.3f", $0.measurement.total) }.joined())
        lines.append("")
        lines.append("Rows written".padded(28) + rounds.map { $0.name.padded(-13) }.joined())
        for (kind, path) in Self.kinds {
            lines.append("  \(kind)".padded(28) + rounds.map { String($0.measurement.rows[keyPath: path]).padded(-13) }.joined())
        }
        lines.append("")
        let bytes = Self.text("%.1f MB of JSON and %.1f MB of XML", Double(baseline.jsonBytes) / 1e6, Double(baseline.xmlBytes) / 1e6)
        let python = Self.text("%.3f s of CPU (%.3f s with its garbage collector off)", baseline.cpuSeconds, baseline.cpuSecondsWithoutGC)
        lines.append("Python \(baseline.python) with orjson \(baseline.orjson) merely parses the same \(bytes) in \(python).")
        lines.append(Self.text("A steady round takes %.2f times that (%.2f times); the bound is %.2f.", ratio, ratioWithoutGC, Self.ratioMax))
        lines.append(Self.text("Peak memory: %.0f MiB; the bound is %.0f MiB.", peakMebibytes, Self.peakMebibytesMax))
        lines.append("")
        lines += services.lines
        lines.append("")
        lines += problems.isEmpty ? ["All bounds hold, and the findings are as expected."] : problems.map { "FAILED: " + $0 }
        return lines.joined(separator: "\n")
    }

    /// The same for programs.
    func json() throws -> String {
        struct Round: Encodable {
            var cpuSeconds: Double
            var cpuSecondsByPart: [String: Double]
            var rows: [String: Int]
        }
        struct Whole: Encodable {
            var rounds: [String: Round]
            var baseline: Baseline
            var ratio: Double
            var ratioWithoutGC: Double
            var peakMebibytes: Double
            var services: ServicesReading
            var problems: [String]
        }
        func round(_ measurement: Measurement) -> Round {
            let parts = Dictionary(uniqueKeysWithValues: Part.allCases.map { ($0.rawValue, measurement.seconds[$0] ?? 0) })
            let rows = Dictionary(uniqueKeysWithValues: Self.kinds.map { ($0.name.replacing(" ", with: "_"), measurement.rows[keyPath: $0.path]) })
            return Round(cpuSeconds: measurement.total, cpuSecondsByPart: parts, rows: rows)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let whole = Whole(
            rounds: ["first": round(first), "steady": round(steady), "changed": round(changed)], baseline: baseline, ratio: ratio,
            ratioWithoutGC: ratioWithoutGC, peakMebibytes: peakMebibytes, services: services, problems: problems)
        return String(decoding: try encoder.encode(whole), as: UTF8.self)
    }

    private static var kinds: [(name: String, path: KeyPath<RecordedRows, Int>)] {
        [
            ("freshness", \.freshness), ("nodes", \.nodes), ("observations", \.observations), ("findings", \.findings), ("clocks", \.clocks),
            ("cluster", \.cluster), ("rule sets", \.ruleSets), ("audit", \.audit), ("replacements", \.replacements),
            ("services", \.services),
        ]
    }

    private static func text(_ format: String, _ values: any CVarArg...) -> String { String(format: format, arguments: values) }
}

extension String {
    /// At least so wide; to the right for a negative width.
    func padded(_ width: Int) -> String {
        let space = String(repeating: " ", count: max(0, abs(width) - count))
        return width < 0 ? space + self : self + space
    }
}
