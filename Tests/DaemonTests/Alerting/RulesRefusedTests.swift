import Fleet
import Ledger
import Rounds
import Rules
import Testing

@testable import Daemon

@Suite struct `Rules that are refused` {
    @Test func `are a finding of Mayfly's own until they are mended`() async throws {
        let (folder, rules, lines, clock) = (try TemporaryFolder(), try TemporaryFolder(), Lines(), TurningClock(turns: 1))
        try rules.write(Samples.rule(), "a.yaml")
        let (keeper, ledger) = try Samples.keeper(folder, clock, lines.logger(), rules: try RuleSet.load(directory: rules.path))
        let watcher = RuleWatcher(directory: rules.path, keeper: keeper, time: clock.time, logger: lines.logger(), reloadsOnSignal: false)
        await keeper.take(.ec2(Samples.nothing))
        await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1"))))
        try rules.write(Samples.rule("other", "mesos_stat = 'x'"), "b.yaml")
        try await watcher.run()
        let refused = await keeper.take(.look)
        #expect(refused?.ownFindings.map(\.key) == [OwnFinding.Key(kind: .rulesRefused, subject: "rules")])
        #expect(refused?.picture.ownFindings.first?.summary.contains("b.yaml:3") == true)
        #expect(await keeper.take(.look)?.ownFindings.isEmpty == true && lines.count("WARNING Mayfly is hindered") == 1)
        try rules.write(Samples.rule(), "a.yaml")
        try rules.remove("b.yaml")
        try await watcher.run()
        #expect(await keeper.take(.look)?.ownFindings.map(\.resolvedAt) == [clock.time.now()])
        #expect(lines.count("NOTICE Mayfly is no longer hindered") == 1)
        #expect(try ledger.ownFindings().isEmpty && ledger.ownFindings(resolved: true).count == 1)
    }
}
