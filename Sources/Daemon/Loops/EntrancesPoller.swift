import AWS
import Fleet
import Logging
import Rounds

/// Polls load balancers and Elastic IPs, at the interval. Apart from EC2's poll, for it takes a call for each target group, and a second look at an instance must not
/// wait for it.
struct EntrancesPoller: Poller {
    let client: AWSClient
    let interval: Duration
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger
    var bell: Bell?

    @discardableResult func poll() async -> RoundReport? {
        do throws(AWSError) {
            let sighting = try await client.entrances()
            return await keeper.take(.entrances(.success(sighting)))
        } catch {
            if Task.isCancelled { return nil }
            let failure = SourceFailure(error.description)
            logger.warning("AWS could not be read, will retry", metadata: [LogKey.source: "\(Source.entrances)", LogKey.error: "\(failure)"])
            return await keeper.take(.entrances(.failure(failure)))
        }
    }
}
