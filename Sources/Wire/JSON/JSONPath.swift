/// Where in an answer something stands: `get_agents.agents[3].active`; empty at the top.
struct JSONPath: Hashable, Sendable, CustomStringConvertible {
    enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    private(set) var steps: [Step] = []

    var isTop: Bool { steps.isEmpty }

    mutating func enter(_ step: Step) { steps.append(step) }
    mutating func leave() { steps.removeLast() }

    static func + (path: JSONPath, step: Step) -> JSONPath { JSONPath(steps: path.steps + [step]) }

    var description: String {
        steps.reduce("") { text, step in
            switch step {
            case .key(let key): text.isEmpty ? key : text + "." + key
            case .index(let index): text + "[\(index)]"
            }
        }
    }
}
