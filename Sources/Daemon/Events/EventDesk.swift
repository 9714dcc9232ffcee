import Fleet
import Mesos
import Synchronization

/// Where events come in, and wakes go out: whatever comes in between two wakes is one.
///
/// Nothing here waits, and nothing grows: what is told of tasks is kept up to a bound, and beyond it the poll is asked, which knows all of it.
final class EventDesk: Sendable {
    private struct Content {
        var news: [TaskNews] = []
        /// Whether there was more of it than is kept.
        var isFull = false
        var counts: MesosSighting.Counts?
        var ec2RungAt: Timestamp?
        var isEC2Wanted = false
        var instances = InstancesOfAgents()
    }

    /// The failures of ten thousand tasks are one batch.
    static let newsMax = 20_000
    /// The whole of EC2 is asked for agents that nobody names, or whose instance is not known, at most so often: its calls have a price in EC2's limits.
    static let ec2Distance = Duration.seconds(15)

    /// Rings when there is news of tasks.
    let bell = Bell()
    private let mesos: MesosBell
    private let ec2: EC2Bell
    private let bulletin: Bulletin
    private let time: Time
    private let content = Mutex(Content())

    init(mesos: MesosBell, ec2: EC2Bell, bulletin: Bulletin, time: Time) {
        (self.mesos, self.ec2, self.bulletin, self.time) = (mesos, ec2, bulletin, time)
        bulletin.change { $0.events = EventStanding(since: time.now()) }
    }

    func hear(_ event: MesosEvent) {
        note { $0.events += 1 }
        switch event {
        case .subscribed:
            let isFirst = noteStart()
            // Nobody knows what happened while there was no stream.
            if !isFirst { mesos.ring() }
        case .taskUpdated(let news) where news.isTrouble: hear(news)
        case .agentAdded(let agent), .agentRemoved(let agent): wake(for: agent)
        case .unreadable:
            note { $0.unreadable += 1 }
            mesos.ring()
        case .heartbeat, .taskAdded, .taskUpdated, .other: break
        }
    }

    /// The stream has ended, or could not be had.
    func hearEnd(_ reason: SourceFailure) {
        let now = time.now()
        note { standing in
            if standing.isUp { standing.since = now }
            standing.isUp = false
            standing.problem = reason.message
        }
    }

    /// The master's counts of agents in trouble, read every two seconds: when one has moved, something has happened that no event tells.
    func hear(_ counts: MesosSighting.Counts) {
        let hasMoved = content.withLock { content in
            defer { content.counts = counts }
            return content.counts.map { $0 != counts } ?? false
        }
        if hasMoved { wake(for: nil) } else { wakeEC2(isWanted: false) }
    }

    /// What was told of tasks since the last time.
    func takeNews() -> [TaskNews] {
        content.withLock { content in
            defer { (content.news, content.isFull) = ([], false) }
            return content.news
        }
    }

    func noteRound() { note { $0.rounds += 1 } }

    private func hear(_ news: TaskNews) {
        let isOverflowing = content.withLock { content in
            guard content.news.count < Self.newsMax else {
                defer { content.isFull = true }
                return !content.isFull
            }
            content.news.append(news)
            return false
        }
        bell.ring()
        if isOverflowing { mesos.ring() }
        if news.isOfAgent { wake(for: news.agent) }
    }

    /// Wakes a look at the agents, and one at the instance of the agent; where that is not known, the poll of EC2.
    ///
    /// - Parameter agent: nil: nobody is named.
    private func wake(for agent: AgentID?) {
        mesos.ring(for: .agents)
        let round = bulletin.read()
        let instances = agent.map { agent in content.withLock { $0.instances.instances(of: agent, by: round) } } ?? []
        if instances.isEmpty { wakeEC2(isWanted: true) } else { ec2.ring(for: Set(instances)) }
    }

    /// - Parameter isWanted: false rings only for what was wanted too soon after the last time.
    private func wakeEC2(isWanted: Bool) {
        let now = time.now()
        let rings = content.withLock { content in
            content.isEC2Wanted = content.isEC2Wanted || isWanted
            guard content.isEC2Wanted, content.ec2RungAt.map({ now - $0 >= Self.ec2Distance || now < $0 }) ?? true else { return false }
            content.isEC2Wanted = false
            content.ec2RungAt = now
            return true
        }
        if rings { ec2.ring() }
    }

    private func noteStart() -> Bool {
        let now = time.now()
        var isFirst = false
        note { standing in
            isFirst = standing.streams == 0
            standing.streams += 1
            (standing.isUp, standing.since, standing.problem) = (true, now, nil)
        }
        return isFirst
    }

    private func note(_ change: (inout EventStanding) -> Void) {
        bulletin.change { content in
            guard var standing = content.events else { return }
            change(&standing)
            content.events = standing
        }
    }
}
