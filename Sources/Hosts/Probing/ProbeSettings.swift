/// How hosts are asked whether they are there.
package struct ProbeSettings: Hashable, Sendable {
    package var question: Question
    /// How often every host is asked. 30 s by default.
    package var interval: Duration
    /// How long a host has to say something, connecting included. 5 s by default.
    package var timeout: Duration
    /// How many are asked at the same time. 1…256; 32 by default, with which a thousand silent hosts take two and a half minutes.
    package var concurrency: Int

    package enum Question: Hashable, Sendable, CustomStringConvertible {
        /// `GET /health` of the agent's own port: any HTTP answer will do.
        case http(port: Int)
        /// The line with which an SSH server greets.
        case ssh(port: Int)

        package var port: Int {
            switch self {
            case .http(let port), .ssh(let port): port
            }
        }

        /// For people: `HTTP on port 5051`.
        package var description: String {
            switch self {
            case .http(let port): "HTTP on port \(port)"
            case .ssh(let port): "SSH on port \(port)"
            }
        }
    }

    package init(question: Question = .http(port: 5051), interval: Duration = .seconds(30), timeout: Duration = .seconds(5), concurrency: Int = 32) {
        self.question = question
        self.interval = interval
        self.timeout = timeout
        self.concurrency = concurrency
    }
}
