import Fleet
import Planning
import Replacing
import Rounds
import Rules
import Simulation

/// A way in which what protects could be broken: a list of gates or a playbook with one fault in it, built here and nowhere else.
struct Mutant: Sendable {
    /// A few words, unique: how it is named in the list.
    let name: String
    /// What makes the situation frequent that the broken part is there for.
    let scenario: Scenario
    /// What is so in the whole too, beside the scenario: with what it is compared.
    let control: @Sendable (inout RunPlan) -> Void
    let breaks: @Sendable (inout RunPlan) -> Void

    init(
        _ name: String, _ scenario: Scenario, control: @escaping @Sendable (inout RunPlan) -> Void = { _ in },
        breaks: @escaping @Sendable (inout RunPlan) -> Void
    ) {
        self.name = name
        self.scenario = scenario
        self.control = control
        self.breaks = breaks
    }

    static var all: [Mutant] { leftOut + unknownOpen + miscounting + lookless + disordered + astray + careless }

    func whole(_ seed: UInt64, rules: [RunPlan.BusinessZone: [RuleSet]]) -> RunPlan {
        var plan = scenario.plan(seed, rules: rules)
        control(&plan)
        return plan
    }

    static func ofGate(_ name: String, _ scenario: Scenario, _ gate: Gate.Name, _ change: @escaping @Sendable (Gate) -> Gate?) -> Mutant {
        Mutant(name, scenario) { plan in
            plan.settings.gates = plan.settings.gates.compactMap { $0.name == gate ? change($0) : $0 }
        }
    }
}

extension Gate {
    /// The same gate, asked in another way.
    func asking(beforeHarm: Bool? = nil, atTurn: Bool? = nil, _ ask: @escaping @Sendable (Gate, GateQuestion, Situation) -> GateAnswer) -> Gate {
        Gate(name, atStart: isAskedAtStart, beforeHarm: beforeHarm ?? isAskedBeforeHarm, atTurn: atTurn ?? isAskedAtTurn) { question, situation in
            ask(self, question, situation)
        }
    }
}
