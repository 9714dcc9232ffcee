internal import Fleet
internal import Replacing
internal import Rounds

extension SimulatedRun {
    /// What has been decided of each machine that was there at the start, and what is the matter with those that are there now; without when, and without the
    /// names that EC2 draws. In order. Of rules that all fire on a machine, which was the first to have it replaced is a question of when: all are named.
    func rest() -> [String] {
        var lines: [String] = []
        for (position, machine) in world.machines.prefix(plan.shape.agents).enumerated() {
            let works = round.state.work.replacements.values.filter { $0.instance == machine.instance }.sorted { $0.id < $1.id }
            for work in works {
                let standing = work.outcome.map { "\($0.kind)" } ?? "\(work.step), \(work.standing)"
                let rules = work.rule == nil ? [] : tallies.replacing[work.node, default: []].sorted().map(\.rawValue)
                lines.append("machine \(position): asked for by \(rules.isEmpty ? "a person" : rules.joined(separator: " and ")): \(standing)")
            }
            lines.append("machine \(position): \(machine.ec2State.rawValue)")
        }
        let positions = Dictionary(world.machines.enumerated().map { ($1.instance.rawValue, $0) }) { $1 }
        for finding in round.state.findings.values where finding.state == .firing {
            let place = positions[finding.node.rawValue].map { $0 < plan.shape.agents ? "machine \($0)" : "a fresh machine" } ?? "\(finding.node)"
            lines.append("\(place): \(finding.rule.name) fires")
        }
        lines.append("\(world.machines.count { $0.ec2State == .running }) machines run")
        return lines.sorted()
    }
}
