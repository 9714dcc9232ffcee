import Fleet
import Planning
import Scenes
import Testing

@Suite struct `The gate successor` {
    static func group(
        min: Int = 0, desired: Int = 20, max: Int = 25, suspended: [String] = [], severalImages: Bool = false
    ) -> [String: AutoScalingGroup] {
        [
            Scene.group: AutoScalingGroup(
                name: Scene.group, desired: desired, min: min, max: max, hasSeveralImages: severalImages, suspended: suspended)
        ]
    }

    static func pool(_ provision: Pool.Provisioning?, image: Pool.ImageSource? = .parameter("/ami"), isLaunchFirst: Bool = false) -> [Pool] {
        [Pool(name: Scene.pool, selector: .init(), image: image, provision: provision, isLaunchFirst: isLaunchFirst)]
    }

    static let template = LaunchTemplate(id: "lt-1", version: "$Latest")

    static let changes: [Change] = [
        Change("never without a way to provision", .never) { $0.pools = pool(nil) },
        Change("shut with Launch suspended", .shut) { $0.groups = group(suspended: ["Launch"]) },
        Change("shut with Terminate suspended", .shut) { $0.groups = group(suspended: ["Terminate"]) },
        Change("open with another process suspended", .open) { $0.groups = group(suspended: ["AZRebalance"]) },
        Change("never for a group that is to have none", .never) { $0.groups = group(desired: 0) },
        Change("never for a group that launches several images", .never) { $0.groups = group(severalImages: true) },
        Change("shut when another image would be launched", .shut) { $0.launchImages = [Scene.pool: "ami-x"] },
        Change("open without that being read, where the target is what the group launches", .open) {
            $0.launchImages = [:]
            $0.pools = pool(.group(Scene.group), image: .group(Scene.group))
        },
        Change("never for a protected instance", .never) { $0.nodes[Scene.id(0)] = Scene.node(0, inGroup: Scene.inGroup(0, isProtected: true)) },
        Change("shut for one that is not in service", .shut) { $0.nodes[Scene.id(0)] = Scene.node(0, inGroup: Scene.inGroup(0, "Terminating:Wait")) },
        Change("never for one of another group", .never) { $0.change(0, .asg, .text("other")) },
        Change("never for one of no group", .never) { $0.change(0, .asg, .none) },
        Change("never for a launch template where a group would launch another too", .never) { $0.pools = pool(.launchTemplate(template)) },
        Change("open for a launch template without a group", .open) {
            $0.pools = pool(.launchTemplate(template)); $0.change(0, .asg, .none)
        },
        Change("open for a pool that launches first with room for one", .open) { $0.pools = pool(.group(Scene.group), isLaunchFirst: true) },
        Change("never for one without", .never) {
            $0.pools = pool(.group(Scene.group), isLaunchFirst: true); $0.groups = group(max: 20)
        },
    ]

    private static let first = InstanceID(Scene.id(0).rawValue)

    static let terminations: [Change] = [
        Change("open for one whose end was tried", .open) { $0.terminations = [first: .none] },
        Change("unknown until that was asked", .unknown) { $0.terminations = [:] },
        Change("unknown where it could not be asked", .unknown) { $0.terminations = [first: .unknown("throttled")] },
        Change("never for one that somebody has protected from it", .never) { $0.terminations = [first: .protected] },
        Change("shut for one that EC2 would not end", .shut) { $0.terminations = [first: .denied("UnauthorizedOperation")] },
        Change("open for a machine that is gone, whatever was asked", .open) {
            $0.terminations = [:]
            $0.nodes[Scene.id(0)] = Scene.node(0, vital: .departed)
        },
    ]

    @Test(arguments: terminations) func `as to its end is`(change: Change) { change.check(.successor) }

    @Test func `lets one be ended that its group is ending already`() {
        var situation = Scene.open()
        for lifecycle in ["Terminating", "Terminating:Wait", "Terminating:Proceed"] {
            situation.nodes[Scene.id(0)] = Scene.node(0, inGroup: Scene.inGroup(0, lifecycle))
            #expect(Gate.successor.harm(.terminate, Scene.work(0), situation).isOpen, "\(lifecycle)")
            #expect(!Gate.successor.start(0, situation).isOpen, "\(lifecycle)")
        }
        situation.nodes[Scene.id(0)] = Scene.node(0, inGroup: Scene.inGroup(0, "Standby"))
        #expect(!Gate.successor.harm(.terminate, Scene.work(0), situation).isOpen)
    }

    @Test(arguments: changes) func `is`(change: Change) { change.check(.successor) }

    @Test func `is asked in full just before the end of the instance, and in its cheap part before other harm`() {
        var situation = Scene.open()
        situation.launchImages = [Scene.pool: "ami-x"]
        #expect(Gate.successor.harm(.drain, Scene.work(0), situation).isOpen)
        #expect(!Gate.successor.harm(.terminate, Scene.work(0), situation).isOpen)
        situation.groups = Self.group(suspended: ["Launch"])
        #expect(!Gate.successor.harm(.drain, Scene.work(0), situation).isOpen)
    }
}
