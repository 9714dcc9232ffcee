import Fleet
import Planning
import Replacing
import Rounds
import Simulation

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
