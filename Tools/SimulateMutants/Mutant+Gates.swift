import Fleet
import Planning
import Replacing
import Rounds
import Simulation

extension Mutant {
    /// What is there for each gate.
    private static let situations: [Gate.Name: Scenario] = [
        .pause: .paused, .mode: .alertOnly, .hold: .held, .identity: .atHome, .fresh: .lost, .breaker: .manySick, .image: .freshImage, .window: .night,
        .rate: .roomy("one start an hour") { $0.rate = [Limits.Rate(1, in: .seconds(3600))] }, .inFlight: .manyRequests, .successor: .suspended,
        .capacity: .crowded, .service: .syncing,
    ]

    private static func situation(_ gate: Gate.Name) -> Scenario { situations[gate] ?? .drawn }

    /// Each gate is not in the list.
    static var leftOut: [Mutant] {
        Gate.Name.allCases.map { gate in ofGate("gate \(gate) left out", situation(gate), gate) { _ in nil } }
            + Gate.all.filter(\.isAskedBeforeHarm).map { whole in
                ofGate("gate \(whole.name) not asked before harm", situationInFlight(whole.name), whole.name) {
                    $0.asking(beforeHarm: false) { $0.answer($1, $2) }
                }
            }
            + Gate.all.filter(\.isAskedAtTurn).map { whole in
                ofGate("gate \(whole.name) not asked at its turn", situationAtTurn(whole.name), whole.name) {
                    $0.asking(atTurn: false) { $0.answer($1, $2) }
                }
            }
    }

    /// What shuts a gate while work is in flight.
    private static func situationInFlight(_ gate: Gate.Name) -> Scenario {
        switch gate {
        case .pause: .paused
        case .mode: Scenario.living.and { $0.script += [(.seconds(660), .mode(.alert))] }.named("may only tell from now on")
        case .identity: Scenario.living.and { $0.script += [(.seconds(660), .moves(to: 0))] }.named("this program is moved there in flight")
        case .hold: Scenario.living.and { $0.script += [(.seconds(700), .hold(0, for: .seconds(3600)))] }.named("held in flight")
        case .successor: Scenario.living.and { $0.script += [(.seconds(660), .fault(.launchesSuspended(true)))] }.named("suspended in flight")
        case .service:
            Scenario.living.and { plan in
                // Paused meanwhile, so that it can be known when it is decided.
                plan.script += [(.seconds(603), .command(.pause(until: nil))), (.seconds(760), .command(.resume))]
                plan.script += [(.seconds(605), .fault(.brokerCrashed(service: 0, broker: 1)))]
                plan.script += [(.seconds(600), .fault(.syncStalled(service: 0, for: .seconds(3600))))]
            }.named("another broker fails in flight")
        default: situation(gate)
        }
    }

    /// What shuts a gate at the turn of work that has waited, though it was open when that began.
    private static func situationAtTurn(_ gate: Gate.Name) -> Scenario {
        switch gate {
        case .capacity: .outdatedCrowd
        case .image: .goesFirst
        default: .goesBefore
        }
    }

    /// Limits that are one too high, and what is one's own counted against oneself.
    static var miscounting: [Mutant] {
        func raised(_ name: String, _ scenario: Scenario, _ gate: Gate.Name, _ raise: @escaping @Sendable (inout Situation) -> Void) -> Mutant {
            ofGate(name, scenario, gate) { whole in
                whole.asking { gate, question, situation in
                    var situation = situation
                    raise(&situation)
                    return gate.answer(question, situation)
                }
            }
        }
        return [
            raised("fleet's limit off by one", .roomy("two at a time") { $0.inFlight.fleet = .count(2) }, .inFlight) { $0.limits.inFlight.fleet = .count(3) },
            raised("pool's limit off by one", .roomy("two of a pool") { $0.inFlight.pool = .count(2) }, .inFlight) { $0.limits.inFlight.pool = .count(3) },
            raised("zone's limit off by one", .roomy("one of a zone") { $0.inFlight.zone = .count(1) }, .inFlight) { $0.limits.inFlight.zone = .count(2) },
            raised("rate off by one", .roomy("one start an hour") { $0.rate = [Limits.Rate(1, in: .seconds(3600))] }, .rate) {
                $0.limits.rate = [Limits.Rate(2, in: .seconds(3600))]
            },
            raised("slot's limit off by one", .slot, .identity) { $0.limits.replacementsOfSlotMax += 1 },
            raised("breaker's bound off by one", .twoSick, .breaker) {
                $0.limits.breaker.atLeast += 1; $0.latches = [:]
            },
            raised("one more member of a service", .syncing, .service) { situation in
                situation.services = situation.services?.mapValues { $0.withSlots(1, isQuiet: true) }
            },
            ofGate("own cordon counted", .living, .hold) { $0.asking { $0.answer(forgotten($1), $2) } },
            ofGate("own members counted", .living, .service) { whole in
                whole.asking { gate, question, situation in
                    var situation = situation
                    situation.services = situation.services?.mapValues { status in
                        status.withSlots(-(question.work?.members ?? []).count { $0.service == status.name }, isQuiet: status.isQuiet)
                    }
                    return gate.answer(question, situation)
                }
            },
            ofGate("own slot counted", .living, .inFlight) { $0.asking(beforeHarm: true) { $0.answer(forgotten($1), $2) } },
        ]
    }

    private static func forgotten(_ question: GateQuestion) -> GateQuestion {
        GateQuestion(node: question.node, cause: question.cause, moment: question.moment)
    }
}

extension ServiceStatus {
    /// The same with so many slots more.
    fileprivate func withSlots(_ more: Int, isQuiet: Bool?) -> ServiceStatus {
        var settings = settings
        settings.maxInFlight += more
        return ServiceStatus(
            name: name, settings: settings, readAt: readAt, isFresh: isFresh, isQuiet: isQuiet, members: members, partitions: partitions,
            partitionsReadAt: partitionsReadAt)
    }
}
