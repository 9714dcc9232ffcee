internal import Fleet

/// A story without an end: now and then something breaks, and somebody mends it within hours.
extension World {
    private static let mischiefFrom = Duration.seconds(8 * 60)
    private static let mischiefTo = Duration.seconds(40 * 60)
    /// How many of the private machines may be in trouble at once, in percent: more would be an outage, and nothing a watchdog is for.
    private static let troubledPercentMax = 30

    /// Lets things break from now on, for as long as the world is moved on.
    package mutating func beginMischief() { plan(.mischief, in: Self.mischiefFrom) }

    mutating func makeMischief() {
        plan(.mischief, in: random.draw(from: Self.mischiefFrom, to: Self.mischiefTo))
        let there = machines.indices.filter { !machines[$0].isPublic && machines[$0].terminatedAt == nil }
        let well = there.filter { machines[$0].takesWork && machines[$0].failedUnits.isEmpty && machines[$0].systemCheck == .ok }
        guard (there.count - well.count) * 100 <= there.count * Self.troubledPercentMax, !well.isEmpty else { return }
        let position = well[random.draw(0...well.count - 1)]
        let end = random.draw(from: .seconds(15 * 60), to: .seconds(100 * 60))
        switch random.draw(0...15) {
        case 0, 1: trouble(.agentKilled(position), until: end, .agentStarted(position))
        case 2: trouble(.hostFrozen(position), until: end, .terminated(position, successorJoins: true))
        case 3: trouble(.hostHung(position), until: end, .terminated(position, successorJoins: true))
        case 4: trouble(.systemImpaired(position), until: end, .checksPass(position))
        case 5: trouble(.deactivated(position), until: end, .reactivated(position))
        case 6: trouble(.drainStarted(position, markGone: false), until: end, .reactivated(position))
        case 7, 8: trouble(.unitFailed(position, unit: "dcos-net.service"), until: end, .unitMended(position, unit: "dcos-net.service"))
        case 9: trouble(.ssmLost(position), until: end, .ssmBack(position))
        case 10: happenLater(.tasksFailing(position, every: .seconds(90), times: 20), in: .zero)
        case 11: happenLater(.flapping(position, every: .seconds(240), downFor: .seconds(40), times: 9), in: .zero)
        case 12: trouble(.retirementScheduled(position, after: .seconds(2 * 86_400)), until: end, .terminated(position, successorJoins: true))
        default: troubleService()
        }
        if random.draw(0...19) == 0 { happenLater(.leaderLost, in: .zero) }
        if random.draw(0...29) == 0 { happenLater(.throttled(.ec2, for: .seconds(300)), in: .zero) }
        mendServices()
    }

    private mutating func troubleService() {
        guard !services.isEmpty else { return }
        let service = random.draw(0...services.count - 1)
        switch random.draw(0...3) {
        case 0: happenLater(.schedulerRestarted(service: service), in: .zero)
        case 1: happenLater(.schedulerAway(service: service, for: random.draw(from: .seconds(600), to: .seconds(3600))), in: .zero)
        case 2: trouble(.tasksHidden(service: service), until: .seconds(1800), .tasksShown(service: service))
        default:
            let brokers = services[service].brokers.count
            if brokers > 0 { happenLater(.brokerCrashed(service: service, broker: random.draw(0...brokers - 1)), in: .zero) }
        }
    }

    /// Brokers whose machine is gone for good wait for ever; somebody has them replaced.
    private mutating func mendServices() {
        for service in services.indices {
            for broker in services[service].brokers where machines[broker.position].ec2State != .running {
                happenLater(.brokerReplaced(service: service, broker: broker.number), in: .seconds(600))
            }
        }
    }

    private mutating func trouble(_ fault: Fault, until duration: Duration, _ end: Fault) {
        happenLater(fault, in: .zero)
        happenLater(end, in: duration)
    }

    private mutating func happenLater(_ fault: Fault, in duration: Duration) { queue.put(.fault(fault), at: now + duration) }
}
