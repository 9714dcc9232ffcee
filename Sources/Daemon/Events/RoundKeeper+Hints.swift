import Fleet
import Ledger
import Logging
import Rounds

/// What the keeper knows of hints from one turn of the queue to the next.
struct HintMemory {
    /// The fleet's instances as of a round.
    var known: (at: Timestamp, instances: Set<InstanceID>)?
    /// The instances that were known when parked hints were last tried, and when that was.
    var tried: (at: Timestamp, known: Set<InstanceID>)?

    /// What AWS has said of spot instances and may be so still. By instance.
    var warnings: [InstanceID: SpotWarning] = [:]

    /// Without a new instance parked hints are tried so often: to be given up.
    static let triedEvery = Duration.seconds(60)

    mutating func keep(_ hints: [RecordedHint]) {
        for warning in hints.compactMap({ SpotWarning($0) }) { warnings[warning.instance] = warning }
    }

    /// Those that may be so still.
    mutating func warnings(at now: Timestamp) -> [InstanceID: SpotWarning] {
        if !warnings.isEmpty { warnings = warnings.filter { !$0.value.isOver(at: now) } }
        return warnings
    }

    func isDue(_ known: Set<InstanceID>, at now: Timestamp) -> Bool {
        guard let tried else { return true }
        return tried.known != known || now - tried.at >= Self.triedEvery || now < tried.at
    }
}

extension RoundKeeper {
    /// Records what a turn of the queue of events gave, and tries again what is parked, when it is due.
    ///
    /// - Returns: the instances that are to be looked at, and nil when it could not be recorded: then nothing of it may be deleted from the queue.
    func takeIn(_ batch: QueueBatch) -> Set<InstanceID>? {
        let now = time.now()
        let known = knownInstances()
        do {
            let recorded = batch.hints.map { RecordedHint($0, at: now, isKnown: known.contains($0.instance)) }
            let news = try ledger.take(recorded, quarantined: batch.quarantined)
            var looked = news.filter { $0.standing == .looked }
            if hints.isDue(known, at: now) {
                looked += try ledger.tryParked(known: known, at: now)
                hints.tried = (now, known)
            }
            hints.keep(looked)
            let counts = try ledger.eventCounts()
            let old = news.count { $0.standing == .old }
            bulletin.change { content in
                var standing = content.queue ?? QueueStanding()
                (standing.lastRead, standing.failing) = (now, nil)
                standing.messages += batch.messages
                standing.nothings += batch.nothings.count
                standing.unreadable += batch.quarantined.count
                standing.looked += looked.count
                standing.repeated += recorded.count - news.count
                standing.old += old
                (standing.parked, standing.quarantined) = (counts.parked, counts.quarantined)
                standing.lastReason = batch.quarantined.last?.reason ?? standing.lastReason
                content.queue = standing
            }
            note(looked)
            return Set(looked.map(\.hint.instance))
        } catch {
            logger.warning("What AWS' events say could not be recorded, and is read again", metadata: [LogKey.error: "\(error)"])
            return nil
        }
    }

    /// What was said before the program began, and may be so still, is heard again.
    func rememberWarnings() {
        do {
            hints.keep(try ledger.hints(.spotInterruption, since: time.now() - SpotWarning.holdsFor))
        } catch {
            logger.warning("What AWS' events said of spot instances could not be read back", metadata: [LogKey.error: "\(error)"])
        }
    }

    /// The queue could not be read, or nothing be deleted from it.
    nonisolated func queueFailed(_ reason: String, at now: Timestamp) {
        bulletin.change { content in
            var standing = content.queue ?? QueueStanding()
            standing.failing = ProgramStanding.Refusal(since: standing.failing?.since ?? now, reason: reason)
            content.queue = standing
        }
    }

    private func knownInstances() -> Set<InstanceID> {
        guard let picture = lastReport?.picture else { return [] }
        if let known = hints.known, known.at == picture.at { return known.instances }
        let instances = Set(picture.state.nodes.values.compactMap { $0.node.instance })
        hints.known = (picture.at, instances)
        return instances
    }

    /// A storm is one line.
    private static let loggedMax = 10

    private func note(_ looked: [RecordedHint]) {
        for recorded in looked.prefix(Self.loggedMax) {
            logger.info(
                "AWS hints at an instance",
                metadata: [
                    LogKey.instance: "\(recorded.hint.instance)", LogKey.kind: "\(recorded.hint.kind.rawValue)", LogKey.reason: "\(recorded.hint.detail)",
                ])
        }
        if looked.count > Self.loggedMax { logger.info("AWS hints at more instances", metadata: [LogKey.count: "\(looked.count - Self.loggedMax)"]) }
    }
}
