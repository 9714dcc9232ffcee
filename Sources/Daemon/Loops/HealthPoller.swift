import DCOS
import Fleet
import Logging
import Rounds

/// Polls DC/OS' system health, at the interval.
struct HealthPoller: Poller {
    let client: HealthClient
    let interval: Duration
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger

    @discardableResult func poll() async -> RoundReport? {
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
