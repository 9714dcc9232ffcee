/// Which hosts answered when they were asked.
package struct ProbeSighting: Hashable, Sendable {
    /// By private address, as it was asked. A host that was not asked, or of which the asking told nothing, is not in here.
    package let hosts: [Address: Answer]

    package enum Answer: String, CaseIterable, Sendable, Hashable {
        /// It said something: an HTTP answer of the agent's port, or an SSH banner. An accepted connection is no answer.
        case answers
        case silent
    }

    package init(hosts: [Address: Answer]) { self.hosts = hosts }
}

/// What SSM says of its agent on a host.
package enum SSMPing: String, CaseIterable, Sendable, Hashable {
    case online = "Online"
    case connectionLost = "ConnectionLost"
    case inactive = "Inactive"
}
