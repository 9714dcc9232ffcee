import Fleet
import Replacing
import Testing

@Suite struct `A transition` {
    private func intended(_ world: World) -> Intent { world.replacement.intents.last! }

    @Test func `of an attempt that is over changes nothing`() {
        var world = World()
        world.fate = { _ in .droppedSilently }
        world.run(until: { !$0.replacement.intents.isEmpty })
        let intent = intended(world)
        world.tell(.retried(attempt: 2, reason: "again"))
        let before = world.replacement
        world.tell(.answered(intent: intent.number, .init(at: world.now, outcome: .accepted)))
        #expect(world.replacement == before)
        world.tell(.stepped(to: .move))
        world.tell(.answered(intent: intent.number, .init(at: world.now, outcome: .accepted)))
        #expect(world.replacement.intents.last?.answer == nil)
    }

    @Test func `answers an intent once`() {
        var world = World()
        world.fate = { _ in .droppedSilently }
        world.run(until: { !$0.replacement.intents.isEmpty })
        world.tell(.answered(intent: 1, .init(at: world.now, outcome: .refused("no"))))
        world.tell(.answered(intent: 1, .init(at: world.now, outcome: .accepted)))
        world.tell(.answered(intent: 99, .init(at: world.now, outcome: .accepted)))
        #expect(intended(world).answer?.outcome == .refused("no"))
    }

    @Test func `that does not fit changes nothing`() {
        var world = World()
        let fresh = world.replacement
        let wrong: [Transition] = [
            .began(fresh), .stepped(to: .validate), .reordered(.living, to: .validate, reason: ""), .retried(attempt: 3, reason: ""), .goesOn,
            .unparked(who: "eva", reason: ""), .successorJoined("m-S2"), .successorLost("i-x"),
            .moved(MemberMove(member: ServiceMember("a", "b"), task: nil, agent: nil, broker: nil)),
            .intended(Intent(number: 2, step: .validate, attempt: 1, action: .deactivate("a"), at: world.now)),
            .intended(Intent(number: 1, step: .cordon, attempt: 1, action: .deactivate("a"), at: world.now)),
            .intended(Intent(number: 1, step: .validate, attempt: 2, action: .deactivate("a"), at: world.now)),
        ]
        for transition in wrong {
            world.tell(transition)
            #expect(world.replacement == fresh, "\(transition)")
        }
        world.tell(.parked(.undecided, "why"))
        let parked = world.replacement
        for transition in [Transition.stepped(to: .move), .waits(["pause"]), .parked(.lastCopy, ""), .retried(attempt: 2, reason: ""), .goesOn] {
            world.tell(transition)
            #expect(world.replacement == parked, "\(transition)")
        }
        world.tell(.ended(.init(kind: .cancelled, reason: "")))
        let ended = world.replacement
        for transition in wrong + [.ended(.init(kind: .done, reason: "")), .parked(.undecided, ""), .cancelling(who: "", reason: "")] {
            world.tell(transition)
            #expect(world.replacement == ended, "\(transition)")
        }
    }

    @Test func `adds an intent for ever without keeping more than so many`() {
        var world = World()
        for number in 1...500 {
            let action: Action = number == 1 ? .deactivate(World.agent) : .reactivate(World.agent)
            world.tell(.intended(Intent(number: number, step: .validate, attempt: 1, action: action, at: world.now)))
        }
        #expect(world.replacement.intents.count <= 100)
        #expect(world.replacement.intents.last?.number == 500)
        #expect(world.replacement.intents.first?.action == .deactivate(World.agent))
    }

    @Test func `pauses longer after each refusal, and no longer after an interruption`() {
        func gaps(_ fate: World.Fate) -> [Int64] {
            var world = World()
            world.fate = { if case .terminate = $0.action { fate } else { .done } }
            world.run()
            let times = world.replacement.intents.filter { if case .terminate = $0.action { true } else { false } }.map(\.at)
            return zip(times.dropFirst(), times).map { ($0 - $1).inSeconds }
        }
        #expect(gaps(.refused) == [30, 60, 120, 240, 300])
        let unanswered = gaps(.droppedUnanswered)
        #expect(unanswered.count > 20 && unanswered.allSatisfy { $0 == 30 })
        #expect(Set(gaps(.droppedSilently)) == [60])
    }
}

@Suite struct `Work in flight` {
    @Test(arguments: Scenario.all) func `holds its slot to the end of join`(scenario: Scenario) {
        var world = scenario.make()
        while world.replacement.isOpen, !world.replacement.isParked {
            let work = world.replacement.inFlight!
            #expect(work.holdsSlot == (work.step != .probation))
            #expect(work.members == world.replacement.moves.filter { !$0.isDone }.map(\.member))
            if world.mesosState == .deactivated || world.mesosState == .draining { #expect(work.isCordoning) }
            if world.ec2 == .terminated, work.step == .join { #expect(!work.isCordoning) }
            world.round()
        }
        #expect(world.replacement.inFlight == nil)
    }

    @Test func `keeps its slot when it is parked`() {
        var world = World()
        world.isSuccessorFailing = true
        world.run()
        #expect(world.parkReason == .probationFailed)
        #expect(world.replacement.inFlight?.holdsSlot == true)
        #expect(world.replacement.inFlight?.isParked == true)
        #expect(world.replacement.inFlight?.successor == "i-new1")
    }
}
