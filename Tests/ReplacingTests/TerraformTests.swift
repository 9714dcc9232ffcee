import Fleet
import Replacing
import Testing

@Suite struct `A replacement by Terraform` {
    private func applied(_ world: World) -> [PlannedReplacement] {
        world.replacement.intents.compactMap { if case .apply(let planned) = $0.action { planned } else { nil } }
    }

    @Test func `ends the old instance and makes the fresh one by one plan, and looks for that one`() {
        var world = World.byTerraform()
        world.run()
        #expect(world.isDone, "\(world.replacement.standing) in \(world.step)")
        #expect(world.done == ["deactivate", "replaceMember", "drain", "leave", "keepConsole", "apply", "markGone"])
        #expect(world.replacement.done.map(\.step) == [.validate, .cordon, .move, .drain, .leave, .terminate, .gone, .provision, .join, .probation])
        #expect(applied(world).map(\.plan) == ["p1"] && world.replacement.successor == "i-new1" && world.violations == [])
    }

    @Test func `of a dead node ends it by its plan, and of one that somebody else has ended only creates`() {
        var dead = World.byTerraform(order: .dead)
        dead.run()
        #expect(dead.isDone && dead.done == ["keepConsole", "apply", "markGone", "replaceMember"])
        var departed = World.byTerraform(order: .departed)
        departed.run()
        #expect(departed.isDone, "\(departed.replacement.standing) in \(departed.step)")
        #expect(departed.done == ["markGone", "replaceMember", "apply"] && applied(departed).map(\.isGone) == [true])
    }

    @Test func `adopts what Terraform has at the address, and nothing else of the pool`() {
        var world = World.byTerraform(order: .departed)
        world.fresh = [World.Fresh(instance: "i-orphan", token: nil, launchedAt: world.now + .seconds(60))]
        world.planned = .refused("i-orphan stands in no address of the state")
        world.run()
        #expect(world.parkReason == .provisionFailed && world.replacement.successor == nil)
        // A person has imported it.
        world.planned = .holds("i-orphan")
        world.tell([.unparked(who: "ada", reason: "imported")])
        world.run()
        #expect(world.isDone && world.replacement.successor == "i-orphan" && applied(world).isEmpty)
    }

    @Test func `waits in place while there is no plan, and ends nothing`() {
        var world = World.byTerraform()
        world.planned = .refused("aws_instance.agent[\"a2\"] would change too")
        world.gates = { step, _ in step == .terminate ? ["successor"] : [] }
        world.run(within: 20) { $0.replacement.isParked }
        #expect(world.step == .terminate && world.waitsFor == ["successor"] && applied(world).isEmpty && world.ec2 == .running)
        (world.planned, world.gates) = (nil, { _, _ in [] })
        world.run()
        #expect(world.isDone && applied(world).count == 1)
    }

    @Test func `whose plan was not applied takes another one, after a while`() {
        var world = World.byTerraform()
        world.applying = .notApplied("the saved plan is stale")
        world.run { $0.replacement.intents.count { if case .apply = $0.action { true } else { false } } == 3 }
        #expect(applied(world).map(\.plan) == ["p1", "p2", "p3"] && world.ec2 == .running)
        let asked = world.replacement.intents.filter { if case .apply = $0.action { true } else { false } }.map(\.at)
        #expect(asked[1] - asked[0] >= .seconds(30) && asked[2] - asked[1] >= .seconds(60))
        world.applying = nil
        world.run()
        #expect(world.isDone && world.violations == [])
    }

    @Test func `whose plan was applied in part creates by another plan, once more, and is then for a person with Terraform's words`() {
        var world = World.byTerraform()
        world.applying = .failed("InsufficientInstanceCapacity")
        world.run()
        #expect(world.parkReason == .provisionFailed && world.step == .provision)
        #expect(applied(world).map(\.isGone) == [false, true, true])
        if case .parked(_, let words, _) = world.replacement.standing { #expect(words == "InsufficientInstanceCapacity") }
        world.applying = nil
        world.tell([.unparked(who: "ada", reason: "there is room")])
        world.run()
        #expect(world.isDone && applied(world).count == 4 && world.violations == [])
    }

    @Test func `of which nobody knows what became is looked at, and not applied again`() {
        var world = World.byTerraform()
        world.fate = { if case .apply = $0.action { .doneSilently } else { .done } }
        world.run { $0.replacement.lastApplication != nil }
        world.crash()
        world.run()
        #expect(world.isDone && applied(world).count == 1 && world.fresh.count == 1)
    }
}
