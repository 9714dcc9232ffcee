package import Fleet
package import Ledger
import Replacing

/// One stateful service as somebody who is woken at night wants to see it: its members, who is down or behind, and what cannot be moved.
package struct ServiceStanding: Sendable {
    package let name: ServiceName
    package let memory: ServiceMemory
    package let settings: ServiceSettings
    /// The state of its scheduler as a source. Nil: nobody was asked.
    package let source: SourceState?
    package let at: Timestamp
    package let members: [Member]
    /// Members that a replacement moves, and which one: asked to go, and not yet in sync elsewhere.
    package let moving: [ServiceMember: ReplacementID]
    /// What is wrong, in words, the worst first; empty when nothing is.
    package let problems: [String]

    /// A member in one place.
    package struct Member: Sendable {
        package let known: RememberedMember
        /// Its node's address or name, for people.
        package let host: String?
        package let mesosState: String?
        /// Whether its broker is registered with the cluster; nil for what is no broker, and where nobody tells.
        package let isRegistered: Bool?
        package let isInSync: Bool?
        /// The partitions that it was in sync with and is not any more. Sorted.
        package let behind: [SyncStanding.Place]
        /// The partitions of which it alone is in sync. Sorted.
        package let lastCopies: [SyncStanding.Place]
        /// Whether it occupies a slot: it is down, or syncing.
        package var isOut: Bool { isDown || isInSync == false }
        /// Whether it is known to be up and in sync here: of a member that was moved, one place where it is so is enough.
        package var isWell: Bool {
            known.member.state == "RUNNING" && (known.member.broker == nil || (isRegistered == true && isInSync == true)) && !isOut
        }
        /// Whether it does not run, or its broker is not there.
        package var isDown: Bool { (known.member.state != nil && known.member.state != "RUNNING") || isRegistered == false }

        package var member: ServiceMember { known.member.key.member }
    }

    /// What cannot be moved without a loss: one member and one topic.
    package struct Stuck: Hashable, Sendable {
        package let member: ServiceMember
        package let topic: String
        package let partitions: Int
        /// Whether the operator has said that this topic may be lost.
        package let isExpendable: Bool
    }

    package var isFresh: Bool { source?.isFresh(at: at) ?? false }

    /// The members that occupy a slot, each once, as the gate `service` counts them: down, syncing, or not known to be well, whoever caused it; or being moved.
    package var out: [ServiceMember] { Set(members.map(\.member)).subtracting(members.filter(\.isWell).map(\.member)).union(moving.keys).sorted() }

    /// Why a member occupies a slot, in a few words.
    package func reason(of member: ServiceMember) -> String {
        var words: [String] = []
        if let replacement = moving[member] { words.append("replacement \(replacement) moves it") }
        let places = members.filter { $0.member == member }
        if places.contains(where: \.isWell) { return words.joined(separator: ", ") }
        let isOut = places.contains(where: \.isOut)
        words.append(isOut ? places.contains(where: \.isDown) ? "down" : "syncing" : "unknown whether up and in sync")
        return words.joined(separator: ", ")
    }

    /// By member and topic.
    package var stuck: [Stuck] {
        let expendable = Expendable(settings)
        return members.flatMap { member in
            Dictionary(grouping: member.lastCopies, by: \.topic).sorted { $0.key < $1.key }.map { topic, places in
                Stuck(
                    member: member.member, topic: topic, partitions: places.count,
                    isExpendable: expendable.contains(topic))
            }
        }
    }
}

extension Picture {
    /// The services that are known, by name; or the one of this name, which may be written with a slash before it.
    package func services(named name: String? = nil) -> [ServiceStanding] {
        let wanted = name.map { ServiceName(framework: $0) }
        return state.services.keys.sorted().filter { wanted == nil || $0 == wanted }.compactMap { state.services[$0].map(standing) }
    }

    private func standing(_ memory: ServiceMemory) -> ServiceStanding {
        let name = memory.service.name
        let members = memory.sortedMembers.map { member(of: memory, $0) }
        let isKafka = settings.services.isKafka(package: memory.service.package) || memory.hasBrokers
        let source = state.sources[.service(name)]
        let own = settings.services.settings(of: name, isKafka: isKafka)
        return ServiceStanding(
            name: name, memory: memory, settings: own, source: source, at: at, members: members, moving: moving(of: name),
            problems: problems(of: memory, members: members, settings: own, source: source))
    }

