import Fleet
import Planning
import Scenes
import Testing

@Suite struct `The gate rate` {
    static func starts(_ ages: [Int64]) -> @Sendable (inout Situation) -> Void { { $0.starts = ages.map { Scene.now - .seconds($0) }.sorted() } }

    static let changes: [Change] = [
        Change("open after one start within ten minutes", .open, starts([1])),
        Change("shut after two, until the older is ten minutes old", .shutUntil(Scene.now + .seconds(300)), starts([300, 10])),
        Change("open when the older is just ten minutes old", .open, starts([600, 10])),
        Change("shut a second before", .shutUntil(Scene.now + .seconds(1)), starts([599, 10])),
        Change("shut after ten within an hour", .shutUntil(Scene.now + .seconds(600)), starts((0..<10).map { 3000 - $0 * 200 })),
        Change("open after nine within an hour", .open, starts((0..<9).map { 3000 - $0 * 200 })),
        Change("shut after thirty within a day", .shutUntil(Scene.now + .seconds(6400)), starts((0..<30).map { 80_000 - $0 * 2000 })),
        Change("shut by a start from the future, after the clock went back", .shutUntil(Scene.now + .seconds(590)), starts([10, -5])),
        Change("never with a limit of none", .never) { $0.limits.rate = [.init(0, in: .seconds(60))] },
        Change("open with one parked in the pool", .open) { $0.inFlight = [Scene.work(9, isParked: true)] },
        Change("shut with two", .shut) { $0.inFlight = [Scene.work(9, isParked: true), Scene.work(10, id: 8, isParked: true)] },
    ]

    @Test(arguments: changes) func `is`(change: Change) { change.check(.rate) }

    @Test func `is open again for two parked that were accepted, and shut by two more`() {
        var situation = Scene.open()
        situation.inFlight = [Scene.work(9, isParked: true), Scene.work(10, id: 8, isParked: true)]
        situation.settle()
        situation.latches[.parked(Scene.pool)]?.accept(who: "ada", reason: "seen", at: Scene.now)
        situation.inFlight.append(Scene.work(11, id: 9, isParked: true))
        situation.settle()
        #expect(Gate.rate.start(situation).isOpen)
        situation.inFlight.append(Scene.work(12, id: 10, isParked: true))
        situation.settle()
        #expect(!Gate.rate.start(situation).isOpen)
    }

    @Test func `lets a failing node take over its own parked replacement, one of the two`() {
        var situation = Scene.open()
        situation.inFlight = [Scene.work(0, .outdated, isParked: true, makesRoom: true), Scene.work(10, id: 8, isParked: true)]
        situation.settle()
        #expect(Gate.rate.start(0, situation).isOpen)
        #expect(!Gate.rate.start(1, situation).isOpen)
    }
}

@Suite struct `A limit` {
    @Test(arguments: [(1, 1), (2, 1), (3, 1), (5, 1), (20, 4)]) func `of a fifth is a whole number, rounded down and never below one`(size: Int, count: Int) {
        #expect(Bound.percent(20).count(of: size) == count)
    }

    @Test func `is read as a count or a percentage`() {
        #expect(Bound(text: "20%") == .percent(20) && Bound(text: "2") == .count(2) && Bound(text: "100%") == .percent(100))
        for wrong in ["", "%", "0", "0%", "101%", "-1", "1.5", "2 ", "+2", "99999999999999999999", "10001"] { #expect(Bound(text: wrong) == nil, "\(wrong)") }
        #expect(Limits.Rate(text: "2/10m") == Limits.Rate(2, in: .seconds(600)))
        #expect(Limits().rate.map(\.description) == ["2/10m", "10/1h", "30/1d"])
        for rate in Limits().rate { #expect(Limits.Rate(text: rate.description) == rate) }
        for wrong in ["2", "2/", "/10m", "20%/10m", "2/10m/3", "2/500ms", "2/2d"] { #expect(Limits.Rate(text: wrong) == nil, "\(wrong)") }
    }
}
