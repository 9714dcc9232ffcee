/// A member of a service, as it is written everywhere: `prod/kafka/kafka-0`.
package struct ServiceMember: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
    package let service: ServiceName
    package let member: MemberName

    package init(_ service: ServiceName, _ member: MemberName) {
        self.service = service
        self.member = member
    }

    /// Stands for a member of which only the service is known: something of it is reserved, and nobody says for whom.
    package static let unnamed = MemberName("?")

    package var description: String { "\(service)/\(member)" }

    /// The inverse of `description`; nil for a text without a slash.
    package init?(_ text: some StringProtocol) {
        guard let slash = text.lastIndex(of: "/") else { return nil }
        self.init(ServiceName(String(text[..<slash])), MemberName(String(text[text.index(after: slash)...])))
    }

    /// The members in the text of the fact `members`; nil for a text that is no such list. Their names need no escapes.
    package static func list(_ text: String) -> [ServiceMember]? {
        guard text.hasPrefix("["), text.hasSuffix("]"), !text.contains("\\") else { return nil }
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        let names = parts.indices.filter { $0 % 2 == 1 }.map { parts[$0] }
        let members = names.compactMap { ServiceMember($0) }
        return members.count == names.count ? members.sorted() : nil
    }

    package static func < (left: Self, right: Self) -> Bool { (left.service, left.member) < (right.service, right.member) }
}

extension ServiceName {
    /// A service by any of its names: `/prod/kafka`, `prod/kafka`.
    package init(framework name: String) { self.init(rawValue: String(name.drop { $0 == "/" }.reversed().drop { $0 == "/" }.reversed())) }

    /// The role that an SDK scheduler takes by default: `prod__kafka-role`.
    package var role: String { escaped + "-role" }
    /// The principal that an SDK scheduler takes by default: `prod__kafka-principal`.
    package var principal: String { escaped + "-principal" }

    private var escaped: String { rawValue.split(separator: "/").joined(separator: "__") }

    /// The service whose default role this is; nil for a role that no SDK scheduler would choose.
    package init?(role: String) {
        guard role.hasSuffix("-role"), role.count > 5 else { return nil }
        var parts: [Substring] = []
        var rest = role.dropLast(5)
        while let place = rest.firstRange(of: "__") {
            parts.append(rest[..<place.lowerBound])
            rest = rest[place.upperBound...]
        }
        self.init(rawValue: (parts + [rest]).joined(separator: "/"))
    }
}

extension MemberName {
    /// The pod that a text begins with, as SDK schedulers name tasks and volumes: `kafka-0-broker` and `kafka-1-broker-data` are of `kafka-0` and `kafka-1`.
    ///
    /// Nil where no number stands between two words.
    package init?(podOf text: String) {
        let words = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let number = words.indices.dropFirst().first(where: { Self.isNumber(words[$0]) }), number + 1 < words.count else { return nil }
        self.init(rawValue: words[...number].joined(separator: "-"))
    }

    private static func isNumber(_ text: Substring) -> Bool { !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) } }
}

extension MesosTask {
    /// The member that it is: by its labels, else by its name, else its name itself.
    package var member: MemberName {
        if let labels, let index = labels.index { return MemberName("\(labels.type)-\(index)") }
        return MemberName(podOf: name) ?? MemberName(name)
    }

    /// Whether it is written as only SDK schedulers write it.
    ///
    /// An app of Marathon's may have a label `task_type` too, but no such id.
    var isOfSDK: Bool { labels.map { ($0.index != nil || MemberName(podOf: name) != nil) && id.rawValue.contains("__") } ?? false }
}
