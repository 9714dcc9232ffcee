import Fleet

/// What is worth a word about one stream after the other, and for how long the next is waited for. A value: it is told when a stream begins and ends.
struct StreamHealth {
    /// What a person is told, each once until the next is true.
    enum Word: Hashable, Sendable {
        /// It does not begin.
        case missing
        /// It begins, and ends soon, again and again.
        case cut
        /// It lives again.
        case back
    }

    /// A stream that lived for so long was no failure. Longer than the minute after which proxies cut what is quiet (nginx' `proxy_read_timeout`, the idle
    /// time-out of an Application Load Balancer).
    static let goodAfter = Duration.seconds(120)
    /// So many that ended sooner, one after the other, are worth a word. One that ends may be a master that was restarted.
    static let cutsMax = 3

    /// Tries since the last good stream, that one included: what the wait before the next grows by.
    private(set) var failures = 0
    /// Streams that began and ended too soon, since the last good one.
    private var cuts = 0
    private var begunAt: Timestamp?
    /// What was said last of what is wrong, and is so still.
    private var said: Word?

    /// The stream stands.
    mutating func begin(at now: Timestamp) -> Word? {
        begunAt = now
        return said == .missing ? takeBack() : nil
    }

    /// Something came by it.
    mutating func hear(at now: Timestamp) -> Word? { said == .cut && isGood(at: now) ? takeBack() : nil }

    /// The stream has ended, or the try to have one.
    mutating func end(at now: Timestamp) -> Word? {
        defer { begunAt = nil }
        if isGood(at: now) {
            (failures, cuts) = (1, 0)
            return said == nil ? nil : takeBack()
        }
        failures += 1
        if begunAt != nil { cuts += 1 }
        guard said == nil else { return nil }
        if begunAt == nil { said = .missing } else if cuts >= Self.cutsMax { said = .cut }
        return said
    }

    private func isGood(at now: Timestamp) -> Bool { begunAt.map { now - $0 >= Self.goodAfter } ?? false }

    private mutating func takeBack() -> Word {
        said = nil
        return .back
    }
}
