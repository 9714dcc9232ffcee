/// What a source told, and when.
package struct Told<Value: Hashable & Sendable>: Hashable, Sendable {
    package let value: Value
    package let at: Timestamp

    package init(_ value: Value, at: Timestamp) {
        self.value = value
        self.at = at
    }
}

/// The last word on one service: each part as it was last read, for a scheduler that restarts says nothing for a while and is not to be forgotten.
package struct ServiceWord: Hashable, Sendable {
    package let name: ServiceName
    package var package: String?
    package var flavour: ServiceSighting.Flavour?
    package var framework: FrameworkID?
    /// Nil: never read.
    package var members: Told<[MemberSighting]>?
    package var registered: Told<[Int]>?
    package var plans: Told<[PlanSighting]>?
    /// In-sync sets, each topic with the time of its own reading.
    package var topics: Told<[TopicSighting]>?
    package var unread: [UnreadTopic] = []

    package init(name: ServiceName) { self.name = name }

    /// Takes in what one poll brought; a part that failed stays as it was.
    package mutating func hear(_ sighting: ServiceSighting, at now: Timestamp) {
        package = sighting.package ?? package
        flavour = sighting.flavour ?? flavour
        framework = sighting.framework ?? framework
        if case .success(let value) = sighting.members { members = Told(value, at: now) }
        if case .success(let value) = sighting.registered { registered = Told(value, at: now) }
        if case .success(let value) = sighting.plans { plans = Told(value, at: now) }
        if case .success(let value) = sighting.topics {
            topics = Told(value, at: now)
            unread = sighting.unread
        }
    }

    /// Whether its members are brokers.
    package var hasBrokers: Bool { members?.value.contains { $0.broker != nil } ?? false }

    /// Whether its scheduler says where its members live: those before the SDK do not.
    var tellsPlaces: Bool { flavour != .brokers && flavour != .community }
}
