internal import Fleet
internal import Rounds

/// Mesos' events: what it tells between two polls, as well as it comes.
extension SimulatedRun {
    /// Sends to each daemon what has happened since the last time.
    func overhear() {
        guard let hearing = plan.hearing else { return }
        var earshot = earshot ?? Earshot(hearing, world)
        overhearMesos(hearing, &earshot)
        if hearing.hearsAWS { overhearAWS(hearing, &earshot) }
        self.earshot = earshot
    }

    private func overhearMesos(_ hearing: Hearing, _ before: inout Earshot) {
        let (term, counts) = (Earshot.term(of: world), world.agentCounts)
        defer {
            before.told = world.told
            (before.term, before.counts) = (term, counts)
        }
        // A stream ends with its leader. What happened before the next one has begun, nobody tells: a whole poll is asked.
        guard term == before.term else {
            if term != nil { forEach { agenda.put(.look(.mesos), at: world.now + before.random.draw(from: .seconds(1), to: .seconds(5))) } }
            return
        }
        guard term != nil else { return }
        let news = world.news(since: before.told)
        let isOfAgents = counts != before.counts
        if news.isEmpty, !isOfAgents { return }
        forEach { send(news, isOfAgents: isOfAgents, hearing, &before) }
    }

    /// To the daemon whose turn it is.
    private func send(_ news: [World.News], isOfAgents: Bool, _ hearing: Hearing, _ earshot: inout Earshot) {
        if isGoingOn(.mesosUnseen) || isGoingOn(.observerCutOff) { return }
        var isOfAgents = isOfAgents
        for item in news {
            switch item {
            case .taskAdded: break
            case .agentAdded, .agentRemoved: if !befalls(.lost, hearing, &earshot) { isOfAgents = true }
            case .taskUpdated(let task, let status):
                let word = TaskNews(
                    id: task.id, framework: world.frameworks[task.framework].id, agent: task.agent, state: status.state, since: status.at,
                    reason: status.reason, isMastersWord: status.uuid == nil)
                var words = befalls(.lost, hearing, &earshot) ? [] : [word]
                if befalls(.twice, hearing, &earshot) { words += words }
                if befalls(.contradicted, hearing, &earshot) { words.append(contradiction(of: word, &earshot)) }
                for word in words {
                    let isLate = befalls(.late, hearing, &earshot)
                    let delay = earshot.random.draw(from: .milliseconds(20), to: isLate ? Earshot.lateMost : .milliseconds(1200))
                    if word.isOfAgent, !isLate { isOfAgents = true }
                    if word.isTrouble { agenda.put(.heard(.tasks([word])), at: world.now + delay) }
                }
            }
        }
        guard isOfAgents else { return }
        agenda.put(.look(.agents), at: world.now + earshot.random.draw(from: .milliseconds(100), to: .seconds(2)))
        guard earshot.ec2RungAt[daemon.place].map({ world.now - $0 >= Earshot.ec2Distance }) ?? true else { return }
        earshot.ec2RungAt[daemon.place] = world.now
        agenda.put(.look(.ec2), at: world.now + earshot.random.draw(from: .milliseconds(200), to: .seconds(3)))
    }

    func befalls(_ trouble: Hearing.Trouble, _ hearing: Hearing, _ earshot: inout Earshot) -> Bool {
        earshot.random.draw(0...3) == 0 && hearing.troubles.contains(trouble)
    }

    private static let states = ["TASK_FAILED", "TASK_LOST", "TASK_UNREACHABLE", "TASK_GONE", "TASK_GONE_BY_OPERATOR", "TASK_UNKNOWN", "TASK_RUNNING"]

    private func contradiction(of word: TaskNews, _ earshot: inout Earshot) -> TaskNews {
        let agents = world.machines.compactMap(\.agent)
        let agent = earshot.random.draw(0...1) == 0 ? word.agent : agents[earshot.random.draw(0...agents.count - 1)]
        return TaskNews(
            id: word.id, framework: word.framework, agent: agent, state: Self.states[earshot.random.draw(0...Self.states.count - 1)],
            since: world.now + earshot.random.draw(from: .zero, to: .seconds(300)) - .seconds(150), isMastersWord: earshot.random.draw(0...1) == 0)
    }
}
