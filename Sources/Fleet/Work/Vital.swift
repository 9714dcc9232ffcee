/// Whether a node's machine and agent live: chooses the order of a replacement, and is looked at again before each step.
package enum Vital: String, Hashable, Sendable, CaseIterable, Codable, CustomStringConvertible {
    /// Mesos has it.
    case living
    /// Mesos has lost it for good, a further witness says so too, and nothing contradicts.
    case dead
    /// Lost to Mesos, but the host answers.
    case stray
    /// Its instance is terminated, or about to be, by somebody else than this replacement.
    case departed
    /// None of these can be said: for a person.
    case undecided

    package var description: String { rawValue }
}
