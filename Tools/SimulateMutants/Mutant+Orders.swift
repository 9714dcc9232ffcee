import Fleet
import Planning
import Replacing
import Rounds
import Simulation

/// Orders that are not as they should be. What later steps find not done, they go back to; so that is left out with the step.
extension Mutant {
    /// Each order without one of its steps, and with two that have changed places.
    static var disordered: [Mutant] {
        let orders = Playbook.standard.orders
        return orders.keys.sorted { $0.rawValue < $1.rawValue }.flatMap { order -> [Mutant] in
            let steps = orders[order] ?? []
            let places = steps.indices.prefix { place in place == 0 || !isOver(order, at: steps[place - 1]) }
            let without = places.map { place in
                Mutant("\(order) without \(steps[place])", .meeting(order, steps[place])) { plan in
                    plan.settings.playbook.orders[order]?.remove(at: place)
                    plan.settings.playbook.goesBack.remove(steps[place])
                }
            }
            let swapped = places.filter { $0 + 1 < steps.endIndex && !areAlike(steps[$0], steps[$0 + 1]) }.map { place in
                Mutant("\(order) with \(steps[place + 1]) before \(steps[place])", .meeting(order, steps[place], steps[place + 1])) { plan in
                    plan.settings.playbook.orders[order]?.swapAt(place, place + 1)
                    plan.settings.playbook.goesBack.remove(steps[place])
                }
            }
            return without + swapped
        }
    }

    /// Whether the order ends with that step, whatever its list says after it: a stray node whose machine has ended goes on as a dead one.
    private static func isOver(_ order: Order, at step: Step) -> Bool { order == .stray && step == .terminate }

    /// Whether nothing of either rests on the other, so that it is all the same which comes first: neighbours after the end of the machine. Its agent is marked
    /// gone, its members start elsewhere, and the fresh one comes, each by itself; and all that `validate` asks is asked again before the agent is marked gone.
    private static func areAlike(_ first: Step, _ second: Step) -> Bool {
        switch (first, second) {
        case (.validate, .gone), (.gone, .move), (.move, .provision), (.gone, .provision), (.gone, .probation): true
        default: false
        }
    }

    /// What is undone by somebody is not gone back to. To `stop-host` nothing but an order without it goes back, and that is one of those above.
    static var astray: [Mutant] {
        let situations: [(Step, Scenario)] = [
            (.cordon, .offeredAgain), (.move, .memberComes), (.drain, .filledAgain), (.leave, .listedAgain), (.provision, .freshEnds),
        ]
        return situations.map { step, scenario in Mutant("\(step) is not gone back to", scenario) { $0.settings.playbook.goesBack.remove(step) } }
    }
}

extension Scenario {
    /// Where an order is gone through, and what its steps are there for is frequent.
    fileprivate static func meeting(_ order: Order, _ steps: Step...) -> Scenario {
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

    /// The agent has died a moment before it is asked to leave: whom it is to tell, it cannot.
    private static let lostWhileLeaving: @Sendable (inout RunPlan) -> Void = { plan in
        plan.script = Array(plan.script.prefix(1))
        plan.upon = [(.leave, .milliseconds(200), .fault(.agentBroken(0)))]
    }
}

extension Scenario {
    /// Somebody gives a node back to the offers just before its broker is to be moved, while everything is paused.
    fileprivate static let offeredAgain = living.and { plan in
        plan.uponFirst = [
            (.move, .milliseconds(1), .command(.pause(until: nil))), (.move, .seconds(2), .fault(.reactivated(0))),
            (.move, .seconds(120), .command(.resume)),
        ]
    }.named("offered again before its broker is moved")
    /// A broker comes to a node that is being drained, and nobody sees the masters meanwhile: it has the only place that there is.
    fileprivate static let memberComes = quiet("a broker comes to a node in drain", agents: 6, brokers: [4], hours: 3) { plan in
        plan.script = requests([0, 2], every: 60)
        plan.uponFirst = [
            (.drain, .milliseconds(1), .trouble(.mesosUnseen, of: 0, for: .seconds(90))), (.drain, .seconds(4), .fault(.reactivated(0))),
            (.drain, .seconds(6), .fault(.brokerReplaced(service: 0, broker: 1))), (.drain, .seconds(70), .fault(.deactivated(0))),
        ]
    }
    /// A node whose host cannot be told to leave is given back to the offers, and filled again.
    fileprivate static let filledAgain = living.and { plan in
        plan.uponFirst = [
            (.leave, .milliseconds(1), .fault(.ssmLost(0))), (.leave, .seconds(3), .fault(.reactivated(0))), (.leave, .seconds(200), .fault(.ssmBack(0))),
        ]
    }.named("filled again before it leaves")
    /// The agent is started again when it has left, while everything is paused.
    fileprivate static let listedAgain = living.and { plan in
        plan.uponFirst = [
            (.terminate, .milliseconds(1), .command(.pause(until: nil))), (.terminate, .seconds(2), .fault(.agentStarted(0))),
            (.terminate, .seconds(120), .command(.resume)),
        ]
    }.named("listed again before its end")
    /// Somebody ends the fresh machine while it joins.
    fileprivate static let freshEnds = living.and { plan in
        plan.uponFirst = [(.join, .seconds(2), .fault(.terminated(8, successorJoins: true)))]
    }.named("a fresh machine is ended while it joins")
}
