import Console
import Fleet
import Planning
import Rounds

/// What a back-test says of the gates.
extension BacktestText {
    /// What the gates were asked, for whoever reads the rest.
    var gateLines: [String] {
        guard backtest.gates != nil else { return [] }
        var lines = ["gates not asked, for they rest on what is not recorded: \(GateReplay.notAsked.map(\.rawValue).joined(separator: ", "))"]
        lines.append("taken for granted, for it is not recorded either:")
        lines += GateReplay.assumed.map { "  \($0)" }
        return lines
    }

    /// What would have come of one finding. Empty for one that asks for no replacement, or did not fire.
    func fate(of finding: Finding) -> [String] {
        guard let gated = gated[finding.gateKey] else { return [] }
        var lines = [gated.replacedAt.map { "    replaced \($0.shown)" } ?? "    not replaced"]
        lines += gated.held.map { hold in
            "    held \(hold.took.text) by \(hold.gate.rawValue)\(hold.wasUnknown ? ", unknown" : ""): \(Self.short(hold.reason))"
        }
        return lines
    }

    /// What a gate says of many nodes fills a page; --json has it whole.
    private static func short(_ reason: String) -> String { reason.count > reasonMax ? reason.prefix(reasonMax) + "…" : reason }
    private static let reasonMax = 200

    /// How many would have been replaced.
    var replacedLine: [String] {
        guard let gates = backtest.gates else { return [] }
        let count = gates.replacements.count
        return ["\(count == 1 ? "1 replacement" : "\(count) replacements") would have begun"]
    }

    /// What other rules would have had replaced.
    var replacementLines: [String] {
        guard let replacements else { return [] }
        if replacements.items.isEmpty { return ["No replacement differs: \(replacements.same) would have begun by both, at the same times"] }
        var lines: [String] = []
        for item in replacements.items.prefix(Self.examplesMax) {
            switch (item.before, item.after) {
            case (nil, let after?): lines.append("  \(item.node)  replaced only after: \(after.at.shown) (\(after.rule))")
            case (let before?, nil): lines.append("  \(item.node)  replaced only before: \(before.at.shown) (\(before.rule))")
            case (let before?, let after?):
                lines.append("  \(item.node)  replaced \(item.kind.rawValue): \(before.at.shown) (\(before.rule)), after \(after.at.shown) (\(after.rule))")
            case (nil, nil): break
            }
        }
        if replacements.items.count > Self.examplesMax { lines.append("  … and \(replacements.items.count - Self.examplesMax) more; --json has all") }
        return ["replacements:"] + lines + ["\(replacements.items.count) replacements differ; \(replacements.same) would have begun by both, at the same times"]
    }
}
