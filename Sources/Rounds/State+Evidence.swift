package import Fleet

extension State {
    /// What may be believed of a fact of a node at a time, with its source: ages are counted here.
    package func evidence(of fact: Fact, node: NodeState, stale: Set<Source>, now: Timestamp) -> Evidence {
        let source = source(of: fact, node: node, now: now)
        let target: Source? = if case .text(let pool) = node.told[.pool] { .target(PoolName(pool)) } else { nil }
        let isStale = fact.isFactOf(stale, target: target)
        let reading: Reading =
            if isStale {
                .unknown
            } else {
                switch fact.origin {
                case .observed, .derived: node.told[fact]
                case .age(of: let time): age(since: node.told[time], now: now, until: fact == .scheduledEventIn)
                case .ageOfValue(let other):
                    node.told[other].isUnknown ? .unknown : node.since(other).map { .integer(max(0, (now - $0).inSeconds)) } ?? .unknown
                }
            }
        return Evidence(
            fact: fact, reading: reading, since: fact.isRecorded ? node.since(fact) : nil, source: source, readAt: source.flatMap { sources[$0]?.lastSuccess })
    }

    /// The source whose word a fact is; of several, the one that was read longest ago.
    private func source(of fact: Fact, node: NodeState, now: Timestamp) -> Source? {
        let named: [Source] = fact.sources.compactMap { source in
            guard source == Fact.targetOfOwnPool else { return source }
            if case .text(let pool) = node.told[.pool] { return .target(PoolName(pool)) }
            return nil
        }
        if [.members, .statefulTasks].contains(fact), let scheduler = stalest(sources.keys.filter(\.isService)),
            !(sources[scheduler]?.isFresh(at: now) ?? false)
        {
            return scheduler
        }
        return stalest(named)
    }

    private func stalest(_ named: [Source]) -> Source? {
        let never = Timestamp(milliseconds: .min)
        return named.min { (sources[$0]?.lastSuccess ?? never, $0) < (sources[$1]?.lastSuccess ?? never, $1) }
    }

    private func age(since reading: Reading, now: Timestamp, until: Bool) -> Reading {
        guard case .integer(let milliseconds) = reading else { return reading }
        let time = Timestamp(milliseconds: milliseconds)
        return .integer((until ? time - now : now - time).inSeconds)
    }
}
