import Fleet

extension Gate {
    /// The way back is proven before the old node is spent. In full at the start and just before the instance is ended; otherwise whether anything new
    /// stands in the way.
    package static let successor = Gate(.successor, beforeHarm: true) { question, situation in
        guard let pool = question.pool(in: situation) else { return answer(.unknown, "its pool is unknown, and so how a fresh instance is provisioned") }
        switch pool.provision {
        case nil: return answer(.never, "pool \(pool.name) does not say how a fresh instance is provisioned")
        case .launchTemplate(let template)?:
            var answers = [answer(.open, "pool \(pool.name) launches from \(template)")]
            if question.isInFull {
                if !question.isMachineGone { answers += [alone(question, pool), termination(question, situation)] }
                answers.append(image(of: pool, following: template, group: nil, situation, isPinned: true))
            }
            return GateAnswer.worst(answers)
        case .group(let name)?:
            guard let group = situation.groups[name] else { return answer(.unknown, "group \(name) of pool \(pool.name) is unknown") }
            return Gate.group(group, of: pool, question, situation)
        case .terraform(let resource)?: return byTerraform(resource, of: pool, question, situation)
        }
    }

    private static func answer(_ state: GateAnswer.State, _ reason: String, _ values: [String: String] = [:]) -> GateAnswer {
        GateAnswer(.successor, state, reason, values: values)
    }

    private static func group(_ group: AutoScalingGroup, of pool: Pool, _ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        var answers = [answer(.open, "group \(group.name) launches another")]
        let suspended = ["Launch", "Terminate"].filter(group.suspended.contains)
        if !suspended.isEmpty {
            answers.append(answer(.shut, "group \(group.name) has \(suspended.joined(separator: " and ")) suspended", ["suspended": listed(suspended)]))
        }
        if question.isInFull {
            answers.append(bounds(group, of: pool, question))
            answers.append(image(of: pool, following: group.template, group: group, situation, isPinned: false))
            if !question.isMachineGone { answers += [belongs(to: group, question), termination(question, situation)] }
        }
        return GateAnswer.worst(answers)
    }

    /// A group that is to have none launches none; one that is to have more than it may does not either.
    private static func bounds(_ group: AutoScalingGroup, of pool: Pool, _ question: GateQuestion) -> GateAnswer {
        let values = ["min": String(group.min), "desired": String(group.desired), "max": String(group.max)]
        let sizes = "min \(group.min), desired \(group.desired), max \(group.max)"
        guard group.min <= group.desired, group.desired <= group.max, group.desired > 0 else {
            return answer(.never, "group \(group.name) would launch nothing: \(sizes)", values)
        }
        let hasTime = !question.isMachineGone && question.node.facts.announcedEnd == nil
        if pool.isLaunchFirst, question.isStart, hasTime, group.desired >= group.max {
            return answer(.never, "pool \(pool.name) launches first, and its group \(group.name) has no room for one more: \(sizes)", values)
        }
        return answer(.open, "group \(group.name) has \(sizes)", values)
    }

    /// Whether a fresh instance would get the target image. Where the pool's image is read from the very template that is launched from, it does; where
    /// the launch itself names the image, too.
    private static func image(
        of pool: Pool, following template: LaunchTemplate?, group: AutoScalingGroup?, _ situation: Situation, isPinned: Bool
    ) -> GateAnswer {
        guard let source = pool.image else { return answer(.open, "pool \(pool.name) names no image") }
        guard let target = situation.targets[pool.name] else { return answer(.unknown, "the target image of pool \(pool.name) is unknown") }
        if isPinned { return answer(.open, "it is launched with image \(target.image)") }
        if let group, group.hasSeveralImages { return answer(.never, "group \(group.name) launches several images, not only \(target.image)") }
        switch source {
        case .group(let name) where name == group?.name: return answer(.open, "the target image is what group \(name) launches")
        case .launchTemplate(let named) where template?.isSame(as: named) == true: return answer(.open, "the target image is that of \(named)")
        case .group, .launchTemplate, .id, .parameter, .newest: break
        }
        guard let image = situation.launchImages[pool.name] else {
            return answer(.unknown, "which image a fresh instance of pool \(pool.name) would get is unknown")
        }
        return image == target.image
            ? answer(.open, "a fresh instance gets image \(image)")
            : answer(
                .shut, "a fresh instance of pool \(pool.name) would get image \(image), and the target is \(target.image)",
                ["image": image.rawValue, "target": target.image.rawValue])
    }

    private static func belongs(to group: AutoScalingGroup, _ question: GateQuestion) -> GateAnswer {
        switch question.node.facts[.asg] {
        case .unknown, .integer: return answer(.unknown, "the group of its instance is unknown")
        case .none: return answer(.never, "its instance is not in group \(group.name), which would launch nothing for it")
        case .text(let name) where name != group.name: return answer(.never, "its instance is in group \(name), and its pool is provisioned by \(group.name)")
        case .text: break
        }
        guard let instance = question.node.inGroup else { return answer(.unknown, "what group \(group.name) says of its instance is unknown") }
        if instance.isProtected { return answer(.never, "its instance is protected from scale-in in group \(group.name)") }
        // It was asked to end it, by us or by somebody else, and waits with that: to end it is not to be undone any more.
        let mayBeEnding = !question.isStart || question.node.facts.announcedEnd != nil
        if mayBeEnding, instance.lifecycle.hasPrefix("Terminating") { return answer(.open, "group \(group.name) is ending its instance already") }
        guard instance.lifecycle == "InService" else {
            return answer(
                .shut, "its instance is \(instance.lifecycle) in group \(group.name), not InService", ["lifecycle": instance.lifecycle])
        }
        return answer(.open, "its instance is in service in group \(group.name)")
    }

    /// Whether AWS would end it: its protection, and where EC2 itself is asked to end it a dry run of that.
    private static func termination(_ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        guard let terminations = situation.terminations, let instance = question.node.node.instance else {
            return answer(.open, "its end is not asked for beforehand")
        }
        switch terminations[instance] {
        case .none?: return answer(.open, "its instance may be ended")
        case .protected?:
            return answer(.never, "its instance is protected from termination (disableApiTermination): somebody wants to keep it", ["protected": "true"])
        case .denied(let words)?: return answer(.shut, "EC2 would not end its instance: \(words)", ["refusal": words])
        case .unknown(let words)?: return answer(.unknown, "whether its instance may be ended could not be asked: \(words)")
        case nil: return answer(.unknown, "whether its instance may be ended is not known yet: it is being asked")
        }
    }

    /// One that is launched from a template must be in no group: the group would launch another besides.
    private static func alone(_ question: GateQuestion, _ pool: Pool) -> GateAnswer {
        switch question.node.facts[.asg] {
        case .unknown, .integer: answer(.unknown, "whether its instance is in a group is unknown")
        case .none: answer(.open, "its instance is in no group")
        case .text(let name): answer(.never, "its instance is in group \(name), which would launch another besides the one of pool \(pool.name)")
        }
    }
}