    private func moving(of name: ServiceName) -> [ServiceMember: ReplacementID] {
        let moves = state.work.open.flatMap { replacement in
            replacement.moves.filter { $0.isOpen && $0.member.service == name }.map { ($0.member, replacement.id) }
        }
        return Dictionary(moves, uniquingKeysWith: { $1 })
    }

    private func member(of memory: ServiceMemory, _ known: RememberedMember) -> ServiceStanding.Member {
        let node = known.member.node.flatMap { state.nodes[$0] }
        let broker = known.member.broker
        return ServiceStanding.Member(
            known: known, host: node.flatMap { $0.text(.privateIP) ?? $0.text(.hostname) }, mesosState: node.flatMap { $0.text(.mesosState) },
            isRegistered: broker.flatMap { broker in memory.service.registered.map { $0.contains(broker) } }, isInSync: memory.isInSync(known.member),
            behind: broker.flatMap { memory.standing.behind[$0] } ?? [], lastCopies: broker.flatMap { memory.standing.lastCopies[$0] } ?? [])
    }

    private func problems(of memory: ServiceMemory, members: [ServiceStanding.Member], settings: ServiceSettings, source: SourceState?) -> [String] {
        let expendable = Expendable(settings)
        var problems: [String] = []
        switch source {
        case nil: problems.append("no scheduler was asked for it: only what Mesos shows is known; name it under services")
        case let source? where !source.isFresh(at: at):
            let since = source.lastSuccess.map { "has not been read since \($0)" } ?? "was never read"
            problems.append("its scheduler \(since)" + (source.failure.map { ": \($0)" } ?? ""))
        case let source?:
            if let failure = source.failure { problems.append("its scheduler could not be read just now: \(failure)") }
        }
        problems += partitionProblems(memory)
        problems += members.flatMap { memberProblems($0, expendable: expendable) }
        for plan in memory.service.plans ?? [] where !plan.isComplete {
            problems.append("plan \(plan.name) is \(plan.status)" + (plan.errors.first.map { ": \($0)" } ?? ""))
        }
        return problems
    }

    private func partitionProblems(_ memory: ServiceMemory) -> [String] {
        var problems: [String] = []
        let leaderless = memory.standing.leaderless
        if !leaderless.isEmpty { problems.append("\(leaderless.count) partitions have no leader: \(shown(leaderless))") }
        let suspects = memory.standing.suspects
        if !suspects.isEmpty {
            problems.append(
                "\(suspects.count) partitions have fewer copies in sync than others of their topic, and who is missing was never seen: \(shown(suspects.map(\.place)))"
            )
        }
        return problems
    }

    private func memberProblems(_ member: ServiceStanding.Member, expendable: Expendable) -> [String] {
        var problems: [String] = []
        let who = "\(member.member.member)" + (member.host.map { " on \($0)" } ?? "")
        if let state = member.known.member.state, state != "RUNNING" { problems.append("\(who) is \(state)") }
        if member.isRegistered == false { problems.append("\(who): its broker \(member.known.member.broker ?? 0) is not registered with the cluster") }
        if !member.behind.isEmpty { problems.append("\(who) is behind in \(member.behind.count) partitions: \(shown(member.behind))") }
        if member.member.member == ServiceMember.unnamed { problems.append("something of it lies on \(member.host ?? "a node") that no member explains") }
        let alone = member.lastCopies.filter { !expendable.contains($0.topic) }
        if !alone.isEmpty { problems.append("\(who) has the only copy that is in sync of \(alone.count) partitions: \(shown(alone))") }
        return problems
    }

    /// The first few.
    private func shown(_ places: [SyncStanding.Place]) -> String {
        places.prefix(3).map(\.description).joined(separator: ", ") + (places.count > 3 ? ", …" : "")
    }
}

extension State.NodeState {
    fileprivate func text(_ fact: Fact) -> String? { if case .text(let text) = told[fact] { text } else { nil } }
}

/// The topics of which the last copy may be lost.
struct Expendable {
    // A pattern was checked when the configuration was read; one that is none any more matches nothing.
    private let patterns: [Regex<AnyRegexOutput>]

    init(_ settings: ServiceSettings) { patterns = settings.expendableTopics.compactMap { try? Regex($0) } }

    func contains(_ topic: String) -> Bool { patterns.contains { ((try? $0.firstMatch(in: topic)) ?? nil) != nil } }
}
