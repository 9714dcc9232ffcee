package import DCOS
import Fleet
package import Logging
package import Rounds
import ServiceLifecycle

/// Polls DC/OS' system health, at the interval, until the program ends.
package struct HealthPoller: ServiceLifecycle.Service {
    let client: HealthClient
    let interval: Duration
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger

    package init(client: HealthClient, interval: Duration, keeper: RoundKeeper, time: Time, logger: Logger) {
        self.client = client
        self.interval = interval
        self.keeper = keeper
        self.time = time
        self.logger = logger
    }

    package func run() async throws {
        try await time.repeating(every: interval) { await poll() }
    }

    /// One poll and the round that it wakes.
    @discardableResult package func poll() async -> RoundReport? {
        do throws(SourceFailure) {
            let sighting = try await client.sight()
            // Cancelled on its way, it may lack units that are there.
            if Task.isCancelled { return nil }
            return await keeper.take(.health(.success(sighting)))
        } catch {
            if Task.isCancelled { return nil }
            logger.warning("DC/OS' system health could not be read, will retry", metadata: [LogKey.source: "health", LogKey.error: "\(error)"])
            return await keeper.take(.health(.failure(error)))
        }
    }
}
