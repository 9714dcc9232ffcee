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

    private static func byTerraform(
        _ verdict: TerraformPlanSighting.Verdict?, of replacement: ReplacementID? = nil, age: Duration = .seconds(60), vital: Vital = .living,
        group: Reading = .none
    ) -> @Sendable (inout Situation) -> Void {
        { situation in
            situation.pools = pool(.terraform(TerraformResource(folder: "/srv/agents", address: "aws_instance.agent")))
            var facts = Scene.facts(0)
            facts[.asg] = group
            situation.nodes[Scene.id(0)] = Scene.node(0, facts: facts, vital: vital)
            situation.plans = [:]
            if let verdict {
                situation.plans?[first] = TerraformPlanSighting(replacement: replacement, instance: first, madeAt: Scene.now - age, verdict: verdict)
            }
        }
    }

    private static func planned(isGone: Bool = false) -> TerraformPlanSighting.Verdict {
        .good(
            PlannedReplacement(
                plan: "1-i", pool: Scene.pool, address: "aws_instance.agent[0]", old: first, isGone: isGone, image: Scene.target, isForced: true))
    }

    static let plans: [Change] = [
        Change("open with a plan that is judged good", .open, byTerraform(planned())),
        Change("unknown without a plan", .unknown, byTerraform(nil)),
        Change("unknown with one that is too old", .unknown, byTerraform(planned(), age: .seconds(301))),
        Change("unknown with one from after now", .unknown, byTerraform(planned(), age: .seconds(-1))),
        Change("unknown with one for a replacement", .unknown, byTerraform(planned(), of: ReplacementID(7))),
        Change("unknown where none could be made", .unknown, byTerraform(.unknown("the state is locked by ada"))),
        Change("never with one that is refused", .never, byTerraform(.refused("aws_instance.agent[1] would change too"))),
        Change("never for an instance of a group", .never, byTerraform(planned(), group: .text(Scene.group))),
        Change("unknown where its group is", .unknown, byTerraform(planned(), group: .unknown)),
        Change("open for a machine that is gone, with a plan that only creates", .open, byTerraform(planned(isGone: true), vital: .departed)),
        Change("unknown for one that is gone since its plan was made", .unknown, byTerraform(planned(), vital: .departed)),
        Change("open for one whose address holds another already", .open, byTerraform(.holds("i-new"), vital: .departed)),
        Change("open without a plan where it is not approved, for none is made then", .open) {
            byTerraform(nil)(&$0); $0.mode = .propose
        },
        Change("open where nobody makes plans", .open) {
            byTerraform(nil)(&$0); $0.plans = nil
        },
    ]

    @Test(arguments: plans) func `by Terraform is`(change: Change) { change.check(.successor) }

    @Test func `by Terraform asks just before the end for a plan that was made for that, and before other harm for no more than the group`() {
        var situation = Scene.open()
        Self.byTerraform(Self.planned())(&situation)
        #expect(!Gate.successor.harm(.terminate, Scene.work(0, order: .living, step: .terminate), situation).isOpen, "that one was made for the start")
        #expect(Gate.successor.harm(.drain, Scene.work(0), situation).isOpen)
        Self.byTerraform(Self.planned(), of: ReplacementID(7))(&situation)
        #expect(Gate.successor.harm(.terminate, Scene.work(0, order: .living, step: .terminate), situation).isOpen)
        Self.byTerraform(nil, group: .text("agents"))(&situation)
        #expect(!Gate.successor.harm(.drain, Scene.work(0), situation).isOpen)
    }

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

    @Test func `opens at the start for one whose end is announced, in a pool that launches first too`() {
        var situation = Scene.open()
        situation.pools = Self.pool(.group(Scene.group), isLaunchFirst: true)
        situation.groups = Self.group(max: 20)
        situation.nodes[Scene.id(0)] = Scene.node(0, inGroup: Scene.inGroup(0, "Terminating:Wait"))
        #expect(!Gate.successor.start(0, situation).isOpen)
        situation.change(0, .scheduledEvent, .text(AnnouncedEnd.groupTermination.rawValue))
        #expect(Gate.successor.start(0, situation).isOpen, "\(Gate.successor.start(0, situation).reason)")
    }

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
