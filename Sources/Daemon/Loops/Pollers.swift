package import AWS
package import Fleet
package import Logging
package import Mesos
import Rounds
import ServiceLifecycle

/// Polls the Mesos masters, at the interval, until the program ends.
package struct MesosPoller: ServiceLifecycle.Service {
    let client: MesosClient
    let interval: Duration
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger

    package init(client: MesosClient, interval: Duration, keeper: RoundKeeper, time: Time, logger: Logger) {
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
    package func poll() async {
        do throws(SourceFailure) {
            let sighting = try await client.sight()
            await keeper.take(.mesos(.success(sighting)))
        } catch {
            if Task.isCancelled { return }
            logger.warning("Mesos could not be read, will retry", metadata: [LogKey.source: "agents", LogKey.error: "\(error)"])
            await keeper.take(.mesos(.failure(error)))
        }
    }
}

/// Polls EC2 and the pools' image sources, at the interval, until the program ends.
package struct EC2Poller: ServiceLifecycle.Service {
    let client: AWSClient
    let pools: [Pool]
    let interval: Duration
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger

    package init(client: AWSClient, pools: [Pool], interval: Duration, keeper: RoundKeeper, time: Time, logger: Logger) {
        self.client = client
        self.pools = pools
        self.interval = interval
        self.keeper = keeper
        self.time = time
        self.logger = logger
    }

    package func run() async throws {
        try await time.repeating(every: interval) { await poll() }
    }

    /// One poll and the round that it wakes.
    package func poll() async {
        let sighting = await client.sight(pools: pools)
        if Task.isCancelled { return }
        for (source, failure) in sighting.failures {
            logger.warning("AWS could not be read, will retry", metadata: [LogKey.source: "\(source)", LogKey.error: "\(failure)"])
        }
        await keeper.take(.ec2(sighting))
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

extension Time {
    /// Does something now and then at every interval, counted from the start of each turn, until the program is asked to end.
    ///
    /// What is under way when that happens is cancelled: it was only looking.
    func repeating(every interval: Duration, _ body: @escaping @Sendable () async -> Void) async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    let start = now()
                    await body()
                    try Task.checkCancellation()
                    // A clock that was set back meanwhile says nothing of how long it took.
                    try await sleep(min(interval, max(.zero, interval - (now() - start))))
                }
            }
        } catch is CancellationError {
            return
        }
    }
}
