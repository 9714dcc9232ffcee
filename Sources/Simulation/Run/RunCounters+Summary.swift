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
            "truly sick when the trouble stopped: \(sick); replaced or well \(sickReplaced), parked for a person \(sickParked), without a safe path \(sickUnsafe), left \(sickLeft)",
            "somebody looked after what was parked \(lookedAfter) times",
            "shut gates, by look: \(Self.list(shutGates))",
            "troubles: \(Self.list(Dictionary(troubles.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: +)))",
        ]
        lines += Coverage.table(of: self)
        return lines.joined(separator: "\n")
    }

    /// Sick nodes that should have been replaced and were not.
    package var sickLeft: Int { sick - sickReplaced - sickParked - sickUnsafe }

    /// Whether at least 95 % of the truly sick that had a safe path were replaced, or are well, and nothing is left but what is parked for a person.
    package var isLively: Bool { sickReplaced * 100 >= 95 * (sickReplaced + sickParked + sickLeft) }

    private static func list(_ counts: [String: Int]) -> String {
        counts.isEmpty ? "none" : counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
