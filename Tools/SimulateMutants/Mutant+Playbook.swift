import Fleet
import Planning
import Replacing
import Rounds
import Simulation

extension Scenario {
    static func meeting(_ order: Order, _ steps: Step...) -> Scenario {
        let scenario: Scenario =
            switch order {
            case .living: .living
            case .launchFirst: .launchFirst
            case .dead: .dead
            case .departed: .departed
            case .stray: .stray
            }
        if steps == [.gone], order == .living || order == .launchFirst { return scenario.and(lostWhileLeaving) }
        guard steps.contains(.join) else { return scenario }
        // Whether it has joined is a matter of minutes only where it takes some, and no member is waited for meanwhile.
        return scenario.and { plan in
            plan.pace = World.Pace(seed: plan.seed, shape: plan.shape, rejoining: 480...600)
            switch order {
            case .dead: plan.script = [6, 7, 8].map { (.seconds(300 + 2700 * Int64($0 - 6)), .fault(.hostFrozen($0))) }
            case .departed:
                plan.script = [6, 7, 8].flatMap { machine -> [(after: Duration, RunPlan.Scripted)] in
                    let at = 300 + 2700 * Int64(machine - 6)
                    return [(.seconds(at), .fault(.terminated(machine, successorJoins: true))), (.seconds(at + 20), .replace(machine))]
                }
            case .living, .launchFirst, .stray: break
            }
        }
    }
}

extension Scenario {
    /// The agent has died a moment before it is asked to leave: whom it is to tell, it cannot.
    private static let lostWhileLeaving: @Sendable (inout RunPlan) -> Void = { plan in
        plan.script = Array(plan.script.prefix(1))
        plan.upon = [(.leave, .milliseconds(200), .fault(.agentBroken(0)))]
    }
}

extension Mutant {
    /// No second look before a step.
    static var lookless: [Mutant] {
        Step.allCases.filter { Playbook.standard.secondLooks[$0] != nil }.map { step in
            let scenario: Scenario =
                switch step {
                case .restartAgent, .stopHost: .stray
                case .gone: .dead
                default: .living
                }
            return Mutant("no second look before \(step)", scenario.and(seldomRead).and(refusedFirst)) { $0.settings.playbook.secondLooks[step] = nil }
        }
    }

    /// As on a large fleet: what a round rests on is mostly older than a second look would allow.
    private static let seldomRead: @Sendable (inout RunPlan) -> Void = { plan in
        (plan.mesosEvery, plan.settings.mesosInterval, plan.settings.ec2Interval) = (.seconds(45), .seconds(45), .seconds(90))
    }

    /// What has just been looked at for the step before is looked at again only when the call is made later.
    private static let refusedFirst: @Sendable (inout RunPlan) -> Void = { plan in plan.fates = { $0.number == 1 ? .refused : nil } }

    /// Each order without one of its steps, and with two that are swapped.
    static var disordered: [Mutant] {
        let orders = Playbook.standard.orders
        return orders.keys.sorted { $0.rawValue < $1.rawValue }.flatMap { order -> [Mutant] in
            let steps = orders[order] ?? []
            let without = steps.indices.map { place in
                Mutant("\(order) without \(steps[place])", .meeting(order, steps[place]), equivalent: healing(order, without: steps[place])) { plan in
                    plan.settings.playbook.orders[order]?.remove(at: place)
                }
            }
            let swapped = steps.indices.dropFirst().dropLast().map { place in
                Mutant(
                    "\(order) with \(steps[place + 1]) before \(steps[place])", .meeting(order, steps[place], steps[place + 1]),
                    equivalent: healing(order, swapping: steps[place], steps[place + 1])
                ) { plan in
                    plan.settings.playbook.orders[order]?.swapAt(place, place + 1)
                }
            }
            return without + swapped
        }
    }

    /// A step that the one after it begins by itself when it finds it not done, so that leaving it out of the list leaves nothing out.
    private static func healing(_ order: Order, without step: Step) -> String? {
        switch step {
        case .validate: "every replacement begins in it, whatever the list says"
        case .provision: "join goes back to it when there is no successor"
        case .move where order == .living || order == .launchFirst: "drain goes back to it while a member lives there"
        case .drain where order == .living || order == .launchFirst: "leave goes back to it while a task is left"
        case .stopHost: "terminate goes back to it while its host was not stopped"
        case .gone, .move, .join, .probation: order == .stray ? afterStray : nil
        case .leave where order == .living || order == .launchFirst: "terminate goes back to it while the agent is listed"
        default: nil
        }
    }
    private static func healing(_ order: Order, swapping first: Step, _ second: Step) -> String? {
        if order == .stray, [.gone, .move, .provision, .join].contains(first) { return afterStray }
        return switch (first, second) {
        case (.move, .drain): "drain goes back to it while a member lives there"
        case (.move, .provision): "nothing of either rests on the other"
        case (.gone, .probation): "Mesos is told later of a machine that has ended before either, and of nothing that probation looks at"
        case (.gone, .provision): "nothing of either rests on the other"
        case (.gone, .move): "the machine is no more before either of them"
        case (.provision, .join): "join goes back to provision while there is no successor"
        default: nil
        }
    }

    private static let afterStray = "once its machine has ended it goes on in the order of a dead one"

    /// What else can be forgotten.
    static var careless: [Mutant] {
        [
            Mutant("dead by Mesos' word alone", cutOff) { $0.settings.playbook.witnessesNeeded = 0 },
            Mutant("no witness but the probe", cutOff) { $0.settings.playbook.witnesses = [.probe] },
            Mutant("a registered broker is no veto", registered) { $0.settings.playbook.brokersVeto = false },
            Mutant("a move is repeated without looking", unheard) { plan in
                plan.settings.playbook.looksBeforeRepeating = false
                plan.settings.playbook.secondLooks[.move] = nil
            },
            Mutant("a call is made before it is stored", .living) { $0.actsBeforeStoring = true },
            Mutant("members are known by their tasks alone", crashed) { $0.retells = { event, _ in event.withoutReservations } },
        ]
    }

    /// A machine that works and is cut off, where SSM is not asked.
    private static let cutOff = Scenario.quiet("cut off and well") { plan in
        plan.settings = .simulated(readsSSM: false)
        plan.script = [(.seconds(300), .fault(.cutOff(0)))]
    }
    /// Mesos has lost it and EC2 calls it impaired, and its broker serves on.
    private static let registered = Scenario.quiet("a broker that serves on") { plan in
        plan.settings = .simulated(asksHosts: false, readsSSM: false)
        plan.script = [(.seconds(300), .fault(.agentBroken(0))), (.seconds(310), .fault(.systemImpaired(0)))]
    }
    private static let unheard = Scenario.living.and { plan in
        plan.fates = { $0.errand == .replaceMember ? .lostAfter : nil }
        // Where it has been placed is seen late, by Mesos and by its scheduler; where only one of them shows it, its members are unknown.
        (plan.mesosEvery, plan.settings.mesosInterval, plan.settings.servicesInterval) = (.seconds(240), .seconds(240), .seconds(300))
        plan.settings.playbook.pauses.silent = .seconds(140)
    }.named("answers that are not heard")
    /// A broker that does not run, and whose data lies where it was.
    private static let crashed = Scenario.living.and { plan in
        plan.script += [0, 300, 600, 900].map { (.seconds(605 + $0), .fault(.brokerCrashed(service: 0, broker: 0))) }
    }.named("a broker that does not run")
}
