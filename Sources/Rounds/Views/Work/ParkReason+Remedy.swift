package import Replacing

extension ParkReason {
    /// What it asks of a person, as one sentence without a full stop.
    package var remedy: String {
        switch self {
        case .undecided: "look at the machine: if it lives, start its agent; if it is dead, stop or terminate it, and it goes on by itself"
        case .cordonFailed: "see why the master refuses to deactivate the agent, then retry"
        case .cannotCordon: "Mesos before 1.9 cannot keep members from the node: move them by hand, then retry, or cancel"
        case .lastCopy: "nothing else has this data in sync: bring another replica back, or name the topic in expendable_topics, then retry"
        case .memberNotPlaced: "look at the scheduler's plans and at the free resources: give it room, or undo the constraint that binds it, then retry"
        case .memberNotSyncing: "look at the broker's log and disk: when it is in sync it goes on by itself"
        case .drainStuck: "see which tasks are left on the node and end them, or raise their kill grace, then retry"
        case .leaveFailed: "stop the agent on the host by hand: when Mesos lists it no more it goes on by itself"
        case .terminateFailed: "see EC2's or Terraform's reason: lift the protection, grant the permission or finish what was begun, then retry"
        case .provisionFailed: "see EC2's or Terraform's reason: capacity, quota, template or plan; the slot is kept, so mend it and retry"
        case .joinFailed: "look at the fresh instance's console: the image is not used again until its latch is accepted; mend it and retry"
        case .probationFailed: "look at the fresh node: the image is not used again until its latch is accepted; mend it and retry"
        case .identityChanged: "the machine is another than the one that was decided for: cancel, and let the rules judge it anew"
        }
    }
}
