import Fleet
import Testing

@testable import Rules

@Suite struct `Ages in a condition` {
    private func marks(_ condition: String) throws -> [Fact: Set<Int64>]? {
        let text = "version: 1\nrules:\n  - {name: a, when: \"\(condition)\", for: 1m, verdict: notify, summary: x}\n"
        return AgeMarks.of(try #require(try RuleSet.parse([RuleFile(path: "a.yaml", text: text)]).rules.first))
    }

    @Test func `that are only compared with numbers change the outcome at those`() throws {
        #expect(try marks("mesos_state = 'absent'") == [:])
        #expect(try marks("launch_age > 600") == [.launchAge: [600]])
        #expect(try marks("(launch_age >= 600 AND NOT 700 < launch_age) OR mesos_state_age <> 5") == [.launchAge: [600, 700], .mesosStateAge: [5]])
        #expect(try marks("CASE WHEN scheduled_event_in < 3600 THEN ec2_state = 'running' ELSE public = 1 END") == [.scheduledEventIn: [3600]])
        #expect(try marks("mesos_state = 'absent' AND (SELECT count(*) FROM node n WHERE n.zone = zone AND n.mesos_state = 'absent') > 1") == [:])
    }

    @Test(arguments: [
        "launch_age % 120 < 60", "launch_age > 600 + 5", "launch_age > mesos_state_age", "abs(launch_age) > 600", "launch_age BETWEEN 5 AND 10",
        "launch_age IN (5, 6)", "launch_age IS NULL", "scheduled_event_in > -5", "5 = launch_age > 600 + 1", "(launch_age) > 5", "-launch_age < 5",
        "(SELECT max(n.launch_age) FROM node n) > 600", "(SELECT count(*) FROM change c WHERE c.age < 900) > 2", "public = launch_age > 600",
    ]) func `that are more than compared say nothing of when`(condition: String) throws {
        #expect(try marks(condition) == nil)
    }
}
