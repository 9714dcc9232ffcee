import AWS
package import Fleet
import Logging
import Rounds

/// Polls EC2 and the pools' image sources, at the interval.
struct EC2Poller: Poller {
    let client: AWSClient
    let pools: [Pool]
    /// Of whom it is asked whether they may be ended. Nil: of nobody.
    var terminations: TerminationWishes?
    let interval: Duration
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger
    var bell: Bell?

    @discardableResult func poll() async -> RoundReport? {
        let sighting = await client.sight(pools: pools, asking: terminations?.current ?? [])
        if Task.isCancelled { return nil }
        for (source, failure) in sighting.failures {
            logger.warning("AWS could not be read, will retry", metadata: [LogKey.source: "\(source)", LogKey.error: "\(failure)"])
        }
        return await keeper.take(.ec2(sighting))
    }
}

extension EC2Sighting {
    /// The parts that failed, by source.
    package var failures: [(source: Source, failure: SourceFailure)] {
        var failures: [(source: Source, failure: SourceFailure)] = []
        if case .failure(let failure) = instances { failures.append((.instances, failure)) }
        if case .failure(let failure) = statuses { failures.append((.statuses, failure)) }
        if case .failure(let failure) = images { failures.append((.images, failure)) }
        if case .failure(let failure)? = groups { failures.append((.groups, failure)) }
        if case .failure(let failure)? = pings { failures.append((.ssm, failure)) }
        for (pool, target) in targets {
            if case .failure(let failure) = target { failures.append((.target(pool), failure)) }
        }
        return failures.sorted { $0.source < $1.source }
    }
}
