internal import Fleet
internal import Rounds
package import Rules

extension RunPlan {
    /// A cluster that a seed draws, and what happens to it, all of it by the clock: what Mayfly does changes nothing of what goes wrong, so that runs which hear
    /// differently can be compared at rest.
    ///
    /// Each machine fails once at most, and each failure lasts, or is over long before any rule would have it: what a poll sees a minute later is never another
    /// thing to decide.
    package static func atRest(seed: UInt64, rules: [BusinessZone: [RuleSet]]) -> RunPlan {
        var plan = RunPlan(seed: seed, rules: rules)
        var random = SplitMix64(seed: seed ^ 0x5245_5354_0000_0001)
        plan.troubles = []
        plan.other = nil
        plan.strikes = 0
        plan.causeEvery = nil
        plan.beginsOutdated = false
        plan.start = World.storyStart
        plan.zone = .utc
        plan.rules = rules[.utc]?.first ?? .empty
        plan.otherRules = []
        plan.settings.mode = .act
        plan.troubledFor = .seconds(5400)
        plan.calmFor = .seconds(2 * 3600)
        plan.pace = World.Pace(seed: random.next(), shape: plan.shape)
        plan.script = script(of: plan.shape, &random)
        return plan
    }

    private static func script(of shape: World.Shape, _ random: inout SplitMix64) -> [(after: Duration, Scripted)] {
        var script: [(after: Duration, Scripted)] = []
        var free = Array(0..<shape.agents)
        for _ in 0..<random.draw(4...7) {
            let position = free.remove(at: random.draw(0...free.count - 1))
            let at = random.draw(from: .seconds(120), to: .seconds(3000))
            let (short, long) = (random.draw(from: .seconds(15), to: .seconds(60)), random.draw(from: .seconds(3), to: .seconds(90)))
            var faults: [(World.Fault, Duration)]
            switch random.draw(0...9) {
            case 0: faults = [(.hostFrozen(position), .zero)]
            case 1: faults = [(.agentKilled(position), .zero), (.agentStarted(position), short)]
            case 2: faults = [(.agentBroken(position), .zero)]
            case 3: faults = [(.systemImpaired(position), .zero)]
            case 4: faults = [(.terminated(position, successorJoins: true), .zero)]
            case 5: faults = [(.tasksFailing(position, every: long, times: random.draw(3...40)), .zero)]
            case 6: faults = [(.retirementScheduled(position, after: .seconds(6 * 86_400)), .zero)]
            case 7: faults = [(.cutOff(position), .zero), (.reached(position), short)]
            case 8: faults = [(.instanceImpaired(position), .zero)]
            default: faults = shape.isSpot ? [(.spotInterrupted(position), .zero)] : [(.unregistered(position), .zero)]
            }
            script += faults.map { (at + $1, .fault($0)) }
        }
        if random.draw(0...3) == 0 { script.append((random.draw(from: .seconds(300), to: .seconds(3000)), .fault(.leaderLost))) }
        if random.draw(0...3) == 0 { script.append((random.draw(from: .seconds(300), to: .seconds(3000)), .fault(.schedulerRestarted(service: 0)))) }
        if random.draw(0...3) == 0 {
            script.append((random.draw(from: .seconds(300), to: .seconds(3000)), .fault(.brokerCrashed(service: 0, broker: random.draw(0...2)))))
        }
        return script.sorted { $0.after < $1.after }
    }
}
