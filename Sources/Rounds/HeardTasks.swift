import Fleet

/// What Mesos' event stream told of tasks, laid over the last poll until the polls know it themselves.
///
/// Only trouble is taken, and only failures and rows of tasks are made of it: no agent looks emptier for it and no member gone, for on such words machines
/// would be ended. What was heard lasts until the second poll after it, for the first may have been under way when it came; then the polls alone count.
/// What they have found out meanwhile goes before: that the task has ended, or reached its state later than was heard.
struct HeardTasks {
    private struct Key: Hashable {
        let framework: FrameworkID
        let id: TaskID
    }

    private struct Word {
        var task: MesosTask
        let since: Timestamp
        /// Whole polls since it was heard.
        var polls = 0
        /// Whether the last poll knows it, or better.
        var isKnown = false
    }

    /// More than that in two polls is no news of tasks any more; what is above it waits for the poll.
    static let wordsMax = 20_000

    private var words: [Key: Word] = [:]

    /// Takes in updates, in any order and as often as they come: of one task the latest counts, by its own time.
    ///
    /// - Parameter tasks: as last polled.
    mutating func hear(_ news: [TaskNews], of tasks: MesosSighting.Tasks, now: Timestamp) {
        var isNew = false
        for update in news where update.isTrouble {
            let key = Key(framework: update.framework, id: update.id)
            let since = min(update.since ?? now, now)
            if let known = words[key] {
                guard since > known.since else { continue }
            } else if words.count >= Self.wordsMax {
                continue
            }
            guard let agent = update.agent ?? words[key]?.task.agent else { continue }
            words[key] = Word(
                task: MesosTask(
                    id: update.id, name: update.id.rawValue, framework: update.framework,
                    frameworkName: nil, agent: agent, state: update.state, since: since, reason: update.reason), since: since)
            isNew = true
        }
        if isNew { compare(with: tasks) }
    }

    /// The tasks were read whole.
    mutating func poll(_ tasks: MesosSighting.Tasks) {
        guard !words.isEmpty else { return }
        words = words.filter { $0.value.polls == 0 }
        for key in words.keys { words[key]?.polls += 1 }
        compare(with: tasks)
    }

    /// Finds out what the poll knows itself, and names what it has listed.
    private mutating func compare(with tasks: MesosSighting.Tasks) {
        let names = Dictionary(tasks.frameworks.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
        for key in words.keys { words[key]?.isKnown = false }
        for (list, isEnded) in [(tasks.running, false), (tasks.unreachable, false), (tasks.completed, true)] {
            for task in list {
                let key = Key(framework: task.framework, id: task.id)
                guard var word = words[key] else { continue }
                if isEnded || task.since.map({ $0 >= word.since }) ?? false {
                    word.isKnown = true
                } else {
                    word.task = MesosTask(
                        id: task.id, name: task.name, framework: task.framework, frameworkName: task.frameworkName, agent: word.task.agent,
                        state: word.task.state, since: word.task.since, reason: word.task.reason, roles: task.roles, labels: task.labels)
                }
                words[key] = word
            }
        }
        for (key, word) in words where word.task.frameworkName == nil {
            guard let name = names[key.framework] else { continue }
            words[key]?.task = MesosTask(
                id: word.task.id, name: word.task.name, framework: word.task.framework, frameworkName: name, agent: word.task.agent, state: word.task.state,
                since: word.task.since, reason: word.task.reason)
        }
    }

    /// Adds the failures of the last hour.
    func count(into tallies: inout [AgentID: TaskTally], now: Timestamp) {
        let hourAgo = now - .seconds(3600)
        for word in words.values where !word.isKnown && word.task.hasFailed {
            guard word.since > hourAgo else { continue }
            tallies[word.task.agent, default: TaskTally()].failures += 1
        }
    }

    /// All tasks for rules to read, those that were heard of as they are by now.
    func laid(over tasks: MesosSighting.Tasks) -> [MesosTask] {
        let listed = tasks.running + tasks.completed + tasks.unreachable
        let news = words.filter { !$0.value.isKnown }
        if news.isEmpty { return listed }
        return listed.filter { news[Key(framework: $0.framework, id: $0.id)] == nil }
            + news.values.map(\.task).sorted { ($0.framework, $0.id) < ($1.framework, $1.id) }
    }
}
