import Fleet
import Foundation
import Logging
import Replacing
import Rounds
import ServiceLifecycle
import Synchronization
import Terraform

/// Makes the plans of one checkout that rounds wish for, one after the other, has them judged, and tells what they came to.
///
/// It applies nothing.
struct TerraformPlanner: ServiceLifecycle.Service {
    /// The pools of this checkout, each with its resource and its client.
    let pools: [PoolName: (resource: TerraformResource, client: TerraformClient)]
    let folders: TerraformFolders
    let wishes: TerraformWishes
    let bell: Bell
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger
    private let memory = Memory()

    /// How often it is looked whether one is wanted, if nobody rings.
    static let interval = Duration.seconds(30)
    /// After one that could not be made, as while somebody else has the lock, and before the next node is tried after one that was refused.
    static let pause = Duration.seconds(60)
    /// How long a folder is kept that no open replacement names, for people: it holds secrets of the configuration.
    static let keptFor = Duration.seconds(86_400)

    init(
        pools: [PoolName: (resource: TerraformResource, client: TerraformClient)], folders: TerraformFolders, wishes: TerraformWishes, bell: Bell,
        keeper: RoundKeeper, time: Time, logger: Logger
    ) {
        (self.pools, self.folders, self.wishes, self.bell) = (pools, folders, wishes, bell)
        (self.keeper, self.time, self.logger) = (keeper, time, logger)
    }

    /// What is known of the checkout, for as long as this process lives.
    private final class Memory: Sendable {
        struct Content {
            var isInitialised = false
            /// Where instances stood: the state forgets one as soon as somebody sees that it is gone.
            var addresses: [InstanceID: String] = [:]
            /// When a plan for a node last could not be made.
            var failedAt: [InstanceID: Timestamp] = [:]
            /// When one was last tried, of each node.
            var triedAt: [InstanceID: Timestamp] = [:]
            /// When a plan for a node that nobody is at work on was last refused: where the configuration lags behind, all are, and each takes the lock.
            var refusedAt: Timestamp?
        }
        let content = Mutex(Content())
    }

    func run() async throws {
        try await time.repeating(every: Self.interval, or: bell) { await turn() }
    }

    /// Makes one plan; rings for the next.
    func turn() async {
        sweep()
        guard let wanted = next(at: time.now()) else { return }
        let sighting = await sighting(of: wanted)
        if Task.isCancelled { return }
        note(sighting)
        logger.notice(
            "A plan of Terraform's was made", metadata: [LogKey.instance: "\(wanted.instance)", LogKey.outcome: "\(sighting.verdict.words)"])
        await keeper.take(.terraform(.plan(sighting)))
        bell.ring()
    }

    /// Of work in flight the first; else, of nodes that nobody is at work on yet, the one that was tried longest ago: one that is refused again and again
    /// holds up no other.
    private func next(at now: Timestamp) -> PlanWish? {
        let wanted = wishes.current.plans.filter { pools[$0.pool] != nil }
        return memory.content.withLock { content in
            func hasPassed(_ at: Timestamp?) -> Bool { at.map { now - $0 >= Self.pause || now < $0 } ?? true }
            let able = wanted.filter { hasPassed(content.failedAt[$0.instance]) }
            if let atWork = able.first(where: { $0.replacement != nil }) { return atWork }
            guard hasPassed(content.refusedAt) else { return nil }
            return able.enumerated().min {
                let (left, right) = (content.triedAt[$0.element.instance], content.triedAt[$1.element.instance])
                return (left?.milliseconds ?? 0, $0.offset) < (right?.milliseconds ?? 0, $1.offset)
            }?.element
        }
    }

    private func note(_ sighting: TerraformPlanSighting) {
        let now = time.now()
        memory.content.withLock { content in
            content.triedAt = content.triedAt.filter { now - $0.value < Self.keptFor }
            content.triedAt[sighting.instance] = now
            content.failedAt[sighting.instance] = if case .unknown = sighting.verdict { now } else { nil }
            if case .refused = sighting.verdict, sighting.replacement == nil { content.refusedAt = now }
        }
    }

