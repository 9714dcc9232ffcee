internal import Fleet
internal import Replacing
internal import Rounds

/// The Terraform of an invented cluster: plans that rounds wish for, and word of how their application stands.
extension SimulatedRun {
    /// After so long a plan that is not applied was never asked for: longer than the latest call takes to have its effect.
    private static let begunWithin = Duration.seconds(60)

    /// One plan each time, and whatever is new of runs.
    func lookAtTerraform() throws {
        for replacement in round.state.work.open {
            guard let asked = replacement.lastApplication, case .apply(let planned) = asked.action else { continue }
            let isNotBegun = clock - asked.at > Self.begunWithin
            guard let standing = world.applications[planned.plan] ?? (isNotBegun ? .notApplied("it was not begun") : nil), sight.runs[planned.plan] != standing
            else { continue }
            sight.runs[planned.plan] = standing
            try take(.terraform(.application(plan: planned.plan, standing)))
            if isDown { return }
        }
        guard let wish = sight.planWishes.first else { return }
        let verdict = world.plan(wish, named: "\(world.now.milliseconds)-\(wish.old)")
        say("a plan for \(wish.old): \(verdict)")
        try take(.terraform(.plan(TerraformPlanSighting(replacement: wish.replacement, instance: wish.instance, madeAt: clock, verdict: verdict))))
    }
}

extension World {
    /// How the application of plans has ended, by their names.
    var applications: [String: ApplicationStanding] { hands.applications }

    /// What a plan would come to now.
    fileprivate func plan(_ wish: PlanWish, named name: String) -> TerraformPlanSighting.Verdict {
        if isThrottled(.ec2) { return .unknown("Terraform ended with 1: RequestLimitExceeded") }
        // One that is at its address, whoever has heard of it.
        if wish.isGone, case .applied(let fresh)? = hands.applied[wish.address ?? address(of: wish.old)].flatMap({ applications[$0] }), fresh != wish.old,
            wish.living.contains(fresh)
        {
            return .holds(fresh)
        }
        let isThere = position(of: wish.old).map { machines[$0].ec2State == .running || machines[$0].ec2State == .pending } ?? false
        guard isThere != wish.isGone else { return .refused("a fresh instance would be created while \(wish.old) is there") }
        return .good(
            PlannedReplacement(
                plan: name, pool: wish.pool, address: wish.address ?? address(of: wish.old), old: wish.old, isGone: wish.isGone, image: wish.images[0],
                isForced: wish.isForced))
    }

    /// That of the first instance of its place.
    private func address(of instance: InstanceID) -> String {
        hands.applied.first { applications[$0.value] == .applied(instance) }?.key ?? "aws_instance.agent[\"\(instance)\"]"
    }
}
