internal import Fleet
internal import Replacing
internal import Rounds

/// What the claim on the cluster is for.
extension Checker {
    static let claim = [oneActs]

    static let oneActs = Checker("one-acts", "of two daemons on one cluster none does anything, or decides to, while the other may") { moment, evidence in
        guard evidence.othersActing > 0 else { return [] }
        switch moment {
        case .before(let errand) where errand.intent != nil: return ["\(errand.action) is done while another daemon may act"]
        case .round(let report):
            let decided = report.transitions.first { entry in
                switch entry.transition {
                case .began, .intended: true
                default: false
                }
            }
            return decided.map { ["replacement \($0.replacement) goes on while another daemon may act: \($0.transition)"] } ?? []
        case .before, .after, .event, .reopened, .closing: return []
        }
    }
}
