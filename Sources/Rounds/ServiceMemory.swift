package import Fleet
package import Ledger

/// What the ledger has of one stateful service: what it was when it was last told of.
package struct ServiceMemory: Sendable {
    package internal(set) var service: RecordedService
    /// By member and agent.
    package internal(set) var members: [RecordedMember.Key: RememberedMember] = [:]
    /// By name.
    package internal(set) var topics: [String: TopicSync] = [:]
    /// When the topic that was read longest ago was read. Nil: none ever was.
    package internal(set) var topicsReadAt: Timestamp?
    /// What the in-sync sets come to; made anew when one of them changes.
    package internal(set) var standing = SyncStanding([])
    /// When each topic was last read, in this run of the program.
    var heard: [String: Timestamp] = [:]

    init(_ service: RecordedService) { self.service = service }

    init(_ remembered: RememberedService) {
        service = remembered.service
        members = Dictionary(remembered.members.map { ($0.member.key, $0) }, uniquingKeysWith: { $1 })
        topics = Dictionary(remembered.topics.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        topicsReadAt = remembered.topicsReadAt
        standing = SyncStanding(remembered.topics)
    }

    /// By member and agent.
    package var sortedMembers: [RememberedMember] { members.values.sorted { $0.member.key < $1.member.key } }

    /// Whether its members are brokers.
    package var hasBrokers: Bool { members.values.contains { $0.member.broker != nil } }

    /// Whether anybody was ever asked for its members: of what only Mesos shows nobody was.
    package var hasScheduler: Bool { service.flavour != nil }

    /// Whether a member is in sync; nil where nobody tells.
    package func isInSync(_ member: RecordedMember) -> Bool? {
        guard let broker = member.broker, let registered = service.registered else { return nil }
        guard registered.contains(broker) else { return false }
        return topicsReadAt == nil ? nil : standing.isInSync(broker)
    }

    /// Takes in the topics as they were last read; what changed goes into the entry.
    mutating func hear(_ word: ServiceWord, entry: inout ServicesEntry) {
        guard let told = word.topics else { return }
        var isChanged = false
        for topic in told.value where heard[topic.name] != topic.readAt {
            heard[topic.name] = topic.readAt
            let now = TopicSync.after(topic, before: topics[topic.name])
            guard topics[topic.name] != now else { continue }
            topics[topic.name] = now
            entry.topics[word.name, default: []].append(now)
            isChanged = true
        }
        let named = Set(told.value.map(\.name)).union(word.unread.map(\.name))
        for name in topics.keys.sorted() where !named.contains(name) {
            topics[name] = nil
            heard[name] = nil
            entry.topicsGone[word.name, default: []].append(name)
            isChanged = true
        }
        if isChanged { standing = SyncStanding(Array(topics.values)) }
        let readAt = told.value.map(\.readAt).min()
        if let readAt, readAt != topicsReadAt {
            topicsReadAt = readAt
            entry.topicsReadAt[word.name] = readAt
        }
    }
}
