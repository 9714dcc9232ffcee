import AWS
import Fleet
import Logging
import Rounds
import ServiceLifecycle

/// Polls EC2 and the pools' image sources, at the interval; and before it, as the bell asks, all of it again or some instances alone.
struct EC2Poller: ServiceLifecycle.Service {
    let client: AWSClient
    let pools: [Pool]
    /// Of whom it is asked whether they may be ended. Nil: of nobody.
    var terminations: TerminationWishes?
    let interval: Duration
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger
    /// Nil: nobody wants a look before it is due.
    var bell: EC2Bell?

    /// Looks at some instances are so far apart at least: a fleet that changes in one moment sends hundreds of events.
    static let looksApart = Duration.seconds(5)
    /// And polls that are wanted for more instances than one look asks for.
    static let pollsApart = Duration.seconds(15)

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

    /// Returns when the next poll is due or wanted. Looks at instances meanwhile, where no more is wanted.
    private func listen(to bell: EC2Bell, since start: Timestamp) async throws {
        var lookedAt: Timestamp?
        var wanted: Set<InstanceID> = []
        while true {
            let now = time.now()
            // A clock that was set back meanwhile says nothing of how long it took.
            let rest = min(interval, max(.zero, interval - (now - start)))
            // What is due sees them too.
            if rest == .zero { return }
            let isMany = wanted.count > AWSClient.lookMax
            let distance = isMany ? Self.pollsApart : Self.looksApart
            let last: Timestamp? = isMany ? start : lookedAt
            let pause = last.map { max(.zero, min(distance, distance - (now - $0))) } ?? .zero
            if !wanted.isEmpty, pause == .zero {
                // Of so many the whole costs less.
                if isMany { return }
                await look(at: wanted)
                try Task.checkCancellation()
                (lookedAt, wanted) = (time.now(), [])
                continue
            }
            switch try await bell.wait(atMost: wanted.isEmpty ? rest : min(rest, pause), time) {
            case .whole?: return
            case .instances(let more)?:
                // As many as that stand for any number.
                if !isMany { wanted.formUnion(more) }
            case nil: continue
            }
        }
    }

    @discardableResult func poll() async -> RoundReport? {
        let sighting = await client.sight(pools: pools, asking: terminations?.current ?? [])
        if Task.isCancelled { return nil }
        for (source, failure) in sighting.failures {
            logger.warning("AWS could not be read, will retry", metadata: [LogKey.source: "\(source)", LogKey.error: "\(failure)"])
        }
        return await keeper.take(.ec2(sighting))
    }

    /// What fails is for the next poll to say.
    @discardableResult func look(at instances: Set<InstanceID>) async -> RoundReport? {
        let sighting = await client.look(at: instances, pools: pools)
        if Task.isCancelled { return nil }
        keeper.bulletin.change { $0.queue?.looks += 1 }
        if case .failure(let failure) = sighting.instances {
            logger.info("A look at some instances failed, the next poll is in time", metadata: [LogKey.source: "instances", LogKey.error: "\(failure)"])
        }
        return await keeper.take(.instances(sighting))
    }
}
