internal import Fleet

extension ServicePoll {
    /// Whether there are in-sync sets to read: only where its scheduler has just told which topics there are.
    var hasTopics: Bool { if case .success(let names) = topicNames { !names.isEmpty } else { false } }

    /// Reads the in-sync sets whose turn it is, one after the other.
    ///
    /// A topic that fails is unknown by itself. When the scheduler does not answer any more, the rest keep their turn for the next poll.
    func readingTopics(_ count: Int, asking: SchedulerAsking, now: Timestamp) async -> ServicePoll {
        guard case .success(let names) = topicNames, let route else { return self }
        var poll = self
        poll.memory.topics.list(names)
        let reader = SchedulerReader(asking: asking.limited(to: asking.limits.serviceTimeout), route: route)
        for name in poll.memory.topics.next(count) {
            do throws(SchedulerError) {
                poll.memory.topics.took(name, .success(try await reader.topic(name, now: now)))
            } catch {
                if case .outOfTime = error.problem { break }
                poll.memory.topics.took(name, .failure(error.failure))
                guard error.isOutage else { continue }
                if error.isStall { poll.memory.standing = .stalled }
                break
            }
        }
        return poll
    }
}
