import Fleet
import Foundation

/// What `generate.py` wrote beside its answers: when they are given, and what the shipped rules must find in them.
struct Expected: Decodable {
    struct Variant: Decodable { var findings: [FoundFinding] }

    var nowMilliseconds: Int64
    var agents: Int
    var tasks: Int
    var variants: [Variant]

    enum CodingKeys: String, CodingKey {
        case agents, tasks, variants
        case nowMilliseconds = "now_milliseconds"
    }

    init(folder: String) throws {
        self = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/expected.json")))
        guard variants.count == 2 else { throw BenchFailure("\(folder)/expected.json has \(variants.count) variants, not 2") }
    }
}

/// A finding, as far as it is compared.
struct FoundFinding: Codable, Hashable, Comparable {
    var rule: String
    var node: String
    var state: String

    static func < (left: Self, right: Self) -> Bool { (left.rule, left.node, left.state) < (right.rule, right.node, right.state) }
}

extension FoundFinding {
    /// The findings that are not resolved.
    static func all(_ findings: some Sequence<Finding>) -> Set<FoundFinding> {
        Set(findings.map { FoundFinding(rule: $0.rule.name.rawValue, node: $0.node.rawValue, state: $0.state.rawValue) })
    }
}
