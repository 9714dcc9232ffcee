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
        /// Those of which it is known that they are over, by plan.
        var ended: Set<String> = []
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
            let known = Set(applications.map(\.planned.plan))
            defer { before = Content(plans: plans, applications: applications, ended: before.ended.intersection(known)) }
            return before.plans != plans || before.applications != applications
        }
        if isNew { for bell in bells { bell.ring() } }
    }

    /// Notes that the application of a plan is over, whatever has come of it.
    func noteEnd(of plan: String) { content.withLock { _ = $0.ended.insert(plan) } }

    /// Whether a plan is wanted, or one is being applied as far as is known.
    var isAtWork: Bool {
        content.withLock { content in !content.plans.isEmpty || content.applications.contains { !content.ended.contains($0.planned.plan) } }
    }
}
