package import Fleet

extension RuleSet {
    /// Every rule file of a directory: `*.yaml` and `*.yml`, without tests (`*.test.yaml`) and hidden files; not what lies in folders below it.
    package static func load(directory: String, now: Timestamp? = nil) throws(RuleFileErrors) -> RuleSet {
        try load(paths: [directory], now: now)
    }

    /// Files and directories as named on a command line; tests among them are left out. Reads the disk.
    package static func load(paths: [String], now: Timestamp? = nil) throws(RuleFileErrors) -> RuleSet {
        try parse(try files(paths: paths), now: now)
    }

    /// The texts alone, unread: enough to see whether anything has changed.
    package static func files(paths: [String]) throws(RuleFileErrors) -> [RuleFile] {
        var problems: [FileProblem] = []
        var files: [RuleFile] = []
        var seen: Set<String> = []
        for path in paths {
            do throws(FileProblem) {
                for file in try ruleFiles(at: path) where seen.insert(file).inserted {
                    files.append(RuleFile(path: file, text: try Disk.text(of: file)))
                }
            } catch { problems.append(error) }
        }
        guard problems.isEmpty else { throw RuleFileErrors(problems) }
        return files
    }

    private static func ruleFiles(at path: String) throws(FileProblem) -> [String] {
        guard try Disk.isDirectory(path) else { return isTest(path) ? [] : [path] }
        let files = try Disk.names(in: path).filter { ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) && !$0.hasPrefix(".") && !isTest($0) }
        guard files.count <= RuleSetReading.rulesMax else {
            throw FileProblem(file: path, message: "the directory has more than \(RuleSetReading.rulesMax) rule files; is it the right one?")
        }
        return files.sorted().map { path.hasSuffix("/") ? path + $0 : path + "/" + $0 }
    }

    private static func isTest(_ path: String) -> Bool { path.hasSuffix(".test.yaml") || path.hasSuffix(".test.yml") }
}
