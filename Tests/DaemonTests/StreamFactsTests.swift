import Captures
import Fleet
import Ledger
import Rounds
import Rules
import Testing

@testable import Daemon
@testable import Mesos

/// The recorded stream, taken from its bytes to the facts of a round.
@Suite(.timeLimit(.minutes(3))) final class `The facts that the recorded stream leads to` {
    private typealias Facts = [NodeID: [Fact: Reading]]

    /// Some minutes after it was recorded.
    private static let now = Timestamp(milliseconds: 1_795_429_000_000)
    private static let time = Time(now: { now }, sleep: { _ in throw CancellationError() })

    private let folder: TemporaryFolder
    private let capture: StreamCapture
    /// What its records say, read at once.
    private let events: [MesosEvent]
    private let trouble: [TaskNews]
    private let keeper: RoundKeeper

    init() throws {
        folder = try TemporaryFolder()
        capture = try StreamCapture()
        var stream = RecordIO()
        events = stream.take(capture.bytes).map { MesosEvent($0) }
        trouble = events.compactMap { if case .taskUpdated(let news) = $0, news.isTrouble { news } else { nil } }
        let ledger = try LedgerStore.open(path: folder.file("mayfly.db"), purpose: .daemon, now: Self.now)
        let round = try Round(ledger: ledger, rules: .empty, settings: Settings(pools: [Samples.pool]), now: Self.now)
        keeper = RoundKeeper(round: round, ledger: ledger, time: Self.time, logger: Lines().logger())
    }

    /// What a poll says: all that gets into trouble runs still, but for one that has ended.
    private func sighting(ended: TaskNews? = nil) -> MesosSighting {
        let agents = (0...6).map {
            Agent(
                id: AgentID("9df0752e-ca60-48b8-8c9e-93192acd5c39-S\($0)"), hostname: "10.0.1.1\($0)", pid: "slave(1)@10.0.1.1\($0):5051", version: "1.12.0",
                registeredTime: Self.now - .seconds(86_400))
        }
        func task(_ news: TaskNews, _ state: String, since: Timestamp?) -> MesosTask {
            MesosTask(
                id: news.id, name: news.id.rawValue, framework: news.framework, frameworkName: nil, agent: news.agent ?? "", state: state, since: since)
        }
        let running = Dictionary(trouble.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }).values.filter { $0.id != ended?.id }
        return MesosSighting(
            master: Samples.mesos().master, agents: agents,
            tasks: .success(
                MesosSighting.Tasks(
                    running: running.map { task($0, "TASK_RUNNING", since: Self.now - .seconds(3600)) },
                    completed: ended.map { [task($0, $0.state, since: $0.since)] } ?? [])))
    }

    /// Two polls: what was heard before is forgotten.
    private func rest() async {
        for _ in 0..<2 { await keeper.take(.mesos(.success(sighting()))) }
        await keeper.take(.ec2(Samples.nothing))
    }

    private func desk(_ mesos: MesosBell = MesosBell()) -> EventDesk {
        EventDesk(mesos: mesos, ec2: EC2Bell(), bulletin: keeper.bulletin, time: Self.time)
    }

    private func hear(_ bytes: some Collection<UInt8>, inPiecesOf size: Int, at desk: EventDesk) {
        var stream = RecordIO()
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            for record in stream.take(Array(rest.prefix(size))) { desk.hear(MesosEvent(record)) }
            rest = rest.dropFirst(size)
        }
    }

    /// The facts once a round has taken what the desk was told.
    private func facts(after desk: EventDesk) async throws -> Facts {
        await keeper.take(.tasks(desk.takeNews()))
        let state = try #require(await keeper.lastReport?.picture.state)
        return state.nodes.mapValues { node in Dictionary(uniqueKeysWithValues: Fact.allCases.map { ($0, node.told[$0]) }) }
    }

    /// By the last two letters of the agents' ids; of those that have any.
    private func failures(_ facts: Facts) -> [String: Int64] {
        var failures: [String: Int64] = [:]
        for facts in facts.values {
            guard case .text(let agent)? = facts[.agentID], case .integer(let count)? = facts[.taskFailures1h], count > 0 else { continue }
            failures[String(agent.suffix(2))] = count
        }
        return failures
    }

    private func facts(of bytes: some Collection<UInt8>, inPiecesOf size: Int) async throws -> Facts {
        await rest()
        let desk = desk()
        hear(bytes, inPiecesOf: size, at: desk)
        return try await facts(after: desk)
    }

    /// Of so many records, read at once and one after the other.
    private func facts(ofRecords count: Int) async throws -> Facts {
        await rest()
        let desk = desk()
        for event in events.prefix(count) { desk.hear(event) }
        return try await facts(after: desk)
    }

    @Test func `are the same in pieces of any size`() async throws {
        let whole = try await facts(ofRecords: events.count)
        #expect(whole.count == 7 && failures(whole) == ["S1": 2, "S5": 1])
        for size in [1, 2, 3, 5, 7, 11, 13, 101, 997, 1009, 4093, 4096, 65_537, capture.bytes.count] {
            #expect(try await facts(of: capture.bytes, inPiecesOf: size) == whole, "pieces of \(size)")
        }
    }

    @Test func `are the same in two pieces, cut at any record, before it and after it`() async throws {
        let whole = try await facts(ofRecords: events.count)
        for place in capture.boundaries.flatMap({ [$0 - 1, $0, $0 + 1] }) where (1..<capture.bytes.count).contains(place) {
            await rest()
            let desk = desk()
            var stream = RecordIO()
            for piece in [capture.bytes[..<place], capture.bytes[place...]] { for record in stream.take(Array(piece)) { desk.hear(MesosEvent(record)) } }
            #expect(try await facts(after: desk) == whole, "cut at \(place)")
        }
    }

    @Test func `are those of the records before a cut at any of them, and whole again with the next stream and the poll that it asks for`() async throws {
        let whole = failures(try await facts(ofRecords: events.count))
        var expected: [Facts] = []
        for count in 0...events.count { expected.append(try await facts(ofRecords: count)) }
        #expect(Set(expected.map { failures($0) }).count == 4, "none, and one more three times")
        for (count, boundary) in capture.boundaries.enumerated().dropFirst() {
            for isWithin in [false, true] {
                let comment: Comment = "cut \(isWithin ? "within" : "after") record \(count)"
                await rest()
                let mesos = MesosBell()
                let desk = desk(mesos)
                hear(capture.bytes[..<(isWithin ? boundary - 1 : boundary)], inPiecesOf: 1000, at: desk)
                #expect(try await facts(after: desk) == expected[isWithin ? count - 1 : count], comment)
                desk.hearEnd(SourceFailure("the stream ended"))
                hear(StreamCapture.subscribed() + capture.bytes[boundary...], inPiecesOf: 1000, at: desk)
                let isPollAsked = try await mesos.wait(atMost: .seconds(60), .system) == .whole
                // The very first record of all is the beginning itself.
                #expect(isPollAsked || (count == 1 && isWithin), comment)
                if isWithin, case .taskUpdated(let lost) = events[count - 1], lost.isTrouble {
                    await keeper.take(.mesos(.success(sighting(ended: lost))))
                }
                #expect(failures(try await facts(after: desk)) == whole, comment)
            }
        }
    }
}
