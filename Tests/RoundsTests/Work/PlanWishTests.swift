import Fleet
import Ledger
import Planning
import Replacing
import Testing

@testable import Rounds

@Suite struct `A plan of Terraform's` {
    private static func settings(_ gates: [Gate] = [.successor]) -> Settings {
        var settings = Acting.settings(gates: gates)
        settings.pools = [
            Pool(
                name: "private", selector: Acting.pool.selector, size: 10, image: Acting.pool.image,
                provision: .terraform(TerraformResource(folder: "/srv/agents", address: "aws_instance.agent")))
        ]
        settings.makesPlans = true
        return settings
    }

    private func good(_ wish: PlanWish, _ name: String = "p1") -> TerraformPlanSighting.Verdict {
        .good(
            PlannedReplacement(
                plan: name, pool: wish.pool, address: "aws_instance.agent[1]", old: wish.old, isGone: wish.isGone, image: wish.images[0],
                isForced: wish.isForced))
    }

    private func tell(_ watch: Watch, _ wish: PlanWish, _ verdict: TerraformPlanSighting.Verdict, at seconds: Int) throws -> RoundReport {
        let plan = TerraformPlanSighting(
            replacement: wish.replacement, instance: wish.instance, madeAt: Samples.time(seconds), verdict: verdict)
        return try #require(try watch.take(.terraform(.plan(plan)), at: seconds))
    }

    /// Somebody has been told of something.
    private func watch(_ settings: Settings = Self.settings()) throws -> Watch {
        let watch = try Watch(settings: settings, rules: try Acting.rules())
        watch.round.program.isAlertingProven = true
        return watch
    }

    @Test func `is wished for a node that waits for nothing else, with all that it is to be made by`() throws {
        let watch = try watch()
        let report = try watch.act(0)
        let wish = try #require(report.planWishes.first)
        let others = Acting.numbers.dropFirst().map { Samples.instanceID($0) }
        #expect(
            report.planWishes == [
                PlanWish(
                    replacement: nil, instance: "i-1", pool: "private", old: "i-1", isGone: false, images: ["ami-old"], isForced: true, living: others)
            ])
        #expect(watch.work.open.isEmpty && report.picture.plan["i-1"]?.shut.map(\.state) == [.unknown])
        // What is refused is wished for again only when it may be believed no more.
        #expect(try tell(watch, wish, .refused("it would change more"), at: 1).planWishes.isEmpty)
        #expect(watch.round.judgement != nil && watch.work.open.isEmpty)
        #expect(try watch.act(120).planWishes.isEmpty)
        #expect(try watch.act(310).planWishes.map(\.instance) == ["i-1"])
        // What could not be made, again and again.
        #expect(try tell(watch, wish, .unknown("locked by ada"), at: 311).planWishes.map(\.instance) == ["i-1"])
        let begun = try tell(watch, wish, good(wish), at: 312)
        #expect(watch.work.open.map(\.node) == ["i-1"] && begun.planWishes.isEmpty)
    }

    @Test func `is not wished for a node that something else holds, nor where nothing is done`() throws {
        let held = try watch(Self.settings([Acting.gate(.rate, isOpen: false), .successor]))
        #expect(try held.act(0).planWishes.isEmpty)
        var watching = Self.settings()
        watching.makesPlans = false
        let nobody = try watch(watching)
        #expect(try nobody.act(0).planWishes.isEmpty)
        var proposing = Self.settings([.mode, .successor])
        proposing.mode = .propose
        let unapproved = try watch(proposing)
        let report = try unapproved.act(0)
        #expect(report.planWishes.isEmpty && report.picture.plan["i-1"]?.outcome == .wouldStart)
        #expect(try unapproved.command(.approve("i-1", until: Samples.time(3600)), at: 1).planWishes.map(\.instance) == ["i-1"])
    }

    @Test func `is wished for anew when its one must end, is named by the call that is stored, and is looked after from then on`() throws {
        let watch = try watch()
        let first = try #require(try watch.act(0).planWishes.first)
        _ = try tell(watch, first, good(first), at: 1)
        let id = try #require(watch.work.open.first?.id)
        var seconds = 10
        var mesos = Acting.mesos
        var wishes: [PlanWish] = []
        while wishes.isEmpty, seconds < 600 {
            seconds += 5
            wishes = try watch.act(seconds, mesos).planWishes
            guard let asked = watch.work.open.first?.intents.last, asked.answer == nil else { continue }
            switch asked.action {
            case .deactivate: mesos = Samples.mesos(Acting.numbers.map { Samples.agent($0, isDeactivated: $0 == 1) })
            case .drain: mesos = Samples.mesos(Acting.numbers.map { Samples.agent($0, isDeactivated: $0 == 1, drain: $0 == 1 ? .drained : nil) })
            case .leave: mesos = Samples.mesos(Acting.numbers.dropFirst().map { Samples.agent($0) })
            default: break
            }
            _ = try watch.take(.acted(id, intent: asked.number, .accepted), at: seconds)
        }
        let wish = try #require(wishes.first)
        #expect(wish.replacement == id && wish.old == "i-1" && !wish.isGone, "\(wish)")
        #expect(watch.work.open.first?.step == .terminate && watch.work.held[id]?.map(\.gate) == [.successor])
        _ = try tell(watch, wish, good(wish, "p2"), at: seconds + 1)
        for later in 2...12 where watch.work.open.first?.lastApplication == nil { try watch.act(seconds + later, mesos) }
        guard case .apply(let planned)? = watch.work.open.first?.lastApplication?.action else { return #expect(Bool(false), "\(watch.work.open)") }
        #expect(planned.plan == "p2")
        #expect(try watch.ledger.remembered().work.replacements.first?.lastApplication?.action == .apply(planned), "it is stored before it is done")
        // While nobody knows what has become of it no other plan is wished for.
        #expect(try watch.act(seconds + 20, mesos).planWishes.isEmpty)
        _ = try watch.take(.terraform(.application(plan: "p2", .notApplied("the saved plan is stale"))), at: seconds + 30)
        #expect(try watch.act(seconds + 31, mesos).planWishes.map(\.replacement) == [id])
    }
}
