import Fleet

/// Machines that Terraform ends and makes: both is one plan, of which the end is `terminate` and the fresh one is looked for in `provision`.
///
/// A plan is asked for once. What has become of it is told by whoever looks at Terraform's run, also after a restart: the answer to the call is a hint.
extension Deliberation {
    var isByTerraform: Bool { if case .terraform? = look.pool?.provision { true } else { false } }

    /// The fresh instance, as far as Terraform says which one that is. Any other of the pool may be what a run that was ended has left behind.
    var createdByTerraform: InstanceID? {
        if case .applied(let fresh)? = look.application, !state.lostSuccessors.contains(fresh) { return fresh }
        if case .holds(let fresh)? = look.plan?.verdict { return fresh }
        return nil
    }

    /// In `terminate`: the plan that destroys the old one and creates another.
    func replaceByTerraform(asking members: [ServiceMember]) -> Proposal {
        if let asked = state.lastApplication, state.isOfThisAttempt(asked) {
            switch standing(of: asked) {
            case nil: return .wait("what has become of Terraform's run is not known")
            case .running?: return .wait("Terraform is applying its plan")
            case .applied?: return .wait("Terraform has applied its plan, and EC2 does not call the instance terminated yet")
            case .failed(let words)?:
                // Mostly the old one is ended, and EC2 says so soon.
                return look.now - asked.at < playbook.pauses.settling ? .wait(words) : .park(.terminateFailed, words)
            case .notApplied(let words)?: if isTooSoon(after: asked) { return .wait("Terraform's plan was not applied: \(words)") }
            }
        }
        guard let planned = usablePlan, !planned.isGone, planned.old == state.instance else { return .unknown("what Terraform would do") }
        return .act(.apply(planned), asking: members)
    }

    /// In `provision`: the plan that creates one where there is none, unless Terraform is at it, or has one there.
    func createByTerraform() -> Proposal {
        if let asked = state.lastApplication {
            switch standing(of: asked) {
            case nil: return .wait("what has become of Terraform's run is not known")
            case .running?: return .wait("Terraform is applying its plan")
            case .applied(let fresh)? where !state.lostSuccessors.contains(fresh): return .wait("\(fresh) is not seen")
            case .failed(let words)? where state.isOfThisAttempt(asked): return .again(words)
            case .notApplied(let words)? where isTooSoon(after: asked): return .wait("Terraform's plan was not applied: \(words)")
            case .applied?, .failed?, .notApplied?: break
            }
        }
        switch look.plan?.verdict {
        case .holds(let fresh)?: return .wait("\(fresh) is not seen")
        // What a plan rests on may be behind for a moment: a second one says the same, or not.
        case .refused(let words)?: return hasLasted(TerraformPlanSighting.believedFor) ? .park(.provisionFailed, words) : .wait(words)
        case .unknown(let words)?: return .wait(words)
        case .good?, nil: break
        }
        guard let planned = usablePlan, planned.isGone else { return .wait("there is no plan of Terraform's for a fresh instance yet") }
        return .act(.apply(planned))
    }

    /// A plan that may be applied, and was never asked for.
    private var usablePlan: PlannedReplacement? {
        guard case .good(let planned)? = look.plan?.verdict else { return nil }
        return state.hasAsked(for: planned.plan) ? nil : planned
    }

    /// A call that was refused has begun nothing, whatever there is to be seen.
    private func standing(of intent: Intent) -> ApplicationStanding? {
        if case .refused(let words)? = intent.answer?.outcome { return .notApplied(words) }
        return look.application
    }

    private func isTooSoon(after intent: Intent) -> Bool {
        let tries = state.intents.count { if case .apply = $0.action { state.isOfThisAttempt($0) } else { false } }
        let factor = 1 << min(max(tries - 1, 0), 16)
        return look.now - intent.at < min(playbook.pauses.refused * factor, playbook.pauses.refusedMax)
    }
}

extension Replacement {
    /// The last time that a plan of Terraform's was asked to be applied.
    package var lastApplication: Intent? { intents.last { if case .apply = $0.action { true } else { false } } }

    package func hasAsked(for plan: String) -> Bool { intents.contains { if case .apply(let planned) = $0.action { planned.plan == plan } else { false } } }
}
