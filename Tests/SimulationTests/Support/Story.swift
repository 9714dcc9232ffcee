import Fleet
import Rules

@testable import Simulation

/// Rules that between them read everything that time alone can change.
enum StoryRules {
    static func set(lostFor: String = "2m", with more: String = "") throws -> RuleSet {
        try RuleSet.parse([RuleFile(path: "story.yaml", text: "version: 1\nrules:\n" + plain(lostFor) + more)])
    }

    private static func rule(_ name: String, _ when: String, _ rest: String = "for: 0s") -> String {
        "  - {name: \(name), when: \"\(when)\", \(rest), verdict: notify, summary: \"{{id}} {{mesos_state_age}}\"}\n"
    }

    private static func plain(_ lostFor: String) -> String {
        rule("lost", "mesos_state IN ('inactive', 'absent')", "for: \(lostFor), keep_firing_for: 1m")
            + rule("long-lost", "mesos_state = 'absent' AND mesos_state_age > 300")
            + rule("impaired", "'impaired' IN (system_status, instance_status)", "for: 90s, keep_firing_for: 3m")
            + rule("outdated", "image_outdated = 1", "for: 10m, limit: 90%")
            + rule("flapping", "flaps_1h >= 3", "for: 1m")
            + rule("failing", "task_failures_1h > 2", "for: 5m")
            + rule("never", "mesos_state = 'never' AND launch_age > 600", "for: 1m")
            + rule("retired", "scheduled_event = 'instance-retirement' AND scheduled_event_in < 345000", "for: 1m")
            + rule("young", "launch_age < 1200 AND ec2_state = 'running'", "for: 2m, keep_firing_for: 30s")
            + rule("few", "mesos_state = 'absent'", "for: 30s, limit: 1")
            + rule("half", "mesos_state <> 'active'", "for: 1m, shard: 50%")
            + rule("together", "mesos_state = 'absent' AND (SELECT count(*) FROM node n WHERE n.mesos_state = 'absent') > 1", "for: 1m")
            + rule("old", "(240 < mesos_state_age AND mesos_state <> 'active') OR launch_age = 1800", "for: 0s, shard: 50%, limit: 2, keep_firing_for: 1m")
            + rule("newly", "registered_age < 600 AND mesos_state_age >= 60", "for: 1m")
            + rule("strict", "coalesce(mesos_state, 'x') <> 'active'", "for: 1m")
    }

    private static func asking(_ name: String, _ when: String, _ rest: String) -> String {
        "  - {name: \(name), when: \"\(when)\", \(rest), mode: act, summary: \"{{id}} {{mesos_state}}\"}\n"
    }

    /// Rules that ask for nodes, and one that keeps some.
    static let asking =
        asking("asks-lost", "mesos_state IN ('inactive', 'absent')", "for: 1m, keep_firing_for: 2m, verdict: replace, class: failing")
        + asking("asks-impaired", "'impaired' IN (system_status, instance_status)", "for: 30s, verdict: replace, class: failing")
        + asking("asks-outdated", "image_outdated = 1", "for: 2m, verdict: replace, class: outdated")
        + rule("keeps", "flaps_1h > 1 OR task_failures_1h > 2", "for: 0s, keep_firing_for: 5m").replacing("verdict: notify", with: "verdict: keep")

    /// What DC/OS, SSM, the hosts, Marathon and the schedulers say.
    static let wide =
        rule("unhealthy", "dcos_health = 'unhealthy'", "for: 3m, keep_firing_for: 1m")
        + rule("unit", "failing_units LIKE '%docker%' OR failing_units LIKE '%mesos%'", "for: 90s")
        + rule("unheard", "dcos_health = 'unknown' AND mesos_state <> 'active'", "for: 1m")
        + rule("silent", "probe = 'silent'", "for: 2m, keep_firing_for: 2m")
        + rule("cut-off", "probe = 'answers' AND mesos_state IN ('inactive', 'absent')", "for: 1m")
        + rule("unmanaged", "ssm_ping <> 'Online'", "for: 1m")
        + rule("online", "ssm_ping = 'Online' AND mesos_state <> 'active'", "for: 1m")
        + rule("state", "stateful_tasks > 0", "for: 0s, keep_firing_for: 2m")
        + rule("broker", "members <> '[]'", "for: 2m")
        + rule("broker-lost", "members LIKE '%kafka%' AND mesos_state <> 'active'", "for: 1m, keep_firing_for: 1m")
        + rule("bare", "coalesce(members, 'x') = 'x' AND coalesce(probe, 'x') <> 'silent'", "for: 2m")

