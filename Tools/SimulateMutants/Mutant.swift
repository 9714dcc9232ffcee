import Fleet
import Planning
import Replacing
import Rounds
import Simulation

/// A way in which what protects could be broken: a list of gates or a playbook with one fault in it, built here and nowhere else.
struct Mutant: Sendable {
    /// A few words, unique: how it is named in the list.
    let name: String
    /// What makes the situation frequent that the broken part is there for.
    let scenario: Scenario
    let breaks: @Sendable (inout RunPlan) -> Void
    /// Why it cannot be told apart from what is whole, where that is known: it is tried all the same, and not counted.
    let equivalent: String?

    init(_ name: String, _ scenario: Scenario, equivalent: String? = nil, breaks: @escaping @Sendable (inout RunPlan) -> Void) {
        self.name = name
        self.scenario = scenario
        self.equivalent = equivalent
        self.breaks = breaks
    }

    static var all: [Mutant] { leftOut + unknownOpen + miscounting + lookless + disordered + careless }

    static func ofGate(_ name: String, _ scenario: Scenario, _ gate: Gate.Name, equivalent: String? = nil, _ change: @escaping @Sendable (Gate) -> Gate?)
        -> Mutant
    {
        Mutant(name, scenario, equivalent: equivalent) { plan in
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
