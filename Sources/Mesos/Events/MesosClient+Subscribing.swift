package import Fleet
internal import Synchronization
internal import Wire

extension MesosClient {
    /// What a stream may cost us. Tests make it smaller.
    package struct StreamLimits: Hashable, Sendable {
        /// Until the first record is there, and from byte to byte before it. 75 s by default, five intervals of heartbeats.
        package var silenceMax = Duration.seconds(75)
        /// A stream is dead after so many intervals without a record. 5 by default.
        package var heartbeatsMissedMax = 5
        /// A stream by which no heartbeat was ever told of or came, as before Mesos 1.5, is begun anew after so long without a record. A quarter of an hour by
        /// default: a small cluster may be quiet for so long, and beginning anew costs the master its whole state and us a poll; and one that is dead without
        /// a word, its connection half open, is noticed at last. Polls see everything meanwhile.
        package var quietMax = Duration.seconds(900)
        /// Bytes of one record; a longer one ends the stream. 512 MiB by default.
        package var recordBytesMax = 512 << 20
        /// Bytes of a record that are kept at most. 1 MiB by default.
        package var keptBytesMax = 1 << 20
        /// Whether the stream is left as soon as it stands.
        var endsOnceBegun = false

        package init() {}
    }

    /// Subscribes at the leader (`SUBSCRIBE`), hands over its events in their order, and returns why there are no more.
    ///
    /// One stream: whoever wants another one calls again. `hear` must return at once. The first event is `subscribed`. An event that cannot be read
    /// is handed over as such, and the stream goes on; one in which the places of the records are lost is left. Over the master's limit of subscribers
    /// (`--max_operator_event_stream_subscribers`) the oldest one's stream ends without a word; so does that of a master that goes.
    package func subscribe(limits: StreamLimits = StreamLimits(), _ hear: @escaping @Sendable (MesosEvent) -> Void) async -> SourceFailure {
        do throws(SourceFailure) {
            let asking = try asking()
            let (_, url) = try await findLeader(asking)
            let error = await receive(from: url, try self.asking(lasting: Self.streamDurationMax, silent: limits.silenceMax), limits: limits, hear)
            return SourceFailure(error.description)
        } catch {
            return error
        }
    }

    /// Subscribes, and leaves as soon as that stands. Returns what kept it from it; nil: nothing.
    package func trySubscribing(within duration: Duration) async -> SourceFailure? {
        let hasBegun = Mutex(false)
        var limits = StreamLimits()
        limits.silenceMax = duration
        limits.endsOnceBegun = true
        let end = await subscribe(limits: limits) { event in
            if case .subscribed = event { hasBegun.withLock { $0 = true } }
        }
        return hasBegun.withLock { $0 } ? nil : end
    }

    /// A stream is begun anew after so long, whatever comes of it.
    private static let streamDurationMax = Duration.seconds(100 * 86_400)

    private func receive(from url: String, _ asking: MesosAsking, limits: StreamLimits, _ hear: @escaping @Sendable (MesosEvent) -> Void) async -> MesosError {
        var bounds = RecordIO.Limits()
        bounds.recordBytesMax = limits.recordBytesMax
        bounds.keptBytesMax = limits.keptBytesMax
        let reception = Mutex(Reception(records: RecordIO(limits: bounds), silenceMax: limits.silenceMax))
        let receive: HTTPReceiver = { bytes in
            let (events, step) = reception.withLock { $0.take(bytes, limits: limits) }
            for event in events { hear(event) }
            return step
        }
        let problem = await asking.stream(.subscribe, at: url, receive: receive)
        let (found, isCut) = reception.withLock { ($0.problem, !$0.records.isBetweenRecords) }
        return asking.error(
            found.map { .stream($0) } ?? problem ?? .stream(isCut ? "the stream ended inside of a record" : "the stream ended"), url: url, call: .subscribe)
    }
}

/// What has been received of one stream.
private struct Reception {
    var records: RecordIO
    var silenceMax: Duration
    var hasSubscribed = false
    var isHeartbeatKnown = false
    /// What was wrong with it, as the rest of a sentence.
    var problem: String?

    mutating func take(_ bytes: [UInt8], limits: MesosClient.StreamLimits) -> ([MesosEvent], HTTPStreamStep) {
        var events: [MesosEvent] = []
        for record in records.take(bytes) {
            let event = MesosEvent(record)
            if !hasSubscribed {
                guard case .subscribed(let heartbeat) = event else {
                    problem = "the stream begins with something else than SUBSCRIBED: \(event)"
                    return (events, .enough)
                }
                hasSubscribed = true
                silenceMax = heartbeat.map { $0 * limits.heartbeatsMissedMax } ?? limits.quietMax
                isHeartbeatKnown = heartbeat != nil
            } else if event == .heartbeat, !isHeartbeatKnown {
                silenceMax = MesosEvent.heartbeatDefault * limits.heartbeatsMissedMax
                isHeartbeatKnown = true
            }
            events.append(event)
        }
        if let wrong = records.problem {
            problem = wrong.description
            return (events, .enough)
        }
        if hasSubscribed, limits.endsOnceBegun { return (events, .enough) }
        // The first record is the master's whole state, and takes its time.
        return (events, events.isEmpty && hasSubscribed ? .waiting : .alive(silenceMax: silenceMax))
    }
}
