import Fleet

/// Where Terraform ends and makes the machines.
extension Gate {
    static func byTerraform(_ resource: TerraformResource, of pool: Pool, _ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        var answers = [answer(.open, "pool \(pool.name) is made by Terraform, as \(resource.address)")]
        if !question.isMachineGone { answers.append(inNoGroup(question)) }
        // What it says is told where all is well.
        if question.isInFull { answers.insert(plan(question, situation), at: 0) }
        return GateAnswer.worst(answers)
    }

    private static func answer(_ state: GateAnswer.State, _ reason: String, _ values: [String: String] = [:]) -> GateAnswer {
        GateAnswer(.successor, state, reason, values: values)
    }

    /// A group would launch another besides the one that Terraform makes.
    private static func inNoGroup(_ question: GateQuestion) -> GateAnswer {
        switch question.node.facts[.asg] {
        case .unknown, .integer: answer(.unknown, "whether its instance is in a group is unknown")
        case .none: answer(.open, "its instance is in no group")
        case .text(let name): answer(.never, "its instance is in group \(name), which would launch another besides the one that Terraform makes")
        }
    }

    /// What a plan that was made for this very purpose came to. Nobody makes one for what the mode lets nobody start: that would take Terraform's lock for no end.
    private static func plan(_ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        guard let plans = situation.plans, let instance = question.node.node.instance else { return answer(.open, "no plan of Terraform's is asked for") }
        if question.isStart, !Gate.mode.answer(question, situation).isOpen { return answer(.open, "Terraform's plan is made once the mode allows a start") }
        guard let plan = plans[instance], plan.replacement == question.work?.id else {
            return answer(.unknown, "there is no plan of Terraform's for it yet: one is made as soon as nothing else holds it")
        }
        guard plan.isFresh(at: situation.now) else {
            return answer(.unknown, "Terraform's plan for it is of \(plan.madeAt), and too old: another is made as soon as nothing else holds it")
        }
        switch plan.verdict {
        case .good(let planned):
            if planned.isGone != question.isMachineGone {
                return answer(.unknown, "Terraform's plan for it was made before its machine ended: another is made")
            }
            return answer(.open, "Terraform's plan does that at \(planned.address) and nothing else, with image \(planned.image)", ["address": planned.address])
        case .holds(let other): return answer(.open, "Terraform has \(other) at its address already")
        case .refused(let words): return answer(.never, "Terraform's plan for it is not applied: \(words)", ["objections": words])
        case .unknown(let words): return answer(.unknown, "Terraform's plan for it could not be made: \(words)")
        }
    }
}
