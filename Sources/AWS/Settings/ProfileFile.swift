/// One of AWS' profile files, `config` or `credentials`, as sections of properties.
///
/// A line is a section `[name]`, a property `name = value`, an indented `name = value` below a property without a value
/// (how `services` sections nest), a comment (`#` or `;` first, or after white space in a value), or empty.
struct ProfileFile: Sendable {
    /// The path that was read, for errors.
    let path: String
    private(set) var sections: [String: Section] = [:]

    struct Section: Sendable {
        /// Where it starts, counted from 1.
        let line: Int
        /// By lower-case name; nested ones as `ec2.endpoint_url`.
        var properties: [String: String] = [:]
    }

    /// AWS' own tools write a few kilobytes; a megabyte is something else by mistake.
    static let bytesMax = 1 << 20

    init(path: String) { self.path = path }

    init(path: String, text: String) throws(AWSSettingsError) {
        self.path = path
        var section: String?
        var parent: String?
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let number = index + 1
            let content = line.trimmed
            guard let first = content.first, first != "#", first != ";" else { continue }
            if first == "[" {
                let name = try Self.sectionName(content, at: "\(path):\(number)")
                if sections[name] == nil { sections[name] = Section(line: number) }
                (section, parent) = (name, nil)
                continue
            }
            guard let section else { throw AWSSettingsError("\(path):\(number): a property before any [section]; every property belongs to a profile") }
            let property = try Self.property(content, at: "\(path):\(number)")
            if line.first == " " || line.first == "\t" {
                guard let parent else { throw AWSSettingsError("\(path):\(number): an indented line that continues no property; remove the white space") }
                sections[section]?.properties[parent + "." + property.name] = property.value
            } else {
                sections[section]?.properties[property.name] = property.value
                parent = property.name
            }
        }
    }

    private static func sectionName(_ content: Substring, at place: String) throws(AWSSettingsError) -> String {
        guard let end = content.firstIndex(of: "]") else { throw AWSSettingsError("\(place): a section that does not end with ]") }
        let rest = content[content.index(after: end)...].trimmed
        guard rest.isEmpty || rest.hasPrefix("#") || rest.hasPrefix(";") else { throw AWSSettingsError("\(place): text after the section's ]") }
        let words = content[content.index(after: content.startIndex)..<end].split { $0 == " " || $0 == "\t" }
        let name = words.joined(separator: " ").filter { $0 != "\"" && $0 != "'" }
        guard !name.isEmpty else { throw AWSSettingsError("\(place): a section without a name") }
        return name
    }

    private static func property(_ content: Substring, at place: String) throws(AWSSettingsError) -> (name: String, value: String) {
        guard let equals = content.firstIndex(of: "=") else {
            throw AWSSettingsError("\(place): neither a [section], a property (name = value) nor a comment")
        }
        let name = content[..<equals].trimmed.lowercased()
        guard !name.isEmpty else { throw AWSSettingsError("\(place): a property without a name before =") }
        var value = content[content.index(after: equals)...].trimmed
        for comment in [" #", " ;", "\t#", "\t;"] {
            if let range = value.firstRange(of: comment) { value = value[..<range.lowerBound].trimmed }
        }
        return (name, String(value))
    }
}

extension Substring {
    /// Without spaces and tabs at both ends.
    fileprivate var trimmed: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
        while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
        return text
    }
}
