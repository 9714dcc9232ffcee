package import Fleet
package import Rounds
package import Rules

extension RunPlan {
    /// A cluster as small as can be, read as seldom as can be, on a working morning, in which nothing goes wrong but what its script says: until so many
    /// replacements are done, and at most for four hours.
    package static func scene(
        _ rules: RuleSet, shape: World.Shape = sceneShape(), done: Int = 1, _ script: [(after: Duration, Scripted)]
    ) -> RunPlan {
        var plan = RunPlan(seed: 1, rules: [.utc: [rules], .berlin: [rules]])
        plan.zone = .utc
        plan.shape = shape
        plan.troubles = []
        plan.start = World.storyStart - .seconds(3600)
        plan.troubledFor = .seconds(4 * 3600)
        plan.calmFor = .seconds(60)
        plan.beginsOutdated = false
        plan.mesosEvery = .seconds(30)
        plan.settings = sceneSettings()
        plan.script = script
        plan.ends = { $0.ended["done", default: 0] >= done }
        return plan
    }

    package static func sceneShape(
        agents: Int = 6, brokers: [Int] = [3], sharesAgents: Bool = false, isSpot: Bool = false
    ) -> World.Shape {
        World.Shape(
            agents: agents, publicAgents: 1, appsPerAgent: 1, brokers: brokers, sharesAgents: sharesAgents, isSpot: isSpot, hasTiedApps: false)
    }

    /// What a scene's daemon is told: the witnesses are EC2 and, if they are to be, SSM and the hosts themselves.
    package static func sceneSettings(asksHosts: Bool = false, readsSSM: Bool = true, launchFirst: Bool = false) -> Settings {
        .simulated(mesosEvery: .seconds(30), asksHosts: asksHosts, asksHealth: false, readsSSM: readsSSM, launchFirst: launchFirst)
    }

    /// A scene in which one node with a broker is replaced in this order, down to its end.
    package static func course(_ order: Order, _ rules: RuleSet) -> RunPlan {
        let asked = Scripted.replace(0)
        var plan: RunPlan
        switch order {
        case .living: plan = scene(rules, [(.seconds(60), asked)])
        case .launchFirst:
            plan = scene(rules, [(.seconds(60), asked)])
            plan.settings = sceneSettings(launchFirst: true)
        case .dead: plan = scene(rules, [(.seconds(30), .fault(.hostFrozen(0)))])
        case .departed: plan = scene(rules, [(.seconds(60), .fault(.terminated(0, successorJoins: true))), (.seconds(80), asked)])
        case .stray: plan = scene(rules, [(.seconds(30), .fault(.agentBroken(0))), (.seconds(300), asked)])
        }
        plan.awayAfterCrash = .seconds(20)
        return plan
    }

    /// The same where Terraform makes the private agents.
    package static func courseByTerraform(_ order: Order, _ rules: RuleSet) -> RunPlan {
        var plan = course(order, rules)
        plan.shape.isByTerraform = true
        plan.settings.pools[0] = World.poolByTerraform
        plan.settings.makesPlans = true
        return plan
    }
}
