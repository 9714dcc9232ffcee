import Fleet
import Planning
import Scenes
import Testing

@Suite struct `The gate breaker` {
    /// Nodes that lie in different zones as far as that goes: 0, 1, 2, 3 are in a, b, c, d.
    static func sicken(_ numbers: [Int], since: Timestamp? = nil, _ situation: inout Situation) {
        for number in numbers {
            situation.nodes[Scene.id(number)] = Scene.node(number, isUnhealthy: true)
            situation.failures[Scene.id(number)] = since ?? Scene.now - .seconds(3600)
        }
    }

    static let changes: [Change] = [
        Change("open with three of twenty unhealthy", .open) { sicken([1, 2, 3], &$0) },
        Change("shut with four of twenty", .shutUntil(Scene.now + .seconds(1200))) { sicken([0, 1, 2, 3], &$0) },
        Change("open with one of five in its zone", .open) { sicken([0], &$0) },
        Change("shut with two of five in its zone, for fewer do not count", .shutUntil(Scene.now + .seconds(1200))) { sicken([0, 4], &$0) },
        Change("open with two in another zone", .open) { sicken([1, 5], &$0) },
        Change("measured by what the fleet is meant to have", .shutUntil(Scene.now + .seconds(1200))) {
            sicken([1, 2, 3], &$0); $0.capacity = 15
        },
        Change("open with two new failures that share the image", .open) { sicken([2, 3], since: Scene.now - .seconds(10), &$0) },
        Change("shut with three within five minutes", .shutUntil(Scene.now + .seconds(1200))) {
            sicken([1, 2, 3], since: Scene.now - .milliseconds(299_999), &$0)
        },
        Change("open with three that are five minutes old", .open) { sicken([1, 2, 3], since: Scene.now - .seconds(300), &$0) },
    ]

    @Test(arguments: changes) func `is`(change: Change) { change.check(.breaker) }

    @Test func `holds outdated nodes too, and those whose successor would get the sick image`() {
        var situation = Scene.open()
        Self.sicken([0, 1, 2, 3], &situation)
        situation.settle()
        #expect(!Gate.breaker.start(9, .finding(Scene.finding(9, .outdated)), situation).isOpen)
        situation = Scene.open()
        for number in [1, 2] {
            var facts = Scene.facts(number)
            facts[.imageID] = .text(Scene.target.rawValue)
            situation.nodes[Scene.id(number)] = Scene.node(number, facts: facts, isUnhealthy: true)
        }
        situation.settle()
        #expect(situation.latches.keys.sorted() == ["breaker/image/ami-new"])
        #expect(!Gate.breaker.start(9, situation).isOpen)
    }
}

@Suite struct `A latch` {
    @Test func `stays for its cool-down, counted from when it was last so, and then releases`() {
        var situation = Scene.open()
        `The gate breaker`.sicken([0, 1, 2, 3], &situation)
        situation.settle()
        situation.now = situation.now + .seconds(600)
        situation.settle()
        #expect(situation.latches["breaker/fleet"]?.since == Scene.now)
        #expect(situation.latches["breaker/fleet"]?.lastSeen == Scene.now + .seconds(600))
        let well = Scene.open().nodes
        situation.nodes = well
        situation.now = Scene.now + .milliseconds(1_799_999)
        situation.settle()
        #expect(situation.latches["breaker/fleet"] != nil)
        situation.now = Scene.now + .seconds(1800)
        situation.settle()
        #expect(situation.latches.isEmpty)
    }

    @Test func `of a burst stays for as long as enough of the nodes that it was made of are unhealthy`() {
        var situation = Scene.open()
        `The gate breaker`.sicken([1, 2, 3], since: Scene.now - .seconds(10), &situation)
        situation.settle()
        situation.now = Scene.now + .seconds(86_400)
        situation.settle()
        #expect(situation.latches["burst/image/ami-old"]?.isTripped == true)
        #expect(situation.latches["burst/image/ami-old"]?.lastSeen == situation.now)
        situation.nodes[Scene.id(3)] = Scene.node(3)
        situation.now = situation.now + .seconds(1199)
        situation.settle()
        #expect(situation.latches["burst/image/ami-old"] != nil)
        situation.now = situation.now + .seconds(1)
        situation.settle()
        #expect(situation.latches.isEmpty)
    }

    @Test func `that was accepted does not trip again on the very same failures, and does on as many new ones`() {
        var situation = Scene.open()
        `The gate breaker`.sicken([0, 1, 2, 3], &situation)
        situation.settle()
        for name in situation.latches.keys { situation.latches[name]?.accept(who: "ada", reason: "known", at: Scene.now) }
        situation.settle()
        #expect(Gate.breaker.start(situation).isOpen)
        `The gate breaker`.sicken([9, 10, 11], &situation)
        situation.settle()
        #expect(Gate.breaker.start(4, situation).isOpen)
        `The gate breaker`.sicken([12], &situation)
        situation.settle()
        #expect(situation.latches["breaker/fleet"]?.isTripped == true)
        #expect(!Gate.breaker.start(4, situation).isOpen)
    }

    @Test func `that was accepted is forgotten when nothing of what it was accepted for is left`() {
        var situation = Scene.open()
        `The gate breaker`.sicken([0, 1, 2, 3], &situation)
        situation.settle()
        for name in situation.latches.keys { situation.latches[name]?.accept(who: "ada", reason: "known", at: Scene.now) }
        situation.nodes = Scene.open().nodes
        situation.settle()
        #expect(situation.latches.isEmpty)
        `The gate breaker`.sicken([0, 1, 2, 3], &situation)
        situation.settle()
        #expect(situation.latches["breaker/fleet"]?.isTripped == true)
    }

    @Test func `of a quarantine is left to whoever trips it`() {
        var situation = Scene.open()
        situation.latches[.quarantine(Scene.target)] = Latch(
            name: .quarantine(Scene.target), reason: "i-77 never joined", since: Scene.now, lastSeen: Scene.now, cooldown: nil)
        situation.now = Scene.now + .seconds(1_000_000)
        situation.settle()
        #expect(situation.latches.count == 1)
    }
}
