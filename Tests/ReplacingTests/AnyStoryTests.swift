import Fleet
import Replacing
import Testing

/// Stories that nobody has thought of: for two hours anything goes wrong at random, then nothing does any more.
@Suite struct `In any story a replacement` {
    struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }

        mutating func happens(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }
    }

    private static let fates: [World.Fate] = [.doneUnanswered, .doneSilently, .droppedUnanswered, .droppedSilently, .refused, .acceptedWithoutEffect]

    /// One round in which something may go wrong.
    private func trouble(_ world: inout World, _ dice: inout Dice, calm: Double) {
        let fate = dice.happens(calm) ? nil : Self.fates.randomElement(using: &dice)!
        world.fate = { intent in
            // A call that is accepted and does nothing is for a person; nothing here tells it from one that is slow.
            if case .replaceMember = intent.action, fate == .acceptedWithoutEffect { return .refused }
            return fate ?? .done
        }
        let isShut = !dice.happens(calm)
        world.gates = { _, _ in isShut ? ["pause"] : [] }
        let hide = dice.happens(calm) ? nil : (Hidden.fields + Hidden.ofTheNode).randomElement(using: &dice)!.hide
        world.seen = { sight in hide?(&sight) }
        if dice.happens(0.005) { world.hostDies() }
        if dice.happens(0.005), world.ec2 == .running, !world.isHostStopped { world.rises() }
        if dice.happens(0.003), world.ec2 == .running { world.isTerminatedBySomebody() }
        if dice.happens(0.005), world.mesosState == .deactivated { world.mesosState = .active }
        if dice.happens(0.1) { world.crash() }
        if world.replacement.isParked, dice.happens(0.05) { world.tell(world.replacement.retried(who: "eva", reason: "again")) }
        if dice.happens(0.002) { world.tell(world.replacement.cancelled(who: "eva", reason: "enough")) }
    }

    private func story(_ seed: UInt64) -> World {
        var dice = Dice(state: seed)
        var world = Scenario.all.randomElement(using: &dice)!.make()
        let calm = [0.5, 0.8, 0.95, 0.99].randomElement(using: &dice)!
        while world.now - World.start < .seconds(7200), world.replacement.isOpen {
            trouble(&world, &dice, calm: calm)
            world.round(Int64.random(in: 1...60, using: &dice))
        }
        (world.fate, world.gates, world.seen) = ({ _ in .done }, { _, _ in [] }, { _ in })
        world.run(within: 24, every: 30, until: { !$0.replacement.isOpen })
        return world
    }

    @Test(arguments: 0..<16) func `does no harm, and ends or is parked`(part: UInt64) {
        for seed in (part * 40)..<(part * 40 + 40) {
            let world = story(seed)
            #expect(world.violations == [], "seed \(seed)")
            #expect(!world.replacement.isOpen || world.replacement.isParked, "seed \(seed): \(world.replacement.standing) in \(world.step)")
            #expect(Replacement(replaying: world.entries) == world.replacement, "seed \(seed)")
            #expect(world.actions.count { if case .terminate = $0 { true } else { false } } <= 12, "seed \(seed)")
            let isOrphan =
                !world.replacement.isOpen && world.replacement.outcome?.kind == .cancelled && world.ec2 == .running
                && world.replacement.isCordonedByUs && [.deactivated, .draining, .drained].contains(world.mesosState)
            #expect(!isOrphan, "seed \(seed): cordoned by nobody")
        }
    }
}
