import Fleet
import Logging
import Replacing
import Rounds
import ServiceLifecycle
import Synchronization
import Terraform

/// Tells rounds how Terraform's runs stand that apply plans, whoever has started them: a run outlives the daemon, and is found again by its folder.
struct TerraformWatch: ServiceLifecycle.Service {
    let clients: [PoolName: TerraformClient]
    let folders: TerraformFolders
    let wishes: TerraformWishes
    let bell: Bell
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger
    private let told = Told()

    /// A run takes half a minute at least, most of it the provider's own waiting.
    static let interval = Duration.seconds(3)
    /// After so long a run that is not begun was never asked for: the call is begun within ten seconds of the round, or not at all, and reads its plan first.
    private static let begunWithin = Duration.seconds(90)

    init(
        clients: [PoolName: TerraformClient], folders: TerraformFolders, wishes: TerraformWishes, bell: Bell, keeper: RoundKeeper, time: Time, logger: Logger
    ) {
        (self.clients, self.folders, self.wishes, self.bell) = (clients, folders, wishes, bell)
        (self.keeper, self.time, self.logger) = (keeper, time, logger)
    }

    /// What was told last, by plan.
    private final class Told: Sendable { let standings = Mutex<[String: ApplicationStanding]>([:]) }

    func run() async throws {
        try await time.repeating(every: Self.interval, or: bell) { await look() }
    }

    /// Looks once, and tells what is new.
    func look() async {
        let applied = wishes.current.applications
        for one in applied {
            let name = one.planned.plan
            let seen = standing(of: one)
            if let seen, seen != .running { wishes.noteEnd(of: name) }
            guard let standing = seen, told.standings.withLock({ $0[name] }) != standing else { continue }
            logger.notice("Terraform's run stands otherwise", metadata: [LogKey.path: "\(folders.folder(of: name))", LogKey.outcome: "\(standing.words)"])
            guard await keeper.take(.terraform(.application(plan: name, standing))) != nil else { continue }
            told.standings.withLock { $0[name] = standing }
        }
        told.standings.withLock { standings in standings = standings.filter { known in applied.contains { $0.planned.plan == known.key } } }
    }

    /// Nil: it cannot be said yet.
    func standing(of one: TerraformWishes.Applied) -> ApplicationStanding? {
        guard let client = clients[one.planned.pool] else {
            return .failed("pool \(one.planned.pool) is not made by Terraform any more: nobody looks at its run")
        }
        do throws(TerraformError) {
            let application = try client.application(in: folders.folder(of: one.planned.plan), at: one.planned.address)
            switch application {
            case .notStarted: return time.now() - one.at > Self.begunWithin ? .notApplied("it was not begun") : nil
            case .running: return .running
            case .applied(let fresh): return .applied(fresh)
            case .notApplied(let error): return .notApplied("\(error)")
            case .failed(let error): return .failed("\(error)")
            case .died: return .failed(application.outcome?.words ?? "Terraform was ended while it applied a plan")
            }
        } catch {
            logger.warning("Terraform's run could not be looked at, will retry", metadata: [LogKey.error: "\(error)"])
            return nil
        }
    }
}

extension ApplicationStanding {
    fileprivate var words: String {
        switch self {
        case .running: "it runs"
        case .applied(let fresh): "applied: \(fresh)"
        case .notApplied(let why): "not applied: \(why)"
        case .failed(let why): "failed: \(why)"
        }
    }
}
