import Fleet
import Logging
import Mesos
import Rounds
import ServiceLifecycle
import Synchronization
import Wire

/// Keeps a subscription to the leader's events, and begins it anew when it ends, until the program ends.
///
/// What it brings hastens looks and decides nothing: without it, with an old Mesos or behind a proxy that cuts it, everything is as it was, an interval later.
struct EventStream: ServiceLifecycle.Service {
    let client: MesosClient
    let desk: EventDesk
    let time: Time
    let logger: Logger
    var limits = MesosClient.StreamLimits()
    /// A share of the wait, 0…1.
    var random: @Sendable () -> Double = { Double.random(in: 0...1) }

    /// Waits between two tries: whoever is pushed out by other subscribers must not push back at once.
    static let backoff = Backoff(base: .seconds(1), cap: .seconds(60))

    func run() async throws {
        try await time.untilShutdown {
            let health = Mutex(StreamHealth())
            while true {
                let end = await client.subscribe(limits: limits) { event in
                    say(health.withLock { health in if case .subscribed = event { health.begin(at: time.now()) } else { health.hear(at: time.now()) } })
                    if case .unreadable(let problem) = event {
                        logger.info("An event could not be read, a poll is asked instead", metadata: [LogKey.error: "\(problem)"])
                    }
                    desk.hear(event)
                }
                try Task.checkCancellation()
                desk.hearEnd(end)
                let (word, failures) = health.withLock { ($0.end(at: time.now()), $0.failures) }
                // A stream that ends is begun anew; one that does not begin, or ends again and again, is worth a word, once.
                if word != nil { say(word, end) } else { logger.debug("Event stream ended, will subscribe again", metadata: [LogKey.error: "\(end)"]) }
                try await time.sleep(Self.backoff.delay(attempt: failures, random: random()))
            }
        }
    }

    private func say(_ word: StreamHealth.Word?, _ end: SourceFailure? = nil) {
        let metadata: Logger.Metadata = end.map { [LogKey.error: "\($0)"] } ?? [:]
        switch word {
        case .missing?: logger.warning("Mesos' event stream is not there, polls go on without it", metadata: metadata)
        case .cut?: logger.warning("Mesos' event stream is cut again and again, polls go on without it", metadata: metadata)
        case .back?: logger.notice("Mesos' event stream is there again")
        case nil: break
        }
    }
}

/// Hands what was told of tasks to the round: at once, and where much is told no oftener than `NewsPace` has it.
struct NewsLoop: ServiceLifecycle.Service {
    let desk: EventDesk
    let keeper: RoundKeeper
    let time: Time

    /// It is woken by a bell, and needs no look of its own.
    private static let idle = Duration.seconds(3600)

    func run() async throws {
        try await time.untilShutdown {
            var pace = NewsPace()
            while true {
                try await desk.bell.wait(atMost: Self.idle, time)
                let news = desk.takeNews()
                if news.isEmpty { continue }
                desk.noteRound()
                await keeper.take(.tasks(news))
                // What comes meanwhile is taken with the next: a storm is a few rounds.
                let pause = pace.pause(after: time.now())
                if pause > .zero { try await time.sleep(pause) }
            }
        }
    }
}

/// Reads the master's counts of agents in trouble, every two seconds: that an agent is lost no event tells.
struct MetricsWatch: ServiceLifecycle.Service {
    let client: MesosClient
    let desk: EventDesk
    let time: Time
    let logger: Logger

    static let interval = Duration.seconds(2)

    func run() async throws {
        try await time.repeating(every: Self.interval) {
            do throws(SourceFailure) {
                desk.hear(try await client.counts())
            } catch {
                // The poll says so as well, and louder.
                logger.debug("Mesos' metrics could not be read, will retry", metadata: [LogKey.error: "\(error)"])
            }
        }
    }
}
