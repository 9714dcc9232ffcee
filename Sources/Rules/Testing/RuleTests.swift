internal import Fleet

/// Runs rule tests: `mayfly rules test`.
package enum RuleTests {
    /// Test files, and directories, of which every `*.test.yaml` is run. Reads the disk; changes nothing.
    package static func run(paths: [String]) -> RuleTestReport {
        var cases: [RuleTestReport.Case] = []
        var problems: [String] = []
        var files: [String] = []
        for path in paths {
            do throws(FileProblem) { files += try testFiles(at: path) } catch { problems.append(error.description) }
        }
        if files.isEmpty, problems.isEmpty {
            problems.append("\(paths.joined(separator: ", ")): there is no *.test.yaml here; name a test file or its directory")
        }
        for path in files {
            do throws(FileProblem) {
                let (found, wrong) = run(RuleFile(path: path, text: try Disk.text(of: path))) { names throws(RuleFileErrors) in
                    try RuleSet.load(paths: names.map { $0.hasPrefix("/") ? $0 : directory(of: path) + $0 })
                }
                cases += found
                problems += wrong
            } catch { problems.append(error.description) }
        }
        return RuleTestReport(cases: cases, problems: problems)
    }

    /// Runs the tests of one file; pure but for what `load` does with the names under `rule_files`.
    package static func run(_ file: RuleFile, load: ([String]) throws(RuleFileErrors) -> RuleSet) -> (cases: [RuleTestReport.Case], problems: [String]) {
        let reader = YAMLReader(file: file.path)
        var cases: [RuleTestReport.Case] = []
        var problems: [String] = []
        if let mapping = reader.mapping(of: file.text) {
            mapping.allow(["rule_files", "interval", "tests"])
            let interval = mapping["interval"].map { $0.duration(in: .seconds(1) ... .seconds(86_400)) } ?? .seconds(60)
            let tests = mapping.required("tests")?.list() ?? []
            if let names = mapping.required("rule_files")?.strings(), let interval {
                do throws(RuleFileErrors) {
                    let rules = try load(names)
                    cases = tests.compactMap { run($0, file, RuleTestReader(rules: rules, interval: interval), &problems) }
                } catch { problems += error.problems.map(\.description) }
            }
        }
        return (cases, reader.sortedProblems.map(\.description) + problems)
    }

    private static func run(_ value: YAMLValue, _ file: RuleFile, _ reader: RuleTestReader, _ problems: inout [String]) -> RuleTestReport.Case? {
        guard let test = reader.read(value) else { return nil }
        do throws(FactsFailure) {
            var run = try RuleTestRun(test, reader.rules)
            return RuleTestReport.Case(file: file.path, line: test.line, name: test.name, expectations: test.expectations.count, failures: try run.failures())
        } catch {
            problems.append(FileProblem(file: file.path, line: test.line, message: error.description).description)
            return nil
        }
    }

    private static func testFiles(at path: String) throws(FileProblem) -> [String] {
        guard try Disk.isDirectory(path) else { return [path] }
        let names = try Disk.names(in: path).filter { $0.hasSuffix(".test.yaml") || $0.hasSuffix(".test.yml") }.sorted()
        return names.map { path.hasSuffix("/") ? path + $0 : path + "/" + $0 }
    }

    /// With its slash; empty for a bare name.
    private static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }
}
