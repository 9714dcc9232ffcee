import Fleet
import Foundation
import Ledger
import Replacing
import Rounds
import Terraform
import Testing

@testable import Daemon

/// Without a Terraform: what is done when it cannot be asked, and with what lies about.
@Suite struct `Terraform that is not there` {
    private struct Desk {
        let folder: TemporaryFolder
        let clock = TurningClock(turns: 100)
        let lines = Lines()
        let wishes = TerraformWishes(bells: [])
        let configuration: Configuration
        let clients: Clients
        let keeper: RoundKeeper
        let ledger: LedgerStore

        init() throws {
            folder = try TemporaryFolder()
            try folder.make("checkout")
            configuration = try Configuration.parse(
                """
                cluster: c
                mesos: {masters: ["http://127.0.0.1:1"]}
                aws: {region: us-east-1}
                ledger: {path: mayfly.db}
                pools:
                  p: {select: {tags: {Role: agent}}, image: {id: ami-1}, provision: {terraform: {dir: checkout, address: aws_instance.agent}}}
                """, path: folder.file("mayfly.yaml"))
            clients = try Clients(
                configuration, environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"], logger: lines.logger())
            (keeper, ledger) = try Samples.keeper(folder, clock, lines.logger(), settings: configuration.settings)
        }

        var planner: TerraformPlanner {
            get throws {
                guard case .terraform(let resource)? = configuration.pools[0].provision, var settings = configuration.terraform["p"] else {
                    throw CancellationError()
                }
                settings.program = folder.file("no-terraform")
                return TerraformPlanner(
                    pools: ["p": (resource, TerraformClient(settings, environment: [:]))], folders: configuration.terraformFolders, wishes: wishes,
                    bell: Bell(), keeper: keeper, time: clock.time, logger: lines.logger())
            }
        }

        var watch: TerraformWatch {
            TerraformWatch(
                clients: clients.terraform, folders: configuration.terraformFolders, wishes: wishes, bell: Bell(), keeper: keeper, time: clock.time,
                logger: lines.logger())
        }

        func wish(_ instance: InstanceID, of replacement: ReplacementID?) -> PlanWish {
            PlanWish(replacement: replacement, instance: instance, pool: "p", old: instance, isGone: false, images: ["ami-1"], isForced: true)
        }

        func close() async throws {
            await clients.shutdown()
            try ledger.close()
        }
    }

    private static let planned = PlannedReplacement(
        plan: "1800000000000-i-1", pool: "p", address: "aws_instance.agent[0]", old: "i-1", isGone: false, image: "ami-1", isForced: true)

    @Test func `is said to be so, and asked again a minute later`() async throws {
        let desk = try Desk()
        let planner = try desk.planner
        let sighting = await planner.sighting(of: desk.wish("i-1", of: ReplacementID(7)))
        guard case .unknown(let words) = sighting.verdict else { return #expect(Bool(false), "\(sighting)") }
        #expect(words.contains("Terraform could not be started while making"), "\(words)")
        #expect(sighting.madeAt == TurningClock.start && sighting.replacement == ReplacementID(7))
        desk.wishes.put([desk.wish("i-1", of: nil), desk.wish("i-2", of: ReplacementID(7))], [])
        let made = { desk.lines.all.filter { $0.contains("A plan of Terraform's was made") } }
        // Work in flight first; then whoever else waits; then nobody for a while.
        for _ in 0..<4 { await planner.turn() }
        #expect(made().count == 2 && made()[0].contains("i-2") && made()[1].contains("i-1"), "\(made())")
        desk.clock.step(TerraformPlanner.pause)
        await planner.turn()
        #expect(made().count == 3 && made()[2].contains("i-2"))
        try await desk.close()
    }

    @Test func `applies no plan that is not there, nor one of a pool that is not made so`() async throws {
        let desk = try Desk()
        let hands = Hands(desk.configuration, clients: desk.clients, time: desk.clock.time)
        let site = Hands.Site(replacement: ReplacementID(7), pool: "p", instance: nil, address: nil)
        guard case .refused(let missing) = await hands.carryOut(.apply(Self.planned), at: site) else { return #expect(Bool(false)) }
        #expect(missing.contains("the plan in \(desk.folder.file("terraform/1800000000000-i-1")) is not there"), "\(missing)")
        let other = PlannedReplacement(plan: "1-i-1", pool: "q", address: "a.b", old: "i-1", isGone: true, image: "ami-1", isForced: true)
        #expect(await hands.carryOut(.apply(other), at: site) == .refused("nothing was asked: pool q is not made by Terraform any more"))
        guard case .refused? = Optional(await hands.carryOut(.launch("p", image: nil, zone: nil, token: "t"), at: site)) else { return #expect(Bool(false)) }
        try await desk.close()
    }

    @Test func `has begun nothing, as is seen after a while`() async throws {
        let desk = try Desk()
        let asked = TerraformWishes.Applied(planned: Self.planned, at: TurningClock.start)
        #expect(desk.watch.standing(of: asked) == nil)
        desk.clock.step(.seconds(91))
        #expect(desk.watch.standing(of: asked) == .notApplied("it was not begun"))
        try await desk.close()
    }

    @Test func `is at work while a plan is wanted, and until it is seen that one is not being applied any more`() async throws {
        let desk = try Desk()
        #expect(!desk.wishes.isAtWork)
        let wish = PlanWish(
            replacement: nil, instance: "i-1", pool: "p", old: "i-1", isGone: false, images: ["ami-1"], isForced: false, group: nil, living: [])
        desk.wishes.put([wish], [])
        #expect(desk.wishes.isAtWork)
        let asked = TerraformWishes.Applied(planned: Self.planned, at: TurningClock.start)
        desk.wishes.put([], [asked])
        await desk.watch.look()
        #expect(desk.wishes.isAtWork, "whether it was begun cannot be said yet")
        desk.clock.step(.seconds(91))
        await desk.watch.look()
        #expect(!desk.wishes.isAtWork)
        desk.wishes.put([], [])
        desk.wishes.put([], [asked])
        #expect(desk.wishes.isAtWork, "what nobody names any more is forgotten")
        try await desk.close()
    }

    @Test func `leaves plans that are removed a day later, unless somebody still names them`() async throws {
        let desk = try Desk()
        let folders = desk.configuration.terraformFolders
        let old = TurningClock.start - TerraformPlanner.keptFor - .seconds(1)
        let names = ["\(old.milliseconds)-i-1", "\(old.milliseconds)-i-2", "\(TurningClock.start.milliseconds)-i-3", "checkout.lock"]
        for name in names { try desk.folder.make("terraform/" + name) }
        let named = PlannedReplacement(plan: names[1], pool: "p", address: "a.b", old: "i-2", isGone: false, image: "ami-1", isForced: true)
        desk.wishes.put([], [TerraformWishes.Applied(planned: named, at: old)])
        try desk.planner.sweep()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folders.base).sorted() == names.dropFirst().sorted())
        try await desk.close()
    }
}
