/// A name that is a type of its own, so that an agent's id is never handed in where an instance's is meant.
///
/// Two identifiers are ordered by their text, byte by byte; lists of them are sorted before anything is decided or printed.
package protocol Identifier: RawRepresentable<String>, Hashable, Sendable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral, Codable {
    init(rawValue: String)
}

extension Identifier {
    package init(_ text: String) { self.init(rawValue: text) }
    package init(stringLiteral text: String) { self.init(rawValue: text) }
    package var description: String { rawValue }
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A Mesos agent's id: `<master id>-S<n>`. A fresh machine always gets a new one; a restarted agent keeps its own.
package struct AgentID: Identifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// An EC2 instance's id: `i-` and 8 or 17 hexadecimal digits.
package struct InstanceID: Identifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// An Amazon machine image's id: `ami-…`.
package struct ImageID: Identifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A Mesos master's id: new each time a master is elected or restarted.
package struct MasterID: Identifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A Mesos framework's id.
package struct FrameworkID: Identifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A Mesos task's id, unique within its framework.
package struct TaskID: Identifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a pool, as the configuration gives it.
package struct PoolName: Identifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A stateful service's name, as DC/OS writes it without the leading slash: `prod/kafka`.
package struct ServiceName: Identifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A member's name, unique in its service and kept wherever it runs: `kafka-0`.
package struct MemberName: Identifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a rule, unique in its directory of rule files. Its clocks are kept by this name over a reload.
package struct RuleName: Identifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// What names a set of rule files by content: 64 bits of FNV-1a over all of it, as 16 hexadecimal digits.
package struct RuleSetHash: Identifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A node's id: its instance's id, else `agent:<agent id>` while no instance is known for it.
package struct NodeID: Identifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    package init(_ instance: InstanceID) { rawValue = instance.rawValue }
    package init(_ agent: AgentID) { rawValue = "agent:" + agent.rawValue }
}
