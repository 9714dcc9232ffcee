/// What one status update says of a task, as Mesos' event stream tells it between two polls.
package struct TaskNews: Hashable, Sendable {
    package let id: TaskID
    package let framework: FrameworkID
    /// Nil where the update leaves it out.
    package let agent: AgentID?
    /// `TASK_FAILED`, …, as Mesos spells it.
    package let state: String
    /// When the state was reached, by whoever says so. Nil where the update leaves it out.
    package let since: Timestamp?
    /// `REASON_…`, where there is one.
    package let reason: String?
    /// Whether the master itself says it, and not the task's executor or agent: then it is about the agent.
    package let isMastersWord: Bool

    package init(id: TaskID, framework: FrameworkID, agent: AgentID?, state: String, since: Timestamp?, reason: String? = nil, isMastersWord: Bool = false) {
        self.id = id
        self.framework = framework
        self.agent = agent
        self.state = state
        self.since = since
        self.reason = reason
        self.isMastersWord = isMastersWord
    }

    /// Whether it tells of something that went wrong: with the task, or with the agent below it. What ended well or as somebody wished is for the next poll.
    package var isTrouble: Bool {
        switch state {
        case "TASK_FAILED", "TASK_ERROR", "TASK_LOST", "TASK_DROPPED", "TASK_UNREACHABLE", "TASK_GONE", "TASK_GONE_BY_OPERATOR", "TASK_UNKNOWN": true
        default: false
        }
    }

    /// Whether there may be something wrong with its agent.
    package var isOfAgent: Bool {
        switch state {
        case "TASK_LOST", "TASK_UNREACHABLE", "TASK_GONE", "TASK_GONE_BY_OPERATOR", "TASK_UNKNOWN": true
        default: isTrouble && isMastersWord
        }
    }
}
