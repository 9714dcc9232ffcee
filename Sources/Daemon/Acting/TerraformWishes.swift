import Fleet
import Replacing
import Rounds
import Synchronization

/// What the last round wanted of Terraform: plans, and word of what becomes of those that are applied.
final class TerraformWishes: Sendable {
    struct Content: Sendable {
        var plans: [PlanWish] = []
        /// The last plan of each open replacement that was asked to be applied, with when that was.
        var applications: [Applied] = []
    }

    struct Applied: Hashable, Sendable {
        let planned: PlannedReplacement
        let at: Timestamp
    }

    private let bells: [Bell]
    private let content = Mutex(Content())

    /// - Parameter bells: are rung when something new is wanted.
    init(bells: [Bell]) { self.bells = bells }

    var current: Content { content.withLock { $0 } }

    /// Returns at once.
    func note(_ report: RoundReport) {
        var applications: [Applied] = []
        for replacement in report.picture.state.work.open {
            guard let last = replacement.lastApplication, case .apply(let planned) = last.action else { continue }
            applications.append(Applied(planned: planned, at: last.at))
        }
        put(report.planWishes, applications)
    }

    func put(_ plans: [PlanWish], _ applications: [Applied]) {
        let isNew = content.withLock { before in
            defer { before = Content(plans: plans, applications: applications) }
            return before.plans != plans || before.applications != applications
        }
        if isNew { for bell in bells { bell.ring() } }
    }
}
