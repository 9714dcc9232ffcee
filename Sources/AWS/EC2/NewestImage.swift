package import Fleet

/// The search for a pool's newest image. EC2 narrows the list; every condition is checked here again.
package struct NewestImage: Hashable, Sendable {
    package let owners: [String]
    package let name: String?
    package let tags: [Instance.Tag]

    package init(owners: [String], name: String?, tags: [Instance.Tag]) {
        self.owners = owners
        self.name = name
        self.tags = tags
    }

    package var filters: [Filter] {
        (name.map { [Filter("name", [$0])] } ?? []) + tags.map { Filter("tag:" + $0.key, [Filter.literal($0.value)]) }
    }

    /// The newest of those that match, are available and not deprecated; of two made at the same moment, the one with the greater id.
    package func choice(of images: [ListedImage], now: Timestamp) throws(CannotChoose) -> Image {
        let matching = images.filter(matches)
        guard !matching.isEmpty else { throw CannotChoose("no image matches \(self)") }
        let usable = matching.map(\.image).filter { $0.state == "available" && ($0.deprecationTime.map { now < $0 } ?? true) }
        guard let newest = usable.max(by: { ($0.creationTime, $0.id) < ($1.creationTime, $1.id) }) else {
            throw CannotChoose("of \(matching.count) images that match \(self), none is available and not deprecated")
        }
        return newest
    }

    package struct CannotChoose: Error, CustomStringConvertible {
        package let description: String
        init(_ description: String) { self.description = description }
    }

    /// `self` and AWS' aliases stand for accounts whose number is not known here; EC2's word is taken for those.
    private func matches(_ listed: ListedImage) -> Bool {
        let isOwner = owners.contains(listed.owner) || owners.contains { !$0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
        let isNamed = name.map { Self.matches(listed.image.name ?? "", pattern: $0) } ?? true
        return isOwner && isNamed && tags.allSatisfy(listed.tags.contains)
    }

    /// EC2's wildcards: `*` for any characters, `?` for one, a backslash before either for itself. Takes time linear in pattern times text.
    static func matches(_ text: String, pattern: String) -> Bool {
        enum Part: Equatable {
            case any, one
            case exactly(Character)
        }
        var parts: [Part] = []
        var isEscaped = false
        for character in pattern {
            switch character {
            case "\\" where !isEscaped: isEscaped = true
            case "*" where !isEscaped: parts.append(.any)
            case "?" where !isEscaped: parts.append(.one)
            default:
                parts.append(.exactly(character))
                isEscaped = false
            }
        }
        /// Whether the text so far matches the first n parts.
        var reached = [true] + Array(repeating: false, count: parts.count)
        for (index, part) in parts.enumerated() where part == .any { reached[index + 1] = reached[index] }
        for character in text {
            var next = Array(repeating: false, count: parts.count + 1)
            for (index, part) in parts.enumerated() {
                switch part {
                case .any: next[index + 1] = next[index] || reached[index + 1] || reached[index]
                case .one: next[index + 1] = reached[index]
                case .exactly(let wanted): next[index + 1] = reached[index] && wanted == character
                }
            }
            reached = next
        }
        return reached[parts.count]
    }
}

extension NewestImage: CustomStringConvertible {
    package var description: String {
        let conditions = ["owners \(owners.joined(separator: ", "))"] + (name.map { ["name '\($0)'"] } ?? []) + tags.map { "tag \($0.key)=\($0.value)" }
        return conditions.joined(separator: ", ")
    }
}
