import Fleet
import Planning
import Replacing
import Rounds
import Simulation

extension Mutant {
    /// Each gate takes what it cannot see for open. What one cannot see another mostly cannot see either: so in the whole too all others take it for open, and
    /// only this one shuts. `pause` knows no unknown: a file that cannot be read is a pause.
    static var unknownOpen: [Mutant] {
        Gate.Name.allCases.filter { $0 != .pause }.map { gate in
            Mutant(
                "gate \(gate) takes unknown for open", .blind(gate),
                control: { plan in plan.settings.gates = plan.settings.gates.map { $0.name == gate ? seeing($0) : $0.asking(openIfUnknown) } },
                breaks: { plan in plan.settings.gates = plan.settings.gates.map { $0.asking(openIfUnknown) } })
        } + [
            Mutant("every gate takes unknown for open", .noSchedulers) { plan in
                plan.settings.gates = plan.settings.gates.map { $0.asking(openIfUnknown) }
            }
        ]
    }

    private static let openIfUnknown: @Sendable (Gate, GateQuestion, Situation) -> GateAnswer = { gate, question, situation in
        let answer = gate.answer(question, situation)
        return answer.state == .unknown ? GateAnswer(gate.name, .open, "unknown, taken for open") : answer
    }

    /// What the intervals say is unknown only of a rule that is gone, and its findings with it: so it is kept from the gate.
    private static func seeing(_ gate: Gate) -> Gate {
        guard gate.name == .window else { return gate }
        return gate.asking { gate, question, situation in
            var situation = situation
            situation.windows = [:]
            return gate.answer(question, situation)
        }
    }
}

extension Scenario {
    /// What a gate asks for and cannot see.
    fileprivate static func blind(_ gate: Gate.Name) -> Scenario {
        switch gate {
        case .pause, .hold, .fresh, .service: noSchedulers
        case .mode: living.and { $0.isAlertingProven = nil }.named("no alert target has answered yet")
        case .identity: atHome.and { $0.knowsOwnAddresses = false }.named("its own machine, by addresses that it does not know")
        case .breaker: manySick.and(inTwoPools).named("much is sick, of pools that overlap")
        case .image: targetsUnread
        case .window: night
        case .rate: roomy("one start an hour, of pools that overlap") { $0.rate = [Limits.Rate(1, in: .seconds(3600))] }.and(inTwoPools)
        case .inFlight: roomy("two at a time, of pools that overlap") { $0.inFlight.fleet = .count(2) }.and(inTwoPools)
        case .successor: suspended.and { $0.retells = { event, _ in event.withoutGroups } }.named("a group that is not read launches nothing")
        case .capacity: crowded.and(inTwoPools).named("as many brokers as agents, of pools that overlap")
        }
    }

    /// Two pools select the same nodes: which one they are of nobody knows.
    private static let inTwoPools: @Sendable (inout RunPlan) -> Void = { plan in
        let first = plan.settings.pools[0]
        plan.settings.pools.append(Pool(name: "again", selector: first.selector, image: first.image, provision: first.provision))
    }

    /// Of an image that no node has proven it cannot be read whether it is still there.
    private static let targetsUnread = manyRequests.and { plan in
        plan.beginsOutdated = true
        plan.settings.limits.inFlight.pool = .count(3)
        plan.settings.limits.inFlight.zone = .count(3)
        plan.settings.limits.inFlight.fleet = .count(3)
        plan.retells = { event, after in after < .seconds(120) ? event : event.withoutTargets }
    }.named("a fresh image that is not read")
}