    /// Whose outcome nobody can foretell: they are judged in every round.
    static let restless =
        rule("changed", "(SELECT count(*) FROM change c WHERE c.node_id = id AND c.fact = 'mesos_state' AND c.age < 900) >= 2", "for: 1m")
        + rule("odd-age", "mesos_state_age % 120 < 60 AND mesos_state <> 'active'", "for: 30s")
    static let again = rule("again", "replacements_30d > 1", "for: 1m")
    /// Read what is not recorded.
    static let tasks = rule("busy", "tasks > 3", "for: 1m") + rule("task", "(SELECT count(*) FROM task t WHERE t.node_id = id) > 3", "for: 1m")
}

extension LiveRun {
    /// A story made of a seed: faults, failing polls, restarts, other rules, instances that are listed late.
    ///
    /// - Parameter others: with them, their own faults and failures come as well.
    static func random(seed: UInt64, with more: String = "", others: Set<Other> = []) throws -> LiveRun {
        var random = SplitMix64(seed: seed)
        let shape = World.Shape(agents: 6, publicAgents: 1, appsPerAgent: 1, brokers: [3])
        let run = try LiveRun(World(seed: seed, shape: shape, now: start), rules: try StoryRules.set(with: more), others: others)
        let failing = ["mesos", "ec2"] + others.map(\.rawValue).sorted()
        if random.draw(0...1) == 1 { run.hidden = [random.draw(0...5)] }
        for _ in 0..<14 {
            for _ in 0..<random.draw(0...2) { run.world.apply(fault(&random)) }
            if !others.isEmpty { for _ in 0..<random.draw(0...3) { run.world.apply(otherFault(&random)) } }
            try run.watch(
                for: random.draw(from: .seconds(60), to: .seconds(600)),
                failing: random.draw(0...(others.isEmpty ? 4 : 2)) == 0 ? [failing[random.draw(0...(failing.count - 1))]] : [])
            switch random.draw(0...8) {
            case 0: try run.restart(after: random.draw(from: .seconds(5), to: .seconds(5400)))
            case 1: try run.use(try StoryRules.set(lostFor: ["1m", "5m", "0s"][random.draw(0...2)], with: more))
            case 2: run.hidden = []
            case 3: run.hidden = [random.draw(0...5)]
            default: break
            }
        }
        return run
    }

    /// What DC/OS, SSM, the hosts and the schedulers suffer from.
    private static func otherFault(_ random: inout SplitMix64) -> World.Fault {
        let machine = random.draw(0...5)
        switch random.draw(0...12) {
        case 0, 1: return .unitFailed(machine, unit: "dcos-docker-gc.service")
        case 2: return .unitMended(machine, unit: "dcos-docker-gc.service")
        case 3: return .ssmLost(machine)
        case 4: return .ssmBack(machine)
        case 5: return .volumeLeft(machine)
        case 6: return .brokerCrashed(service: 0, broker: random.draw(0...2))
        case 7: return .schedulerAway(service: 0, for: .seconds(400))
        case 8: return .schedulerRestarted(service: 0)
        case 9: return .tasksHidden(service: 0)
        case 10: return .tasksShown(service: 0)
        case 11: return .cutOff(machine)
        default: return .hostHung(machine)
        }
    }

    private static func fault(_ random: inout SplitMix64) -> World.Fault {
        let machine = random.draw(0...5)
        switch random.draw(0...14) {
        case 0, 1: return .agentKilled(machine)
        case 2, 3: return .agentStarted(machine)
        case 4: return .hostFrozen(machine)
        case 5: return .systemImpaired(machine)
        case 6: return .checksPass(machine)
        case 7: return .retirementScheduled(machine, after: .seconds(4 * 86_400))
        case 8: return .flapping(machine, every: .seconds(240), downFor: .seconds(30), times: 6)
        case 9: return .tasksFailing(machine, every: .seconds(60), times: 8)
        case 10: return .terminated(machine, successorJoins: random.draw(0...1) == 1)
        case 11: return .imageReleased(name: "dcos-agent-2026.11.\(random.draw(2...9))", parameter: World.privateParameter)
        case 12: return .leaderLost
        case 13: return .throttled(.ec2, for: .seconds(300))
        default: return .markedGone(machine)
        }
    }
}
