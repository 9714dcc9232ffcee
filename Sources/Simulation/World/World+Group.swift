package import Fleet
package import Replacing

/// The Auto Scaling group at work: what it ends waits for its hook, and what is launched on top of it is put into it.
extension World {
    /// A hook on termination (Auto Scaling's user guide, "Lifecycle hooks"): what the group ends runs on until somebody completes it, or its time is over.
    package struct LifecycleHook: Hashable, Sendable {
        package let name: String
        package let timeout: Duration

        package init(name: String, timeout: Duration) {
            self.name = name
            self.timeout = timeout
        }

        /// A hundred times its time-out or 48 hours, whichever is less: no heartbeat helps for longer.
        var longest: Duration { min(timeout * 100, .seconds(48 * 3600)) }
    }

    /// How an instance waits for the hook.
    struct HookWait: Hashable, Sendable {
        let since: Timestamp
        var until: Timestamp
    }

    /// Gives the group a hook, or takes it away.
    package mutating func put(_ hook: LifecycleHook?) { self.hook = hook }

    /// Ends an instance as the group itself does.
    ///
    /// - Parameter isReplaced: whether the group launches another for it.
    mutating func endInGroup(_ position: Int, isReplaced: Bool = true) {
        guard let hook, machines[position].ec2State == .running else { return terminate(position, successorJoins: true, isReplaced: isReplaced) }
        if machines[position].hookWait != nil { return }
        machines[position].hookWait = HookWait(since: now, until: now + hook.timeout)
        plan(.hookRanOut(position), in: hook.timeout)
        // What it ends counts no more toward its capacity.
        if isReplaced { plan(.successorLaunched(of: position, joins: true), in: Self.groupDelay) }
    }

    /// `RecordLifecycleActionHeartbeat`: the whole of the hook's time again.
    package mutating func heartbeat(_ name: String, for instance: InstanceID) -> Intent.Answer.Outcome {
        guard let position = waiting(for: name, instance), let hook, let wait = machines[position].hookWait else { return Self.nobodyWaits(instance) }
        machines[position].hookWait?.until = min(now + hook.timeout, wait.since + hook.longest)
        return .accepted
    }

    /// `CompleteLifecycleAction` with `CONTINUE`: the group goes on with its end.
    package mutating func complete(_ name: String, for instance: InstanceID) -> Intent.Answer.Outcome {
        guard let position = waiting(for: name, instance) else { return Self.nobodyWaits(instance) }
        tell("The hook of \(Self.group) is completed for \(self.name(position))")
        goOnEnding(position)
        settleServices()
        return .accepted
    }

    private func waiting(for name: String, _ instance: InstanceID) -> Int? {
        guard hook?.name == name else { return nil }
        return position(of: instance).flatMap { machines[$0].hookWait == nil || machines[$0].ec2State != .running ? nil : $0 }
    }

    private static func nobodyWaits(_ instance: InstanceID) -> Intent.Answer.Outcome {
        .refused("400 ValidationError: No active Lifecycle Action found with instance ID \(instance)")
    }

    mutating func endHookWait(_ position: Int) {
        guard let wait = machines[position].hookWait, machines[position].ec2State == .running else { return }
        if now < wait.until { return plan(.hookRanOut(position), in: wait.until - now) }
        tell("The hook of \(Self.group) has waited long enough for \(name(position))")
        goOnEnding(position)
    }

    private mutating func goOnEnding(_ position: Int) { terminate(position, successorJoins: true, isReplaced: false) }

    // MARK: - On top

    /// `AttachInstances`: a running instance becomes one of the group, which is to have one more from then on.
    package mutating func attach(_ instance: InstanceID) -> Intent.Answer.Outcome {
        guard let position = position(of: instance), machines[position].isListedByEC2 else {
            return .refused("400 ValidationError: Invalid Instance ID(s): \(instance)")
        }
        let machine = machines[position]
        if machine.group != nil { return .refused("400 ValidationError: Instance \(instance) is already part of the AutoScalingGroup") }
        guard machine.ec2State == .running else { return .refused("400 ValidationError: Instance \(instance) is not in the running state") }
        let group = autoScalingGroup
        guard group.desired < group.max else {
            return .refused("400 ValidationError: New SetDesiredCapacity value \(group.desired + 1) is above max value \(group.max) for the AutoScalingGroup.")
        }
        tell("\(name(position)) is put into \(Self.group)")
        machines[position].tags = (machine.tags + [Self.groupTag]).sorted { $0.key < $1.key }
        hands.launchedOnTop += 1
        return .accepted
    }

    static let groupTag = Instance.Tag(key: "aws:autoscaling:groupName", value: group)
}