    /// Makes a plan, and says what it comes to.
    func sighting(of wish: PlanWish) async -> TerraformPlanSighting {
        let began = time.now()
        func told(_ verdict: TerraformPlanSighting.Verdict) -> TerraformPlanSighting {
            TerraformPlanSighting(replacement: wish.replacement, instance: wish.instance, madeAt: began, verdict: verdict)
        }
        guard let (resource, client) = pools[wish.pool] else { return told(.unknown("pool \(wish.pool) is not of this checkout")) }
        do throws(TerraformError) {
            try await initialise(client)
            let state = try await client.state()
            memory.content.withLock { content in for one in state.tracked { content.addresses[one.instance] = one.address } }
            guard let address = address(of: wish, resource, in: state) else { return told(.refused(Self.noAddress(wish, resource))) }
            // Somebody else, or a run that nobody has heard of, has made another one.
            if wish.isGone, let there = state.tracked.first(where: { $0.address == address }), !there.isTainted, wish.living.contains(there.instance) {
                return told(.holds(there.instance))
            }
            let folder = "\(began.milliseconds)-\(wish.instance)"
            var refusal: CallOutcome?
            for image in wish.images {
                let order = PlanOrder(
                    address: address, old: wish.old, isGone: wish.isGone, image: image, isForced: wish.isForced, group: wish.group,
                    untracked: wish.isGone ? state.untracked(among: wish.living) : [])
                let plan = try await client.plan(order, in: folders.folder(of: folder))
                if plan.judgement.fits(wish.isGone) {
                    return told(
                        .good(
                            PlannedReplacement(
                                plan: folder, pool: wish.pool, address: address, old: wish.old, isGone: wish.isGone, image: image, isForced: wish.isForced)))
                }
                refusal = refusal ?? plan.judgement.outcome
            }
            return told(.refused(refusal?.refusal ?? "the plan would \(wish.isGone ? "replace" : "only create") an instance at \(address)"))
        } catch {
            return told(error.isAboutSettings ? .refused("\(error)") : .unknown("\(error)"))
        }
    }

    private func initialise(_ client: TerraformClient) async throws(TerraformError) {
        if memory.content.withLock({ $0.isInitialised }) { return }
        try folders.make()
        try await client.initialise()
        memory.content.withLock { $0.isInitialised = true }
    }

    /// By the configuration where that names a key, else by the state, else by what is remembered.
    private func address(of wish: PlanWish, _ resource: TerraformResource, in state: TerraformState) -> String? {
        if TerraformSettings.withoutKey(resource.address) != resource.address { return resource.address }
        return state.address(of: wish.old) ?? wish.address ?? memory.content.withLock { $0.addresses[wish.old] ?? $0.addresses[wish.instance] }
    }

    private static func noAddress(_ wish: PlanWish, _ resource: TerraformResource) -> String {
        wish.isGone
            ? "Terraform's state in \(resource.folder) does not hold \(wish.old) any more, so its address is not known: see whether another is there already, and terraform apply it by hand if not"
            : "no address of Terraform's state in \(resource.folder) holds \(wish.old), or several do: terraform import it at its address"
    }

    // MARK: - What lies about

    /// Removes folders that nobody needs any more; never that of a run that goes on.
    func sweep() {
        let kept = Set(wishes.current.applications.map(\.planned.plan))
        let now = time.now()
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folders.base)) ?? [] {
            guard let milliseconds = name.split(separator: "-").first.flatMap({ Int64($0) }), !kept.contains(name) else { continue }
            let folder = folders.folder(of: name)
            guard now - Timestamp(milliseconds: milliseconds) > Self.keptFor, !TerraformClient.isUnderWay(in: folder) else { continue }
            do { try FileManager.default.removeItem(atPath: folder) } catch {
                logger.warning("A plan of Terraform's could not be removed", metadata: [LogKey.path: "\(folder)", LogKey.error: "\(error)"])
            }
        }
    }
}

extension TerraformFolders {
    /// Readable by the daemon's user alone.
    func make() throws(TerraformError) {
        do {
            try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw TerraformError(.cannotStart("\(base): \(error.localizedDescription)"), while: "making a folder for plans")
        }
    }
}

extension CallOutcome {
    fileprivate var refusal: String? { if case .refused(let words) = self { words } else { nil } }
}

extension TerraformError {
    /// Whether trying again helps nobody.
    fileprivate var isAboutSettings: Bool { if case .badSettings = problem { true } else { false } }
}

extension TerraformPlanSighting.Verdict {
    fileprivate var words: String {
        switch self {
        case .good(let planned): "good: \(planned.plan)"
        case .refused(let why): "refused: \(why)"
        case .holds(let other): "nothing to do: \(other) is there"
        case .unknown(let why): "not made: \(why)"
        }
    }
}
