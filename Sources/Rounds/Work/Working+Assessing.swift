import Fleet
import Ledger
import Planning

extension Working {
    /// Writes what the gates came to, where the outcome or the set of shut ones is other than before.
    mutating func assess(_ assessments: [Assessment]) {
        var assessed: Set<NodeID> = []
        for assessment in assessments where assessed.insert(assessment.node).inserted {
            let shut = assessment.shut.map(\.gate)
            let before = work.assessments[assessment.node]
            guard before?.outcome != assessment.outcome || before?.shut != shut || before?.rule != assessment.rule else { continue }
            work.assessments[assessment.node] = RecordedAssessment(
                node: assessment.node, rule: assessment.rule, from: now, outcome: assessment.outcome, shut: shut)
            entry.assessments.append(assessment)
        }
        for node in work.assessments.keys.sorted() where !assessed.contains(node) {
            work.assessments[node] = nil
            entry.unassessed.append(node)
        }
    }
}
