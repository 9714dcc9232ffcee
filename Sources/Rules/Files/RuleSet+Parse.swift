package import Fleet
internal import Windows

extension RuleSet {
    /// Checks rule files as a whole. Pure: no disk, no clock.
    ///
    /// - Parameter now: when given, a time interval whose years are over is an error too; without it a set that was good once stays good.
    package static func parse(_ files: [RuleFile], now: Timestamp? = nil) throws(RuleFileErrors) -> RuleSet {
        let files = files.sorted { ($0.name, $0.path) < ($1.name, $1.path) }
        var reading = RuleSetReading()
        do throws(FactsFailure) { try reading.read(files, now: now) } catch {
            throw RuleFileErrors([FileProblem(file: files.first?.path ?? "rules", message: error.description)])
        }
        guard reading.problems.isEmpty else { throw RuleFileErrors(reading.problems) }
        return RuleSet(
            rules: reading.rules.sorted { $0.name < $1.name }, intervals: reading.intervals.mapValues(\.interval), hash: hash(of: files),
            files: files, warnings: reading.warnings)
    }

    /// What a set of these files is called, whether or not they are right.
    package static func hash(of files: [RuleFile]) -> RuleSetHash {
        var hash = FNV1a()
        for file in files.sorted(by: { ($0.name, $0.path) < ($1.name, $1.path) }) {
            hash.add(file.name.utf8)
            hash.add([0])
            hash.add(file.text.utf8)
            hash.add([0])
        }
        return RuleSetHash(hash.text)
    }
}

/// The reading of all files of a set: intervals first, for any file may use them.
struct RuleSetReading {
    private(set) var rules: [Rule] = []
    private(set) var intervals: [String: (interval: TimeInterval, place: String)] = [:]
    private(set) var warnings: [String] = []
    private(set) var problems: [FileProblem] = []
    private var used: Set<String> = []

    /// More rules than that are generated, and every round would feel them.
    static let rulesMax = 1000

    mutating func read(_ files: [RuleFile], now: Timestamp?) throws(FactsFailure) {
        let opened = files.map { file in
            let reader = YAMLReader(file: file.path)
            return (file: file, reader: reader, mapping: reader.mapping(of: file.text))
        }
        for file in opened {
            guard let mapping = file.mapping else { continue }
            mapping.allow(["version", "rules", "time_intervals"])
            _ = mapping.required("version")?.integer(in: 1...1)
            for value in mapping["time_intervals"]?.list() ?? [] { readInterval(value, now: now) }
        }
        let checker = try ConditionChecker()
        for file in opened {
            guard let value = file.mapping?["rules"] else { continue }
            for entry in value.list() ?? [] {
                guard rules.count < Self.rulesMax else {
                    entry.note("a directory holds at most \(Self.rulesMax) rules; remove some")
                    break
                }
                readRule(entry, file.file, checker)
            }
        }
        problems = opened.flatMap(\.reader.sortedProblems)
        for (name, interval) in intervals.sorted(by: { $0.key < $1.key }) where !used.contains(name) {
            warnings.append("\(interval.place): no rule uses the time interval '\(name)'")
        }
    }

    private mutating func readInterval(_ value: YAMLValue, now: Timestamp?) {
        let interval = TimeIntervalReader.read(value, now: now)
        guard let name = interval?.name ?? value.mappingName, let interval = interval ?? Optional(TimeInterval(name: name, items: [])) else { return }
        let place = "\(value.reader.file):\(value.line)"
        if let other = intervals[name] {
            value.note("the time interval '\(name)' stands at \(other.place) already; rename one")
            return
        }
        intervals[name] = (interval, place)
    }

    private mutating func readRule(_ entry: YAMLValue, _ file: RuleFile, _ checker: ConditionChecker) {
        guard let rule = RuleReader(file: file, checker: checker).read(entry) else { return }
        if let during = rule.during {
            used.insert(during)
            if intervals[during] == nil {
                let near = Spelling.nearest(to: during, among: intervals.keys.sorted()).map { "did you mean '\($0)'?" } ?? "define it under time_intervals"
                entry.keyed("during").note("rule \(rule.name): there is no time interval '\(during)'; \(near)")
            } else if rule.identity.verdict != .replace {
                warnings.append("\(file.path):\(rule.line): rule \(rule.name): `during` says when nodes may be replaced, and this rule replaces none")
            }
        }
        if rule.identity.verdict != .replace, entry.has("mode") {
            warnings.append("\(file.path):\(rule.line): rule \(rule.name): `mode` says how far a replacement may go, and this rule replaces none")
        }
        if let other = rules.first(where: { $0.name == rule.name }) {
            entry.keyed("name").note("rule \(rule.name) stands at \(other.file):\(other.line) already; rename one")
            return
        }
        rules.append(rule)
    }
}
