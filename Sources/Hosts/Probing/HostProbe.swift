package import Fleet

/// Asks hosts whether they are there.
///
/// What counts is a word of a process on the host. A connection that is accepted and stays silent is none: the kernel of a host that hangs still accepts.
/// One that is refused or broken off, or a word that is no answer to the question, says neither that the host is well nor that it is not.
package struct HostProbe: Sendable {
    package let settings: ProbeSettings

    package init(_ settings: ProbeSettings) { self.settings = settings }

    /// Asks each of the hosts once, no more at a time than the settings allow.
    ///
    /// Hosts of which nothing can be said are left out. Nil when the task was cancelled meanwhile: who was not asked is not silent.
    package func sight(_ hosts: some Sequence<Address>) async -> ProbeSighting? {
        let answers = await withTaskGroup(of: (Address, HostAnswer).self) { group in
            var waiting = Set(hosts).sorted().makeIterator()
            var answers: [Address: ProbeSighting.Answer] = [:]
            for _ in 0..<max(1, settings.concurrency) {
                guard let next = waiting.next() else { break }
                group.addTask { (next, await ask(next)) }
            }
            while let (host, answer) = await group.next() {
                switch answer {
                case .answers: answers[host] = .answers
                case .silent: answers[host] = .silent
                case .unclear: break
                }
                if !Task.isCancelled, let next = waiting.next() { group.addTask { (next, await ask(next)) } }
            }
            return answers
        }
        return Task.isCancelled ? nil : ProbeSighting(hosts: answers)
    }

    private func ask(_ host: Address) async -> HostAnswer {
        await HostQuestion(question: settings.question, host: host, timeout: settings.timeout).answer()
    }
}

/// What came of asking one host.
enum HostAnswer: Hashable, Sendable {
    case answers
    /// Nothing at all within the time.
    case silent
    /// Something that is neither: refused, broken off, another protocol, or trouble at our own end.
    case unclear
}
