package import Fleet
package import Planning
import Rounds

/// What every gate says of a node, for people: one line each, in the order in which they are asked.
package struct GatesText {
    let answers: [GateAnswer]
    let now: Timestamp

    package init(_ answers: [GateAnswer], now: Timestamp) {
        self.answers = answers
        self.now = now
    }

    /// Reasons are whole: the reason is what somebody came for.
    package func lines() -> [String] {
        var table = Table("  GATE", "STATE", "OPENS", "WHY")
        for answer in answers {
            table.add("  " + answer.gate.rawValue, answer.isOpen ? "open" : answer.state == .unknown ? "UNKNOWN" : "SHUT", opens(answer), answer.reason)
        }
        return table.lines()
    }

    /// When it could open: a time, `never` as things are, `-` where it is open, and `?` where nobody can say.
    private func opens(_ answer: GateAnswer) -> String {
        switch answer.state {
        case .open, .notEvaluable: "-"
        case .shut, .unknown: "?"
        case .shutUntil(let time): time.text(at: now)
        case .never: "never"
        }
    }
}
