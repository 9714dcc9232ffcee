import AWS
import Fleet
import Logging
import Replacing
import Rounds
import ServiceLifecycle

/// Has groups wait that end an instance by themselves while it is being replaced: its members are moved and its tasks drained first.
///
/// Only of a pool whose group has a lifecycle hook for that, which the configuration names. A group waits for 48 hours at most, or a hundred times the hook's own
/// time-out, whichever is less, however many heartbeats come (Auto Scaling's user guide, "Lifecycle hooks").
struct HookHeartbeats: ServiceLifecycle.Service {
    let client: AWSClient
    let pools: [Pool]
    let hooks: [PoolName: String]
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger

    /// Half of the shortest time-out that a hook can have, 30 s, would be many calls: one of five minutes and more is what is asked of operators.
    static let interval = Duration.seconds(120)

    func run() async throws {
        try await time.repeating(every: Self.interval) { await beat() }
    }

    /// One heartbeat for each instance that waits.
    func beat() async {
        guard let report = await keeper.lastReport else { return }
        for wait in waits(in: report) {
            let outcome = await client.heartbeat(wait.hook, in: wait.group, for: wait.instance)
            if outcome == .accepted { continue }
            logger.warning(
                "A group may not wait for the drain", metadata: [LogKey.instance: "\(wait.instance)", LogKey.outcome: "\(outcome.words)"])
        }
    }

    struct Wait: Hashable {
        let instance: InstanceID
        let group: String
        let hook: String
    }

    /// The instances that a group holds up for a hook of ours, and whose replacement has not come to their end yet.
    func waits(in report: RoundReport) -> [Wait] {
        let state = report.picture.state
        return state.work.open.compactMap { replacement in
            guard let instance = replacement.instance, let pool = replacement.pool, let hook = hooks[pool] else { return nil }
            guard case .group(let group)? = pools.first(where: { $0.name == pool })?.provision, !replacement.hasAskedToTerminate else { return nil }
            let lifecycle = state.groups[group]?.instances.first { $0.id == instance }?.lifecycle
            return lifecycle == "Terminating:Wait" ? Wait(instance: instance, group: group, hook: hook) : nil
        }
    }
}
