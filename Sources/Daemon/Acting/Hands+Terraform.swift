import Fleet
import Foundation
import Replacing
import Terraform

extension Hands {
    /// How long it is waited for that Terraform says no at once; what becomes of its run then, `TerraformWatch` tells.
    private static let refusedWithin = Duration.seconds(20)

    /// Has the very plan applied that was judged, and only once: where its run is begun already, also by an earlier process, that one is told of.
    ///
    /// What was shown is judged anew just before. Terraform looks at the world itself, and refuses a plan for a state that has moved on.
    func apply(_ planned: PlannedReplacement) async -> CallOutcome {
        guard let client = clients.terraform[planned.pool] else {
            return .refused("nothing was asked: pool \(planned.pool) is not made by Terraform any more")
        }
        let folder = plans.folder(of: planned.plan)
        do throws(TerraformError) {
            if try client.application(in: folder, at: planned.address) == .notStarted {
                // One that is not there would be made anew, and nobody has judged that.
                guard FileManager.default.fileExists(atPath: folder + "/tfplan") else {
                    return .refused("nothing was asked: the plan in \(folder) is not there")
                }
                let plan = try await client.plan(PlanOrder(planned), in: folder)
                if let refusal = plan.judgement.outcome { return refusal }
                guard plan.judgement.fits(planned.isGone) else { return .refused("the plan in \(folder) does something else than was judged") }
                try await client.apply(plan)
            }
            let standing = try await client.application(in: folder, at: planned.address, waitingFor: Self.refusedWithin)
            if case .applied = standing { return .accepted }
            return standing.outcome ?? .refused("Terraform's run in \(folder) was not started")
        } catch {
            return .refused(String("\(error)".prefix(CallOutcome.wordsMax)))
        }
    }
}

extension PlanOrder {
    init(_ planned: PlannedReplacement) {
        self.init(address: planned.address, old: planned.old, isGone: planned.isGone, image: planned.image, isForced: planned.isForced)
    }
}

extension PlanJudgement {
    /// Whether it is what is wanted of an instance that is there, or is gone.
    func fits(_ isGone: Bool) -> Bool { self == (isGone ? .creates : .replaces) }
}
