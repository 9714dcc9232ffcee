import Fleet

extension Gate {
    /// Everything that the decision rests on was read whole a short while ago, and it is not the observer who fails.
    ///
    /// A node that is not seen explains nothing by being the one in question: absence is just what a failing observer shows. A departure that EC2 itself
    /// tells, in words about that very instance, is a different thing; it stands in `explainedShrink`.
    package static let fresh = Gate(.fresh, beforeHarm: true) { question, situation in
        GateAnswer.worst([sources(question, situation), seesTheFleet(question, situation)])
    }

    private static func sources(_ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        guard let sources = question.sources(in: situation) else {
            return GateAnswer(.fresh, .unknown, "its members are unknown, and so which schedulers have to be read")
        }
        var stale: [String] = []
        var failed: [String] = []
        for source in sources {
            guard let status = situation.sources[source] else { stale.append("\(source) was never read"); continue }
            if !status.isFresh {
                stale.append(status.readAt.map { "\(source) was last read whole at \($0.text(at: situation.now))" } ?? "\(source) was never read")
            } else if let failure = status.failure {
                failed.append("the last reading of \(source) failed: \(failure.prefix(200))")
            }
        }
        guard stale.isEmpty, failed.isEmpty else {
            return GateAnswer(
                .fresh, stale.isEmpty ? .shut : .unknown, (stale + failed).joined(separator: ", "), values: ["sources": listed(stale + failed, max: 20)])
        }
        return GateAnswer(.fresh, .open, "\(counted(sources.count, "source")) are fresh: \(listed(sources, max: 20))")
    }

    private static func seesTheFleet(_ question: GateQuestion, _ situation: Situation) -> GateAnswer {
        guard situation.fleetMax != nil, !situation.nodes.isEmpty else {
            return GateAnswer(.fresh, .unknown, "it is unknown how large the fleet was within 24 hours")
        }
        for name in [LatchName.shrunk, .unlisted] {
            guard let latch = situation.latches[name], latch.isTripped else { continue }
            return GateAnswer(.fresh, .shut, latch.explained(at: situation.now), values: latch.values)
        }
        return GateAnswer(.fresh, .open, "the fleet has not shrunk")
    }
}

extension GateQuestion {
    /// What the decision rests on: what its rule read, what every decision reads, and the scheduler of each member. Sorted. Nil: not known.
    func sources(in situation: Situation) -> [Source]? {
        guard let members = node.members ?? (isMachineGone ? work?.members : nil) else { return nil }
        let pool = pool(in: situation)
        var sources: Set<Source> = [.agents, .tasks, .maintenance, .instances, .services]
        if case .finding(let finding) = cause {
            for evidence in finding.evidence {
                sources.formUnion(evidence.fact.sources)
                if let source = evidence.source { sources.insert(source) }
            }
        }
        for member in members { sources.insert(.service(member.service)) }
        if case .harm(_, let member?) = moment { sources.insert(.service(member.service)) }
        if let pool {
            if isPastTarget {
                sources.remove(.target(pool.name))
            } else if pool.image != nil || sources.contains(Fact.targetOfOwnPool) {
                sources.insert(.target(pool.name))
            }
        }
        if case .group? = pool?.provision { sources.insert(.groups) }
        // Where its successor is to stand is written down at the start; after that each step asks for itself.
        if pool?.looksAfterEntrances == true, isStart { sources.insert(.entrances) }
        sources.subtract([Fact.targetOfOwnPool, .ledger])
        return sources.sorted()
    }

    /// Whether it no longer matters which image is the target: the machine that was to be spent for another is gone, and what is left to do for it is the
    /// same with any image. An image that vanishes then must not keep Mesos from hearing that its agent does not come back.
    private var isPastTarget: Bool { isMachineGone && !isStart }
}
