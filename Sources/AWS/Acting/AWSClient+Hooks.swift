package import Fleet

extension AWSClient {
    /// How an instance stands in its group: `InService`, `Terminating:Wait`, … Nil: it is in none.
    package func lifecycle(of instance: InstanceID) async throws(AWSError) -> String? {
        var form = FormBody(autoScaling: "DescribeAutoScalingInstances")
        form.add("InstanceIds", members: [instance.rawValue])
        let rows = try await ask(AWSCall.autoScaling(form)) { (body) throws(MalformedAnswer) in try GroupInstancesAnswer.lifecycles(body) }.0
        return rows[instance]
    }

    /// Lets a group go on with the end of an instance that it holds up for a hook. Safe to repeat: where nothing waits for the hook, nothing is left to be done.
    ///
    /// Auto Scaling answers `ValidationError`, `No active Lifecycle Action found with instance ID …`, where the instance does not wait.
    package func complete(_ hook: String, in group: String, for instance: InstanceID) async -> CallOutcome {
        var form = hookForm("CompleteLifecycleAction", hook, in: group, for: instance)
        form.add("LifecycleActionResult", "CONTINUE")
        return await hookOutcome(form)
    }

    /// Has a group wait for a hook for the whole of its time again.
    package func heartbeat(_ hook: String, in group: String, for instance: InstanceID) async -> CallOutcome {
        await hookOutcome(hookForm("RecordLifecycleActionHeartbeat", hook, in: group, for: instance))
    }

    private func hookForm(_ action: String, _ hook: String, in group: String, for instance: InstanceID) -> FormBody {
        var form = FormBody(autoScaling: action)
        form.add("LifecycleHookName", hook)
        form.add("AutoScalingGroupName", group)
        form.add("InstanceId", instance.rawValue)
        return form
    }

    private func hookOutcome(_ form: FormBody) async -> CallOutcome {
        do throws(AWSError) {
            let shape = XMLShape(form.action + "Response", [])
            _ = try await ask(AWSCall.autoScaling(form)) { (body) throws(MalformedAnswer) in
                _ = try XMLReading.read(body, as: shape) { (_, _) throws(MalformedAnswer) in }
            }
            return .accepted
        } catch {
            if case .refused(_, "ValidationError", let words) = error.problem, words.contains("No active Lifecycle Action") { return .accepted }
            return error.outcome
        }
    }
}

enum GroupInstancesAnswer {
    private static let list = "DescribeAutoScalingInstancesResult/AutoScalingInstances"
    private static let shape = XMLShape(
        "DescribeAutoScalingInstancesResponse",
        ["DescribeAutoScalingInstancesResult", list, list + "/member*", list + "/member/InstanceId", list + "/member/LifecycleState"])

    static func lifecycles(_ body: [UInt8]) throws(MalformedAnswer) -> [InstanceID: String] {
        var lifecycles: [InstanceID: String] = [:]
        let fields = try XMLReading.read(body, as: shape) { (_, fields) throws(MalformedAnswer) in
            let id = InstanceID(try fields.required(shape.index(list + "/member/InstanceId")))
            lifecycles[id] = try fields.required(shape.index(list + "/member/LifecycleState"))
        }
        try fields.require(shape.index(list))
        return lifecycles
    }
}
