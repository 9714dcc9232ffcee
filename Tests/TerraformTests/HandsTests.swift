import AWS
import Fleet
import Foundation
import Ledger
import Logging
import Moto
import Planning
import Replacing
import Rounds
import Rules
import Testing

@testable import Daemon
@testable import Terraform

/// The daemon's own parts around a real Terraform: who plans, who applies, who looks what has become of it, and who examines.
extension `A real Terraform` {
    @Test func `in the daemon's hands raises the image of five agents, one address at a time`() async throws {
        try await withAgents { agents in
            let image = try await agents.registerImage()
            let (configuration, clients) = try agents.daemon(wanting: image)
            defer { try? FileManager.default.removeItem(atPath: configuration.ledger.path) }
            // The configuration does not ask for it yet.
            let old = try await agents.instance("a1")
            let stage = try Stage(configuration, clients)
            let early = await stage.planner.sighting(of: stage.wish(old, image))
            guard case .refused(let words) = early.verdict else { return #expect(Bool(false), "\(early)") }
            #expect(words.contains("asks for \(Agents.old), and not for \(image)"), "\(words)")
            let unready = await Examination(configuration, clients: clients, time: .system).terraform()
            #expect(unready.map(\.verdict) == [.fail] && unready[0].message.contains("would have \(Agents.old)"), "\(unready)")
            #expect(unready[0].remedy?.contains("terraform plan -target=") == true)
            try agents.write(image: image)
            let ready = await Examination(configuration, clients: clients, time: .system).terraform()
            #expect(ready.map(\.verdict) == [.ok] && ready[0].message.contains("and nothing else"), "\(ready)")
            for (number, name) in ["a1", "a2", "a3", "a4", "a5"].enumerated() {
                let before = try await agents.living()
                let old = try await agents.instance(name)
                let sighting = await stage.planner.sighting(of: stage.wish(old, image))
                guard case .good(let planned) = sighting.verdict else { return #expect(Bool(false), "\(name): \(sighting)") }
                #expect(planned.address == agents.address(name) && planned.old == old && !planned.isGone)
                #expect(await stage.hands.carryOut(.apply(planned), at: stage.site) == .accepted)
                // Another process, that finds the run by its folder, and is asked for the same.
                let next = try Stage(configuration, clients)
                if number == 1 { #expect(await next.hands.carryOut(.apply(planned), at: stage.site) == .accepted) }
                let fresh = try await next.waitForEnd(of: planned)
                let after = try await agents.living()
                #expect(after.count == 5 && after[old] == nil && after[fresh] == image.rawValue, "\(name): \(after)")
                #expect(before.filter { $0.key != old } == after.filter { $0.key != fresh }, "nobody else has changed")
                #expect(after.values.count { $0 == image.rawValue } == number + 1)
            }
            await clients.shutdown()
        }
    }

    @Test func `in the daemon's hands says why no fresh instance came, and makes one once there is room`() async throws {
        try await withAgents { agents in
            let (configuration, clients) = try agents.daemon(wanting: Agents.old)
            let stage = try Stage(configuration, clients)
            let old = try await agents.instance("a4")
            let sighting = await stage.planner.sighting(of: stage.wish(old, Agents.old, isForced: true))
            guard case .good(let planned) = sighting.verdict else { return #expect(Bool(false), "\(sighting)") }
            try await agents.moto.control(
                "fault", #"{"action": "RunInstances", "status": 500, "code": "InsufficientInstanceCapacity", "times": 99}"#)
            _ = await stage.hands.carryOut(.apply(planned), at: stage.site)
            let standing = try await stage.end(of: planned)
            guard case .failed(let words) = standing else { return #expect(Bool(false), "\(standing)") }
            #expect(words.contains("InsufficientInstanceCapacity"), "\(words)")
            try await agents.moto.control("fault", #"{"action": "RunInstances", "times": 0}"#)
            // Its address is known by the plan that was asked for, though the state has forgotten the old one.
            let living = try await agents.living().keys.sorted()
            let gone = stage.wish(old, Agents.old, isForced: true, isGone: true, address: planned.address, living: living)
            let left = await stage.planner.sighting(
                of: stage.wish(old, Agents.old, isForced: true, isGone: true, address: planned.address, living: living + ["i-left"]))
            guard case .refused(let objection) = left.verdict else { return #expect(Bool(false), "\(left)") }
            #expect(objection.contains("i-left stand in no address of the state"), "\(objection)")
            let second = await stage.planner.sighting(of: gone)
            guard case .good(let creation) = second.verdict else { return #expect(Bool(false), "\(second)") }
            #expect(creation.isGone && creation.address == planned.address)
            #expect(await stage.hands.carryOut(.apply(creation), at: stage.site) == .accepted)
            let fresh = try await stage.waitForEnd(of: creation)
            #expect(try await agents.living().count == 5)
            // Whoever asks again is told of it, and nothing is planned.
            let third = await stage.planner.sighting(
                of: stage.wish(old, Agents.old, isForced: true, isGone: true, address: planned.address, living: try await agents.living().keys.sorted()))
            #expect(third.verdict == .holds(fresh))
            // Without that address nobody knows where it stood.
            let forgotten = await stage.planner.sighting(of: stage.wish("i-other", Agents.old, isGone: true))
            guard case .refused(let unknown) = forgotten.verdict else { return #expect(Bool(false), "\(forgotten)") }
            #expect(unknown.contains("does not hold i-other any more"), "\(unknown)")
            await clients.shutdown()
        }
    }
}

/// The daemon's parts, as one process has them.
private struct Stage {
    let planner: TerraformPlanner
    let watch: TerraformWatch
    let hands: Hands
    let site = Hands.Site(replacement: ReplacementID(7), pool: "p", instance: nil, address: nil)

    init(_ configuration: Configuration, _ clients: Clients) throws {
        let path = configuration.terraformFolders.base + "-\(UUID().uuidString).db"
        let now = Time.system.now()
        let ledger = try LedgerStore.open(path: path, purpose: .daemon, now: now)
        let round = try Round(ledger: ledger, rules: .empty, settings: configuration.settings, now: now)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let keeper = RoundKeeper(round: round, ledger: ledger, time: .system, logger: logger)
        let wishes = TerraformWishes(bells: [])
        guard case .terraform(let resource)? = configuration.pools[0].provision, let client = clients.terraform["p"] else { throw CancellationError() }
        planner = TerraformPlanner(
            pools: ["p": (resource, client)], folders: configuration.terraformFolders, wishes: wishes, bell: Bell(), keeper: keeper, time: .system,
            logger: logger)
        watch = TerraformWatch(
            clients: clients.terraform, folders: configuration.terraformFolders, wishes: wishes, bell: Bell(), keeper: keeper, time: .system, logger: logger)
        hands = Hands(configuration, clients: clients, time: .system)
    }

    func wish(
        _ old: InstanceID, _ image: ImageID, isForced: Bool = false, isGone: Bool = false, address: String? = nil, living: [InstanceID] = []
    ) -> PlanWish {
        PlanWish(
            replacement: ReplacementID(7), instance: old, pool: "p", old: old, isGone: isGone, images: [image], isForced: isForced, address: address,
            living: living)
    }

    func end(of planned: PlannedReplacement) async throws -> ApplicationStanding {
        let end = ContinuousClock.now + .seconds(300)
        while ContinuousClock.now < end {
            let standing = watch.standing(of: TerraformWishes.Applied(planned: planned, at: Time.system.now()))
            switch standing {
            // Terraform runs in a session of its own, and tells nobody when it ends: it is seen by its folder alone. Bounded by the loop.
            case nil, .running?: try await Task.sleep(for: .milliseconds(200))
            case let standing?: return standing
            }
        }
        throw CancellationError()
    }

    func waitForEnd(of planned: PlannedReplacement) async throws -> InstanceID {
        let standing = try await end(of: planned)
        guard case .applied(let fresh) = standing else {
            Issue.record("\(standing)")
            throw CancellationError()
        }
        return fresh
    }
}

extension Agents {
    /// What a daemon is made of that has these agents as a pool.
    fileprivate func daemon(wanting image: ImageID) throws -> (Configuration, Clients) {
        let configuration = try Configuration.parse(
            """
            cluster: c
            mode: propose
            claim: none
            mesos: {masters: ["http://127.0.0.1:1"]}
            aws: {region: us-east-1, endpoint_url: "\(moto.url)"}
            alerts: {webhook: ["http://127.0.0.1:1/"]}
            services: {marathon: "http://127.0.0.1:1"}
            ledger: {path: \(path("mayfly.db"))}
            pools:
              p:
                select: {tags: {role: mesos-agent}}
                image: {id: \(image)}
                provision: {terraform: {dir: \(url.path), address: aws_instance.agent, dependents: [terraform_data.note]}}
                commands: {via: ssm}
            """, path: path("mayfly.yaml"))
        var environment = Self.environment(checkout)
        environment["AWS_ACCESS_KEY_ID"] = "test"
        environment["AWS_SECRET_ACCESS_KEY"] = "test"
        return (configuration, try Clients(configuration, environment: environment, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    }

    fileprivate func registerImage() async throws -> ImageID {
        let answer = String(decoding: try await boto("register_image", #"{"Name": "agent-2"}"#), as: UTF8.self)
        return ImageID(String(try #require(answer.components(separatedBy: "\"ImageId\": \"").dropFirst().first).prefix { $0 != "\"" }))
    }
}
