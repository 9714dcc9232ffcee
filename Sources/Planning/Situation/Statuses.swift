package import Fleet

/// How a source stands, as gates see it.
package struct SourceStatus: Hashable, Sendable {
    package let interval: Duration
    /// When it was last read whole. Nil: never.
    package let readAt: Timestamp?
    package let isFresh: Bool
    package let failure: String?

    package init(interval: Duration, readAt: Timestamp?, isFresh: Bool, failure: String? = nil) {
        self.interval = interval
        self.readAt = readAt
        self.isFresh = isFresh
        self.failure = failure
    }
}

/// A pool's target image.
package struct TargetStatus: Hashable, Sendable {
    package let image: ImageID
    package let since: Timestamp
    /// EC2's word: `available`, …. Nil: unknown.
    package let state: String?
    /// Whether a node of this image has come through probation: until then one goes alone.
    package let isProven: Bool

    package init(image: ImageID, since: Timestamp, state: String?, isProven: Bool) {
        self.image = image
        self.since = since
        self.state = state
        self.isProven = isProven
    }
}

/// What a rule's time interval says at one moment, and when it closes.
package struct Window: Hashable, Sendable {
    package let state: WindowState
    /// When the interval that is open now closes. Nil: it does not, or it is shut.
    package let closes: Timestamp?
    /// When the interval that is open now opened: what starts are spread out from. Nil: not known, or shut; they are not spread then.
    package let opened: Timestamp?
    /// Its next openings, in order: as far as the first that is long enough for any replacement, or as far as the calendar was looked at.
    package let coming: [Opening]

    package struct Opening: Hashable, Sendable {
        package let opens: Timestamp
        /// Nil: not within what the calendar looks ahead.
        package let closes: Timestamp?

        package init(opens: Timestamp, closes: Timestamp?) {
            self.opens = opens
            self.closes = closes
        }

        /// Whether something that takes so long ends before it closes.
        package func fits(_ duration: Duration) -> Bool { closes.map { opens + duration <= $0 } ?? true }
    }

    package init(_ state: WindowState, closes: Timestamp? = nil, opened: Timestamp? = nil, coming: [Opening] = []) {
        self.state = state
        self.closes = closes
        self.opened = opened
        self.coming = coming
    }
}

/// An app of Marathon's, as far as it must not fall below what it declares.
package struct AppStatus: Hashable, Sendable {
    package let id: String
    package let instances: Int
    /// `upgradeStrategy.minimumHealthCapacity`, 0…1; 1 is Marathon's default.
    package let minimumHealthCapacity: Double
    /// How many of its instances run and may do their work, by node; not those that were asked to go.
    package let running: [NodeID: Int]
    /// How many of these are known to do it.
    package let up: [NodeID: Int]

    package init(id: String, instances: Int, minimumHealthCapacity: Double, running: [NodeID: Int], up: [NodeID: Int]? = nil) {
        self.id = id
        self.instances = instances
        self.minimumHealthCapacity = minimumHealthCapacity
        self.running = running
        self.up = up ?? running
    }
}
