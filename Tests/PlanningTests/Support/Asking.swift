import Fleet
import Planning
import Scenes
import Testing

extension Gate {
    /// Its answer about one node before the start.
    func start(_ number: Int, _ cause: GateQuestion.Cause?, _ situation: Situation) -> GateAnswer {
        answer(Scene.question(number, in: situation, cause: cause), situation)
    }

    func start(_ number: Int, _ situation: Situation) -> GateAnswer { start(number, nil, situation) }
    func start(_ situation: Situation) -> GateAnswer { start(0, nil, situation) }

    /// Its answer before a harmful call of work in flight.
    func harm(_ step: Step, member: ServiceMember? = nil, _ work: WorkInFlight, _ situation: Situation) -> GateAnswer {
        let question = GateQuestion(
            node: situation.nodes[work.node]!, cause: .finding(Scene.finding(0, work.findingClass)), moment: .harm(step, member: member), work: work)
        return answer(question, situation)
    }

    /// Its answer before one instance of an app is asked to go in the drain.
    func instance(of app: String, _ work: WorkInFlight, _ situation: Situation) -> GateAnswer {
        answer(
            GateQuestion(node: situation.nodes[work.node]!, cause: .finding(Scene.finding(0, work.findingClass)), moment: .instance(of: app), work: work),
            situation)
    }
}

/// One way to change the open situation, in words.
struct Change: Sendable, CustomTestStringConvertible {
    let words: String
    let state: GateAnswer.State
    let apply: @Sendable (inout Situation) -> Void

    init(_ words: String, _ state: GateAnswer.State, _ apply: @escaping @Sendable (inout Situation) -> Void) {
        self.words = words
        self.state = state
        self.apply = apply
    }

    var testDescription: String { words }

    func check(_ gate: Gate, _ number: Int = 0, cause: GateQuestion.Cause? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
        var situation = Scene.open()
        apply(&situation)
        situation.settle()
        let answer = gate.start(number, cause, situation)
        #expect(answer.state == state, "\(words): \(answer.reason)", sourceLocation: sourceLocation)
        #expect(!answer.reason.isEmpty && !answer.reason.hasSuffix(".") && answer.gate == gate.name, sourceLocation: sourceLocation)
    }
}
