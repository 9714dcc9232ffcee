package import Fleet

/// A plan that lies in its folder, and what it was judged to be. Only `TerraformClient.plan` makes one.
package struct TerraformPlan: Hashable, Sendable {
    package let order: PlanOrder
    package let folder: String
    package let judgement: PlanJudgement

    /// Whether it may be applied: it does what was ordered and nothing else.
    package var mayBeApplied: Bool {
        switch judgement {
        case .replaces, .creates: true
        case .refused: false
        }
    }

    init(order: PlanOrder, folder: String, judgement: PlanJudgement) {
        self.order = order
        self.folder = folder
        self.judgement = judgement
    }
}

/// How the application of a plan stands.
package enum Application: Hashable, Sendable {
    case notStarted
    /// - Parameter hasBegun: whether anything was done to a resource yet.
    case running(process: Int32?, hasBegun: Bool)
    /// It was carried out: this is the fresh instance.
    case applied(InstanceID)
    /// Nothing was done to any resource. A new plan may help.
    case notApplied(TerraformError)
    /// Some of it was done, and not all. What there is now a new plan tells.
    case failed(TerraformError)
    /// It was killed, or the machine went down. What there is now a new plan tells; an instance may run that the state does not know.
    case died(hasDestroyed: Bool)

    /// What the call comes to for whoever made it; nil while nothing has been started.
    package var outcome: CallOutcome? {
        switch self {
        case .notStarted: nil
        case .running: .accepted
        case .applied(let instance): .launched(instance)
        case .notApplied(let error): .refused(String("\(error)".prefix(CallOutcome.wordsMax)))
        case .failed(let error): .unanswered(String("\(error)".prefix(CallOutcome.wordsMax)))
        case .died(let hasDestroyed):
            .unanswered(
                "Terraform was ended while it applied a plan; the old instance \(hasDestroyed ? "is destroyed" : "may be destroyed"), "
                    + "and a fresh one may run that its state does not know")
        }
    }
}

extension PlanJudgement {
    /// What the call comes to where the plan was refused; nil where it may be applied.
    package var outcome: CallOutcome? {
        guard case .refused(let objections) = self else { return nil }
        return .refused(String(objections.map(\.description).joined(separator: "; ").prefix(CallOutcome.wordsMax)))
    }
}
