import Fleet
import Logging
import Mesos
import Rounds
import ServiceLifecycle

/// Polls the Mesos masters, at the interval; and before it, as the bell asks, all of them again or their agents alone.
struct MesosPoller: ServiceLifecycle.Service {
    let client: MesosClient
    let interval: Duration
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger
    /// Nil: nobody wants a look before it is due.
    var bell: MesosBell?
    /// How long after the start of one look the bell is not heard: what rings meanwhile is one wake.
    var distance = Duration.zero

    func run() async throws {
        guard let bell else { return try await time.repeating(every: interval) { await poll() } }
        try await time.untilShutdown {
            while true {
                let start = time.now()
                await poll()
                try Task.checkCancellation()
                try await listen(to: bell, since: start)
            }
        }
    }

    /// Returns when the next poll is due or wanted. Looks at agents meanwhile, where no more is wanted.
    private func listen(to bell: MesosBell, since start: Timestamp) async throws {
        var lookedAt = start
        while true {
            // A clock that was set back meanwhile says nothing of how long it took.
            let now = time.now()
            let rest = min(interval, max(.zero, interval - (now - start)))
            let pause = min(rest, distance - max(.zero, now - lookedAt))
            // However often the bell rings, looks keep a distance.
            if pause > .zero { try await time.sleep(pause) }
            guard let part = try await bell.wait(atMost: rest - max(.zero, pause), time), part == .agents else { return }
            lookedAt = time.now()
            await look()
            try Task.checkCancellation()
        }
    }

    @discardableResult func poll() async -> RoundReport? {
        do throws(SourceFailure) {
            let sighting = try await client.sight()
            return await keeper.take(.mesos(.success(sighting)))
        } catch {
            if Task.isCancelled { return nil }
            logger.warning("Mesos could not be read, will retry", metadata: [LogKey.source: "agents", LogKey.error: "\(error)"])
            return await keeper.take(.mesos(.failure(error)))
        }
    }

    /// Reads the agents alone. What fails is for the next poll to say: it is due soon.
    @discardableResult private func look() async -> RoundReport? {
        do throws(SourceFailure) {
            let sighting = try await client.sightAgents()
            keeper.bulletin.change { $0.events?.looks += 1 }
            return await keeper.take(.agents(.success(sighting)))
        } catch {
            if Task.isCancelled { return nil }
            logger.info("A look at the agents failed, the next poll is in time", metadata: [LogKey.source: "agents", LogKey.error: "\(error)"])
            return nil
        }
    }
}
