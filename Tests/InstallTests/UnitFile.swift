import Foundation

/// A unit, or a drop-in, as systemd reads it, with what the people who wrote it say beside each setting.
struct UnitFile {
    struct Setting {
        let name: String
        let value: String
        /// The comment that stands right above it, its lines as one; empty where none does.
        let comment: String
    }

    let settings: [Setting]
    /// Every comment, each with its lines as one.
    let comments: [String]

    /// - Parameter text: of several files one after the other, as systemd joins a unit with its drop-ins.
    init(_ text: String) {
        var settings: [Setting] = []
        var comments: [String] = []
        var comment: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("#") {
                comment.append(line.dropFirst().drop { $0 == " " })
                continue
            }
            let said = comment.joined(separator: " ")
            if !comment.isEmpty { comments.append(said) }
            comment = []
            guard let equals = line.firstIndex(of: "="), !line.hasPrefix("[") else { continue }
            settings.append(Setting(name: String(line[..<equals]), value: String(line[line.index(after: equals)...]), comment: said))
        }
        self.settings = settings
        self.comments = comments
    }

    static func shipped(_ name: String) throws -> UnitFile {
        UnitFile(try String(contentsOfFile: Installation.package + "systemd/" + name, encoding: .utf8))
    }

    /// The last value of a setting; nil where it does not stand there.
    subscript(name: String) -> String? { settings.last { $0.name == name }?.value }

    /// The program and its words. None of ours has a blank in it but for the last of the refresh's, which is not started here.
    var command: [String] { self["ExecStart"]?.split(separator: " ").map(String.init) ?? [] }

    /// What the unit sets: of two settings of one name the later one counts.
    var environment: [String: String] {
        let pairs = settings.filter { $0.name == "Environment" }.map { $0.value.split(separator: "=", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { $1 }
    }

    /// A span of time that is written in seconds or minutes: `30s`, `5min`. Nil where it is written otherwise, or not at all.
    func time(_ name: String) -> Duration? {
        guard let found = self[name]?.wholeMatch(of: /(\d+)(s|min)/), let count = Int(found.output.1) else { return nil }
        return .seconds(found.output.2 == "min" ? count * 60 : count)
    }
}
