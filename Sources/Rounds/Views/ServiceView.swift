import Fleet
import Ledger

/// A stateful service, in JSON.
package struct ServiceView: Encodable, Sendable {
    let standing: ServiceStanding

    package init(_ standing: ServiceStanding) { self.standing = standing }

    private enum Key: String, CodingKey {
        case name, package, flavour, framework, policy, fresh, readAt = "read_at", failure, members, slots, plans, topics, cannotMove = "cannot_move", problems
    }
    private enum SlotKey: String, CodingKey { case max = "max_in_flight", taken, by, moving }
    private enum TopicKey: String, CodingKey { case count, partitions, readAt = "read_at", leaderless, uncertain }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let service = standing.memory.service
        try container.encode(standing.name.rawValue, forKey: .name)
        try container.encodeIfPresent(service.package, forKey: .package)
        try container.encodeIfPresent(service.flavour?.rawValue, forKey: .flavour)
        try container.encodeIfPresent(service.framework?.rawValue, forKey: .framework)
        try container.encode(standing.settings.policy.rawValue, forKey: .policy)
        try container.encode(standing.isFresh, forKey: .fresh)
        try container.encodeIfPresent(standing.source?.lastSuccess?.description, forKey: .readAt)
        try container.encodeIfPresent(standing.source?.failure?.message, forKey: .failure)
        try container.encode(standing.members.map { MemberView($0) }, forKey: .members)
        var slots = container.nestedContainer(keyedBy: SlotKey.self, forKey: .slots)
        try slots.encode(standing.settings.maxInFlight, forKey: .max)
        try slots.encode(standing.out.count, forKey: .taken)
        try slots.encode(standing.out.map(\.member.rawValue), forKey: .by)
        if !standing.moving.isEmpty {
            try slots.encode(
                standing.moving.sorted { $0.key < $1.key }.map { ["member": $0.key.member.rawValue, "replacement": $0.value.description] }, forKey: .moving)
        }
        try container.encodeIfPresent(service.plans.map { $0.map { PlanView(plan: $0) } }, forKey: .plans)
        var topics = container.nestedContainer(keyedBy: TopicKey.self, forKey: .topics)
        try topics.encode(standing.memory.standing.topics, forKey: .count)
        try topics.encode(standing.memory.standing.partitions, forKey: .partitions)
        try topics.encodeIfPresent(standing.memory.topicsReadAt?.description, forKey: .readAt)
        try topics.encode(standing.memory.standing.leaderless.map(\.description), forKey: .leaderless)
        try topics.encode(standing.memory.standing.suspects.map(\.place.description), forKey: .uncertain)
        try container.encode(standing.stuck.map { StuckView(stuck: $0) }, forKey: .cannotMove)
        try container.encode(standing.problems, forKey: .problems)
    }

    private struct PlanView: Encodable {
        let plan: PlanSighting

        private enum Key: String, CodingKey { case name, status, errors }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(plan.name, forKey: .name)
            try container.encode(plan.status, forKey: .status)
            try container.encode(plan.errors, forKey: .errors)
        }
    }

    private struct StuckView: Encodable {
        let stuck: ServiceStanding.Stuck

        private enum Key: String, CodingKey { case member, topic, partitions, expendable }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(stuck.member.member.rawValue, forKey: .member)
            try container.encode(stuck.topic, forKey: .topic)
            try container.encode(stuck.partitions, forKey: .partitions)
            try container.encode(stuck.isExpendable, forKey: .expendable)
        }
    }
}

/// A member of a service in one place, in JSON. What is not known is left out.
private struct MemberView: Encodable {
    let member: ServiceStanding.Member

    init(_ member: ServiceStanding.Member) { self.member = member }

    private enum Key: String, CodingKey {
        case id, node, host, agent, task, state, since, broker, registered, inSync = "in_sync", behind, mesosState = "mesos_state"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let known = member.known.member
        try container.encode(member.member.member.rawValue, forKey: .id)
        try container.encodeIfPresent(known.node?.rawValue, forKey: .node)
        try container.encodeIfPresent(member.host, forKey: .host)
        try container.encodeIfPresent(known.key.agent?.rawValue, forKey: .agent)
        try container.encodeIfPresent(known.task?.rawValue, forKey: .task)
        try container.encodeIfPresent(known.state, forKey: .state)
        try container.encode(member.known.since.description, forKey: .since)
        try container.encodeIfPresent(known.broker, forKey: .broker)
        try container.encodeIfPresent(member.isRegistered, forKey: .registered)
        try container.encodeIfPresent(member.isInSync, forKey: .inSync)
        try container.encode(member.behind.map(\.description), forKey: .behind)
        try container.encodeIfPresent(member.mesosState, forKey: .mesosState)
    }
}
