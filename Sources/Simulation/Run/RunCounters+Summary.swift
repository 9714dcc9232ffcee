internal import Fleet

extension RunCounters {
    /// What the runs came to, for people: a dozen lines.
    package var summary: String {
        let days = Double(nodeTime.inSeconds) / 86_400
        var lines = [
            "\(runs) runs, \(simulated.text) of clusters, \(Int(days.rounded())) fleet-days of nodes",
            "\(rounds) rounds, \(events) events, \(troubles.values.reduce(0, +)) troubles, \(crashes) crashes",
            "\(started) replacements: \(Self.list(ended)); parked: \(Self.list(parked))",
            "calls: \(Self.list(calls))",
            "done by rule: \(Self.list(doneByRule))",
            "truly sick when the trouble stopped: \(sick), replaced or well \(sickReplaced), parked for a person \(sickParked)",
            "shut gates, by look: \(Self.list(shutGates))",
            "troubles: \(Self.list(Dictionary(troubles.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: +)))",
            "which trouble met which step:",
        ]
        let kinds = Dictionary(grouping: met) { $0.key.split(separator: "/").first.map(String.init) ?? "" }
        for (kind, steps) in kinds.sorted(by: { $0.key < $1.key }) {
            let text = steps.sorted { $0.key < $1.key }.map { "\($0.key.dropFirst(kind.utf8.count + 1)) \($0.value)" }.joined(separator: ", ")
            lines.append("  \(kind): \(text)")
        }
        return lines.joined(separator: "\n")
    }

    private static func list(_ counts: [String: Int]) -> String {
        counts.isEmpty ? "none" : counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
