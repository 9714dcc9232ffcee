import AWS
import Fleet
import Ledger
import Logging
import Planning
import Replacing
import Rounds
import ServiceLifecycle

/// Carries out what rounds hand out, each errand in a task of its own, and hands in what the calls came to.
///
/// An errand comes here only after the commit that stored it. When the program ends, what is under way is left: nobody has said how it went then, and the next run looks.
struct ErrandLoop: ServiceLifecycle.Service {
    let book: ErrandBook
    let hands: Hands
    let looks: Looks
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger

    /// Asks the pollers for a look that is not due yet.
    struct Looks: Sendable {
        let mesos: MesosBell
        let ec2: EC2Bell
        let entrances: Bell
        let services: ServiceWishes

        func ask(_ scopes: [Action.Scope]) {
            var names: Set<ServiceName> = []
            var isMarathonWanted = false
            for scope in scopes {
                switch scope {
                case .mesos: mesos.ring()
                case .ec2: ec2.ring()
                case .marathon: isMarathonWanted = true
                case .service(let name): names.insert(name)
                }
            }
            if isMarathonWanted || !names.isEmpty { services.ask(for: names) }
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await entry in book.entries { group.addTask { await carryOut(entry) } }
                group.cancelAll()
            }
        }
    }

    func carryOut(_ entry: ErrandBook.Entry) async {
        let errand = entry.errand
        if case .look(let scopes) = errand.action { return looks.ask(scopes) }
        let outcome: CallOutcome
        if time.now() > errand.notAfter {
            outcome = .refused("it was not begun in time")
        } else {
            outcome =
                if case .keepConsole(let instance) = errand.action { await keepConsole(of: instance, entry) } else {
                    await hands.carryOut(errand.action, at: entry.site)
                }
        }
        // What was cut off by our own end is not heard, as if the program had been killed.
        if Task.isCancelled { return }
        log(outcome, of: errand)
        // What it did is seen by looking.
        switch errand.action {
        case .detach, .attach: looks.entrances.ring()
        default: break
        }
        guard let intent = errand.intent else { return }
        await handIn(.acted(errand.replacement, intent: intent, outcome))
    }

    /// Asks EC2 for the console's output and writes it into the ledger, beside the rounds: an answer that the state machine hears is short. What could not be had
    /// is not waited for there.
    private func keepConsole(of instance: InstanceID, _ entry: ErrandBook.Entry) async -> CallOutcome {
        let output: String
        do throws(AWSError) {
            output = try await hands.clients.aws.consoleOutput(of: instance)
        } catch {
            return error.outcome
        }
        guard let kept = KeptConsole.text(output) else { return .accepted }
        let details = ["replacement": "\(entry.errand.replacement)", "instance": instance.rawValue, "output": kept]
        return await keeper.note(.consoleKept, of: entry.site.node, details) ? .accepted : .refused("its console output could not be recorded")
    }

    /// A round that cannot be recorded has not heard it: it is told again for a while. After that nobody has said how it went, which is looked at.
    private func handIn(_ event: Event) async {
        for _ in 0..<Self.triesMax {
            if await keeper.take(event) != nil { return }
            // It fails only when the program ends.
            do { try await time.sleep(Self.pause) } catch { return }
        }
    }

    private static let triesMax = 12
    private static let pause = Duration.seconds(5)

    private func log(_ outcome: CallOutcome, of errand: Errand) {
        let metadata: Logger.Metadata = [
            LogKey.replacement: "\(errand.replacement)", LogKey.action: "\(errand.action.words)", LogKey.outcome: "\(outcome.words)",
        ]
        switch outcome {
        case .accepted, .launched: logger.notice("Acted", metadata: metadata)
        case .refused, .unanswered: logger.warning("An action came to nothing, or nobody knows", metadata: metadata)
        }
    }
}

/// What is to be done, between the round that hands it out and the loop that does it.
final class ErrandBook: Sendable {
    struct Entry: Sendable {
        let errand: Errand
        let site: Hands.Site
    }

    let entries: AsyncStream<Entry>
    private let continuation: AsyncStream<Entry>.Continuation

    init() { (entries, continuation) = AsyncStream.makeStream(of: Entry.self) }

    /// Returns at once.
    func enter(_ report: RoundReport) {
        for errand in report.errands { continuation.yield(Entry(errand: errand, site: Hands.Site(of: errand, by: report))) }
    }
}

extension Hands.Site {
    /// What the round that handed it out knew.
    init(of errand: Errand, by report: RoundReport) {
        let state = report.picture.state
        let subject = errand.action.subject
        let known = subject.flatMap { state.nodes[$0] }
        let replaced = state.work.replacements[errand.replacement]
        // A node that has left the fleet is known by what it was called: its instance.
        node = replaced?.node
        self.replaced = replaced?.instance
        let named = subject.flatMap { $0.rawValue.hasPrefix("i-") ? InstanceID($0.rawValue) : nil }
        replacement = errand.replacement
        pool = known?.told.text(.pool).map { PoolName($0) } ?? replaced?.pool
        instance = known?.node.instance ?? (subject == replaced?.node ? replaced?.instance : nil) ?? named
        address = known?.told.text(.privateIP).flatMap { Address($0) }
        entrances = replaced?.entrances ?? []
        subnet = replaced?.subnet
    }
}

extension Action {
    /// The node on whose host something is run, or which is put into or out of load balancers. Nil of other actions.
    fileprivate var subject: NodeID? {
        switch self {
        case .restartAgent(let node), .stopHost(let node), .startHost(let node), .drainHost(let node), .leave(let node), .beforeDrain(let node),
            .ready(let node):
            node
        case .detach(let instance), .attach(let instance, _): NodeID(instance)
        case .look, .deactivate, .reactivate, .drain, .markGone, .replaceMember, .moveInstance, .keepConsole, .terminate, .retire, .launch, .apply: nil
        }
    }
}
