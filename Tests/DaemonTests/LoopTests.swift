import Fleet
import Ledger
import Logging
import Mesos
import Rounds
import Rules
import Testing
import Wire

@testable import Daemon

@Suite struct `The daemon's loops` {
    @Test func `say that a poll failed, and try again at the interval`() async throws {
        let (folder, clock, lines) = (try TemporaryFolder(), TurningClock(turns: 3), Lines())
        let (keeper, ledger) = try Samples.keeper(folder, clock, lines.logger())
        let http = try HTTPCaller()
        let client = MesosClient(masters: ["http://127.0.0.1:1"], http: http)
        await keeper.take(.ec2(Samples.nothing))
        try await MesosPoller(client: client, interval: .seconds(15), keeper: keeper, time: clock.time, logger: lines.logger()).run()
        await http.shutdown()
        #expect(lines.count("WARNING Mesos could not be read, will retry") == 3 && lines.count("http://127.0.0.1:1") >= 3, "\(lines.all)")
        #expect(clock.sleeps == Array(repeating: .seconds(15), count: 3))
        #expect(try ledger.sources().first { $0.source == .agents }?.lastAttempt == TurningClock.start + .seconds(30))
    }

    @Test func `name every part of AWS that could not be read`() {
        let failure = SourceFailure("no")
        let blind = EC2Sighting(
            instances: .failure(failure), statuses: .failure(failure), images: .failure(failure), targets: ["p": .failure(failure), "q": .failure(failure)],
            pings: .failure(failure), groups: .failure(failure))
        #expect(blind.failures.map { "\($0.source)" } == ["groups", "images", "instances", "ssm", "statuses", "target/p", "target/q"])
        #expect(Samples.nothing.failures.isEmpty)
    }

    @Test func `count the interval from the start of a turn, and never wait less than nothing`() async throws {
        let clock = TurningClock(turns: 2)
        try await clock.time.repeating(every: .seconds(15)) { clock.step(.seconds(5)) }
        #expect(clock.sleeps == [.seconds(10), .seconds(10)])
        let slow = TurningClock(turns: 2)
        try await slow.time.repeating(every: .seconds(15)) { slow.step(.seconds(50)) }
        #expect(slow.sleeps == [.zero, .zero])
    }

    @Test func `wait an interval and no longer after the clock was set back`() async throws {
        let clock = TurningClock(turns: 2)
        try await clock.time.repeating(every: .seconds(15)) { clock.step(.seconds(-3600)) }
        #expect(clock.sleeps == [.seconds(15), .seconds(15)])
    }

    @Test func `delete what is older than the retention`() async throws {
        let (folder, clock, lines) = (try TemporaryFolder(), TurningClock(turns: 1), Lines())
        let (keeper, ledger) = try Samples.keeper(folder, clock, lines.logger())
        await keeper.note(.daemonStarted)
        #expect(try ledger.history().count == 1)
        try await Retention(keep: .seconds(86_400), keeper: keeper, time: clock.time).run()
        #expect(try ledger.history().count == 1)
        clock.step(.seconds(86_401))
        try await Retention(keep: .seconds(86_400), keeper: keeper, time: clock.time).run()
        #expect(try ledger.history().isEmpty && lines.all.isEmpty)
    }
}

@Suite struct `A keeper of rounds` {
    @Test func `logs findings, and what is odd once`() async throws {
        let (folder, clock, lines) = (try TemporaryFolder(), TurningClock(turns: 1), Lines())
        let rules = try RuleSet.parse([RuleFile(path: "r.yaml", text: Samples.rule("there", "mesos_state = 'active'"))])
        let (keeper, _) = try Samples.keeper(folder, clock, lines.logger(), rules: rules)
        await keeper.take(.ec2(Samples.nothing))
        await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1"))))
        #expect(lines.count("NOTICE Finding changed") == 1 && lines.count("node.id=agent:S-10.0.0.1 ") == 1)
        await keeper.take(.look)
        #expect(lines.count("Finding changed") == 1 && lines.count("DEBUG Round ended") == 2)
    }

    @Test func `says that a round failed, and that rounds are recorded again`() async throws {
        let (folder, clock, lines) = (try TemporaryFolder(), TurningClock(turns: 1), Lines())
        let (keeper, ledger) = try Samples.keeper(folder, clock, lines.logger())
        await keeper.take(.ec2(Samples.nothing))
        #expect(await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1")))) != nil)
        try ledger.close()
        #expect(await keeper.take(.look) == nil)
        await keeper.note(.daemonStopped)
        #expect(lines.count("ERROR Round failed, the next one tries again") == 1 && lines.count("ERROR Audit entry was not recorded") == 1)
    }
}

@Suite struct `Rules that change` {
    private func watcher(_ folder: TemporaryFolder, turns: Int, _ lines: Lines) throws -> (RuleWatcher, RoundKeeper, LedgerStore) {
        let clock = TurningClock(turns: turns)
        let (keeper, ledger) = try Samples.keeper(folder, clock, lines.logger(), rules: try RuleSet.load(directory: folder.path))
        return (RuleWatcher(directory: folder.path, keeper: keeper, time: clock.time, logger: lines.logger(), reloadsOnSignal: false), keeper, ledger)
    }

    @Test func `are taken up, and when they are wrong refused whole, once said`() async throws {
        let (folder, lines) = (try TemporaryFolder(), Lines())
        try folder.write(Samples.rule(), "a.yaml")
        let (watcher, keeper, ledger) = try watcher(folder, turns: 3, lines)
        let first = await keeper.rules
        try await watcher.run()
        #expect(lines.all.isEmpty, "nothing has changed: \(lines.all)")
        try folder.write(Samples.rule("other", "mesos_stat = 'x'"), "b.yaml")
        try await watcher.run()
        #expect(await keeper.rules == first)
        #expect(lines.count("ERROR Rules were refused, the last good set stays") == 1 && lines.count("b.yaml:3") == 1, "\(lines.all)")
        #expect(try ledger.history().count { if case .audit(let entry) = $0.event { entry.kind == .rulesRefused } else { false } } == 1)
        try folder.write(Samples.rule("other"), "b.yaml")
        try await watcher.run()
        #expect(await keeper.rules != first && lines.count("NOTICE Rules were loaded") == 1)
    }

    @Test func `are not said to be loaded when the round that takes them fails`() async throws {
        let (folder, lines) = (try TemporaryFolder(), Lines())
        try folder.write(Samples.rule(), "a.yaml")
        let (watcher, keeper, ledger) = try watcher(folder, turns: 1, lines)
        await keeper.take(.ec2(Samples.nothing))
        await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1"))))
        try folder.write(Samples.rule("other"), "b.yaml")
        try ledger.close()
        try await watcher.run()
        #expect(lines.count("Round failed") == 1 && lines.count("Rules were loaded") == 0, "\(lines.all)")
    }
}
