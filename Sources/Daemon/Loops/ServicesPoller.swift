package import Fleet
import Logging
import Rounds
import Services
import Synchronization

/// Polls Marathon and the services' schedulers, at the interval.
struct ServicesPoller: Poller {
    let client: ServicesClient
    let interval: Duration
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger
    var wishes: ServiceWishes?

    var bell: Bell? { wishes?.bell }

    @discardableResult func poll() async -> RoundReport? {
        let sighting = await sight()
        if Task.isCancelled { return nil }
        return await keeper.take(.services(sighting))
    }

    /// Asks, and says what could not be read and what it cost.
    func sight() async -> ServicesSighting {
        let sighting = await client.sight(knownAt: time.now(), inFull: wishes?.take() ?? [])
        if Task.isCancelled { return sighting }
        sighting.log(to: logger)
        let cost = client.lastCost
        logger.debug(
            "Services were read", metadata: [LogKey.services: "\(sighting.services.count)", LogKey.calls: "\(cost.calls)", LogKey.bytes: "\(cost.bytes)"])
        return sighting
    }
}

/// The services of which somebody wants to know everything at the next poll, which then comes at once.
final class ServiceWishes: Sendable {
    let bell = Bell()
    private let names = Mutex<Set<ServiceName>>([])

    func ask(for services: Set<ServiceName>) {
        names.withLock { $0.formUnion(services) }
        bell.ring()
    }

    func take() -> Set<ServiceName> {
        names.withLock { names in
            defer { names = [] }
            return names
        }
    }
}

extension ServicesSighting {
    /// The parts that failed: by service, each failure once. Marathon's first.
    package var failures: [(name: String, failure: SourceFailure)] {
        var failures: [(name: String, failure: SourceFailure)] = []
        if case .failure(let failure) = marathon { failures.append(("marathon", failure)) }
        for service in services {
            var said: Set<SourceFailure> = []
            for (_, failure) in service.failedParts where said.insert(failure).inserted { failures.append((service.name.rawValue, failure)) }
        }
        return failures
    }

    /// More lines in one poll say nothing more: then it is Admin Router or the network.
    private static let linesMax = 10

    func log(to logger: Logger) {
        let failures = failures
        for (name, failure) in failures.prefix(Self.linesMax) {
            logger.warning(
                "A service could not be read, will retry", metadata: [LogKey.source: "services", LogKey.service: "\(name)", LogKey.error: "\(failure)"])
        }
        if failures.count > Self.linesMax {
            logger.warning("More services could not be read, will retry", metadata: [LogKey.count: "\(failures.count - Self.linesMax)"])
        }
    }
}

extension ServiceSighting {
    /// What of it could not be read, in the order in which it is read.
    var failedParts: [(part: String, failure: SourceFailure)] {
        var failed: [(part: String, failure: SourceFailure)] = []
        if case .failure(let failure) = members { failed.append(("members", failure)) }
        if case .failure(let failure) = plans { failed.append(("plans", failure)) }
        if case .failure(let failure) = registered { failed.append(("registered brokers", failure)) }
        if case .failure(let failure) = topics { failed.append(("in-sync sets", failure)) }
        // One of them stands for all: they mostly have one cause.
        let unread = unread.filter { $0.failure != nil }
        if let first = unread.first, let failure = first.failure {
            failed.append(("in-sync set of \(first.name)" + (unread.count > 1 ? " and \(unread.count - 1) more topics" : ""), failure))
        }
        return failed
    }
}
