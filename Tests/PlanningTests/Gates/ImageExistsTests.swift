import Fleet
import Planning
import Scenes
import Testing

@Suite struct `The gate image` {
    static func target(_ state: String? = "available", age: Int64 = 86_400, isProven: Bool = true) -> [PoolName: TargetStatus] {
        [Scene.pool: TargetStatus(image: Scene.target, since: Scene.now - .seconds(age), state: state, isProven: isProven)]
    }

    static func quarantined(isAccepted: Bool) -> [LatchName: Latch] {
        var latch = Latch(name: .quarantine(Scene.target), reason: "i-77 never joined", since: Scene.now, lastSeen: Scene.now, cooldown: nil)
        if isAccepted { latch.accept(who: "ada", reason: "network", at: Scene.now) }
        return [latch.name: latch]
    }

    static let changes: [Change] = [
        Change("shut while the image is pending", .shut) { $0.targets = target("pending") },
        Change("open for an image that has been the target for an hour", .open) { $0.targets = target(age: 3600) },
        Change("shut for one that has been for a second less", .shutUntil(Scene.now + .seconds(1))) { $0.targets = target(age: 3599) },
        Change("never for one in quarantine", .never) { $0.latches = quarantined(isAccepted: false) },
        Change("open for one whose quarantine was accepted", .open) { $0.latches = quarantined(isAccepted: true) },
        Change("open for the first node of an image", .open) { $0.targets = target(isProven: false) },
        Change("shut for the second", .shut) {
            $0.targets = target(isProven: false); $0.inFlight = [Scene.work(9, holdsSlot: false)]
        },
        Change("open for the second of a proven one", .open) { $0.inFlight = [Scene.work(9)] },
        Change("open beside a first one of another image", .open) {
            $0.targets = target(isProven: false); $0.inFlight = [Scene.work(9, image: "ami-x")]
        },
        Change("open in a pool that names none", .open) {
            $0.pools = [Pool(name: Scene.pool, selector: .init(), provision: .group(Scene.group))]
            $0.targets = [:]
        },
    ]

    @Test(arguments: changes) func `is`(change: Change) { change.check(.image) }
}
