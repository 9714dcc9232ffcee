import Fleet
import Planning
import Scenes
import Testing

@Suite struct `The gate in-flight` {
    static func limits(fleet: Int = 2, pool: Int = 2, zone: Int = 1) -> Limits {
        var limits = Limits()
        limits.inFlight.fleet = .count(fleet)
        limits.inFlight.pool = .count(pool)
        limits.inFlight.zone = .count(zone)
        return limits
    }

    static let changes: [Change] = [
        Change("shut with one in the pool, by default", .shut) { $0.inFlight = [Scene.work(9)] },
        Change("open with one in the fleet of two", .open) {
            $0.limits = limits(); $0.inFlight = [Scene.work(9)]
        },
        Change("shut with two in the fleet", .shut) {
            $0.limits = limits(pool: 9); $0.inFlight = [Scene.work(9), Scene.work(10, id: 8)]
        },
        Change("shut with one in the zone", .shut) {
            $0.limits = limits(); $0.inFlight = [Scene.work(8)]
        },
        Change("open with one that has given its slot back", .open) { $0.inFlight = [Scene.work(9, holdsSlot: false)] },
        Change("shut by one that is parked", .shut) { $0.inFlight = [Scene.work(9, isParked: true)] },
        Change("shut while the node itself is in flight, with or without a slot", .shut) { $0.inFlight = [Scene.work(0, holdsSlot: false)] },
        Change("shut for the fresh node of another replacement", .shut) {
            $0.inFlight = [Scene.work(9, holdsSlot: false, successor: "i-00")]
        },
        Change("open for a failing node whose own parked one makes room", .open) { $0.inFlight = [Scene.work(0, isParked: true, makesRoom: true)] },
        Change("shut once that has ended its instance", .shut) { $0.inFlight = [Scene.work(0, .outdated, step: .provision, isParked: true)] },
        Change("shut while that is not parked", .shut) { $0.inFlight = [Scene.work(0, .outdated)] },
        Change("open with three of a fifth of the fleet", .open) {
            $0.limits.inFlight.fleet = .percent(20)
            $0.limits.inFlight.pool = .percent(100)
            $0.inFlight = [Scene.work(9), Scene.work(10, id: 8), Scene.work(11, id: 9)]
        },
    ]

    @Test(arguments: changes) func `is`(change: Change) { change.check(.inFlight) }

    @Test func `says whose slots are taken, by whom and since when`() {
        var situation = Scene.open()
        situation.inFlight = [Scene.work(9)]
        #expect(Gate.inFlight.start(situation).reason == "1 of 1 replacement of pool private are in flight: i-09 (replacement 7, cordon) since 09:50")
    }
}
