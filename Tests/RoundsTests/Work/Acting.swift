import Fleet
import Ledger
import Planning
import Replacing
import Rules
import Testing

@testable import Rounds

/// A fleet of ten behind one group, of which nodes may be replaced; every gate is open unless a test shuts one.
enum Acting {
    static let pool = Pool(
        name: "private", selector: Pool.Selector(tags: [Instance.Tag(key: "Role", value: "agent")]), size: 10, image: .parameter("/ami/agent"),
        provision: .launchTemplate(LaunchTemplate(name: "agents", version: "$Default")))
    static let numbers = 1...10

    static func settings(_ mode: Mode = .act, gates: [Gate] = []) -> Settings {
        var settings = Settings(pools: [pool], servicesInterval: .seconds(60), mode: mode)
        settings.gates = gates
        return settings
    }

    /// Node 1 is asked for by its type.
    static func rules(_ mode: Mode = .act, _ condition: String = "id = 'i-1'") throws -> RuleSet {
        try Samples.rules("sick", condition, "verdict: replace", "class: failing", "mode: \(mode.rawValue)", "summary: \"{{id}} is sick\"")
    }

    static var mesos: MesosSighting { Samples.mesos(numbers.map { Samples.agent($0) }) }
    static var ec2: EC2Sighting { Samples.ec2(numbers.map { Samples.instance($0) }) }
    static let nobody = ServicesSighting(services: [], marathon: .success(MarathonSighting(apps: [])))

    static func gate(_ name: Gate.Name, harm: Bool = true, isOpen: Bool) -> Gate {
        Gate(name, beforeHarm: harm) { _, situation in
            GateAnswer(name, isOpen ? .open : .shut, "\(situation.nodes.count) nodes")
        }
    }
}

extension Watch {
    /// Everybody looks, and the claim on the cluster is ours.
    @discardableResult func act(_ seconds: Int, _ mesos: MesosSighting = Acting.mesos, _ ec2: EC2Sighting = Acting.ec2) throws -> RoundReport {
        _ = try take(.claim(.ours(confirmedAt: Samples.time(seconds))), at: seconds)
        _ = try take(.services(Acting.nobody), at: seconds)
        return try look(seconds, mesos, ec2)
    }

    func command(_ kind: Command.Kind, at seconds: Int, who: String = "ada", reason: String = "a test") throws -> RoundReport {
        try #require(try take(.command(Command(who: who, reason: reason, kind: kind)), at: seconds))
    }

    var work: Work { round.state.work }

    /// `command_taken`, `brake_ended` and the like of the work, oldest first.
    func workAudit() throws -> [String] {
        try audit().filter { ["command_taken", "brake_ended", "latch_tripped", "latch_released"].contains($0) }
    }
}
