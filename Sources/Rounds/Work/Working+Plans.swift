import Fleet
import Planning
import Replacing

/// Which plans of Terraform's are wanted: making one takes its lock and many seconds, so only where nothing else is waited for.
extension Working {
    /// Those of work in flight first, then those of nodes that wait for nothing but this. In the order in which they are to be made.
    func planWishes() -> [PlanWish] {
        guard settings.makesPlans, settings.pools.contains(where: \.isByTerraform) else { return [] }
        let candidates = report.plan.assessments.filter { assessment in
            let shut = assessment.shut
            return shut.count == 1 && shut[0].gate == .successor && shut[0].state == .unknown
        }
        return work.open.compactMap(wish) + candidates.compactMap { wish($0) }
    }

    private func wish(_ assessment: Assessment) -> PlanWish? {
        guard let known = state.nodes[assessment.node], let instance = known.node.instance, let name = known.told.text(.pool) else {
            return nil
        }
        let pool = PoolName(name)
        guard isByTerraform(pool), let image = state.targets[pool]?.image, let isGone = isGone(instance), isGone == isDeparting(known) else { return nil }
        return PlanWish(
            replacement: nil, instance: instance, pool: pool, old: instance, isGone: isGone, images: [image], isForced: assessment.findingClass == .failing,
            group: known.told.text(.asg), living: living(in: pool, but: instance))
    }

    private func wish(of replacement: Replacement) -> PlanWish? {
        guard let instance = replacement.instance, let pool = replacement.pool, isByTerraform(pool), !replacement.isParked, replacement.cancelling == nil,
            !isServed(replacement)
        else { return nil }
        let old: InstanceID
        switch replacement.step {
        case .terminate where isWaitingForPlan(replacement): old = instance
        case .provision where replacement.successor == nil && !isApplying(replacement): old = replacement.lostSuccessors.last ?? instance
        default: return nil
        }
        // A fresh one that was lost may not be over yet.
        guard let isGone = isGone(old), isGone == (replacement.step == .provision) else { return nil }
        var images = [state.targets[pool]?.image, replacement.targetImage].compactMap { $0 }
        if images.count == 2, images[0] == images[1] { images.removeLast() }
        if images.isEmpty { return nil }
        let address: String? = if case .apply(let planned)? = replacement.lastApplication?.action { planned.address } else { nil }
        return PlanWish(
            replacement: replacement.id, instance: instance, pool: pool, old: old, isGone: isGone, images: images,
            isForced: replacement.findingClass == .failing, group: state.nodes[NodeID(instance)]?.told.text(.asg), address: address,
            living: living(in: pool, but: old))
    }

    private func isByTerraform(_ pool: PoolName) -> Bool { settings.pools.first { $0.name == pool }?.isByTerraform == true }

    /// Whether there is one already that may be believed, and that was not asked for in vain.
    private func isServed(_ replacement: Replacement) -> Bool {
        guard let plan = terraformPlan(of: replacement) else { return false }
        switch plan.verdict {
        case .good(let planned): return !replacement.hasAsked(for: planned.plan) && planned.isGone == (replacement.step == .provision)
        case .refused, .holds: return true
        case .unknown: return false
        }
    }

    /// What was last heard of a plan for it, while that may be believed.
    func terraformPlan(of replacement: Replacement) -> TerraformPlanSighting? {
        guard let plan = replacement.instance.flatMap({ sightings.plans[$0] }), plan.replacement == replacement.id, plan.isFresh(at: now) else { return nil }
        return plan
    }

    /// How the application of the last plan stands that it has asked for.
    func application(of replacement: Replacement) -> ApplicationStanding? {
        guard case .apply(let planned)? = replacement.lastApplication?.action else { return nil }
        return sightings.applications[planned.plan]
    }

    /// Whether all but the plan is there for its instance to be ended; or the last one was not applied.
    private func isWaitingForPlan(_ replacement: Replacement) -> Bool {
        if case .waiting(let gates, _) = replacement.standing { return gates == [Gate.Name.successor.rawValue] }
        return replacement.standing == .running && replacement.lastApplication?.step == .terminate && !isApplying(replacement)
    }

    /// Whether Terraform is, or may be, at work on the last plan, or has made what it was to make.
    private func isApplying(_ replacement: Replacement) -> Bool {
        guard let last = replacement.lastApplication else { return false }
        if case .refused? = last.answer?.outcome { return false }
        switch application(of: replacement) {
        case nil, .running?: return true
        case .applied(let fresh)?: return !replacement.lostSuccessors.contains(fresh)
        case .notApplied?, .failed?: return false
        }
    }

    /// Whether EC2 says that an instance is no more. Nil: it cannot be said.
    private func isGone(_ instance: InstanceID) -> Bool? {
        guard !stale.contains(.instances), let instances = sightings.instances else { return nil }
        guard let seen = instances.first(where: { $0.id == instance }) else {
            let wasEnded = work.replacements.values.contains { $0.instance == instance && $0.isTerminationAccepted }
            return state.departures[NodeID(instance)]?.isExplained == true || wasEnded ? true : nil
        }
        return seen.state == .terminated
    }

    /// Whether somebody else is ending it.
    private func isDeparting(_ known: State.NodeState) -> Bool {
        [Instance.State.terminated.rawValue, Instance.State.shuttingDown.rawValue].contains(known.told.text(.ec2State))
    }

    private func living(in pool: PoolName, but old: InstanceID) -> [InstanceID] {
        (sightings.instances ?? []).filter { instance in
            [.running, .pending].contains(instance.state) && instance.id != old && state.nodes[NodeID(instance.id)]?.told.text(.pool) == pool.rawValue
        }.map(\.id)
    }
}
