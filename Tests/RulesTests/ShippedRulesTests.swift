import Fleet
import Rules
import Testing

@Suite struct `The shipped rules` {
    @Test func `load without a warning`() throws {
        let set = try RuleSet.load(directory: Repository.rules)
        #expect(set.rules.count == 21)
        #expect(set.warnings.isEmpty)
    }

    @Test func `pass their tests`() {
        let report = RuleTests.run(paths: [Repository.rules])
        #expect(report.isGood, "\(report.text)")
        #expect(report.cases.count >= 40)
    }
}
