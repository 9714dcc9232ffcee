/// How hosts are asked whether they are there.
package struct ProbeSettings: Hashable, Sendable {
    package var question: Question
    /// How often every host is asked.
    package var interval: Duration
    /// How long a host has to say something.
    package var timeout: Duration
    /// How many are asked at the same time. 1…256.
    package var concurrency: Int

    package enum Question: Hashable, Sendable {
        /// `GET /health` of the agent's own port: any HTTP answer will do.
        case http(port: Int)
        /// The line with which an SSH server greets.
        case ssh(port: Int)
    }

    package init(question: Question = .http(port: 5051), interval: Duration = .seconds(30), timeout: Duration = .seconds(5), concurrency: Int = 32) {
        self.question = question
        self.interval = interval
        self.timeout = timeout
        self.concurrency = concurrency
    }
}
