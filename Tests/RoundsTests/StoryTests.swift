import Captures
import Fleet
import Foundation
import Ledger
import Mesos
import Rules
import Testing
import Wire

@testable import Rounds

/// The captures of a real cluster as one sequence in time, through real sockets, the real client and one ledger.
@Suite struct `The recorded cluster` {
    /// Beside the shipped rules: short enough for what was recorded in seconds.
    private static let ownRules = """
        version: 1
        rules:
          - {name: story-lost, when: "mesos_state IN ('inactive', 'absent')", for: 10s, keep_firing_for: 5s, verdict: replace, class: failing, summary: "{{hostname}}"}
          - {name: story-long-lost, when: "mesos_state IN ('inactive', 'absent')", for: 30s, verdict: notify, summary: "{{hostname}}"}
          - {name: story-drained, when: "mesos_state = 'drained' AND tasks = 0", for: 30s, verdict: notify, summary: "{{hostname}}"}
        """

    private static func rules() throws -> RuleSet {
        let shipped = try RuleSet.load(
            directory: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../rules").standardizedFileURL.path())
        return try RuleSet.parse(shipped.files + [RuleFile(path: "story.yaml", text: ownRules)])
    }

    /// The machines, of which EC2 knows nothing but good.
    private static let ec2: EC2Sighting = {
        let launched = Timestamp(iso8601: "2026-11-20T08:00:00Z") ?? Samples.start
        let instances = StatesPage.numbers.map { number in
            Instance(
                id: id(number), image: "ami-1", state: .running, privateIP: "10.0.1.\(number)", zone: "us-east-1a", type: "m5.large", launchTime: launched,
                tags: [Instance.Tag(key: "Role", value: "agent")])
        }
        return Samples.ec2(instances, target: nil)
    }()

    private static func id(_ number: Int) -> InstanceID { InstanceID("i-\(number)") }

    /// How the master answers from this moment on.
    private static func replay(_ capture: Capture, on master: ReplayServer) throws {
        let state = String(capture.name.prefix { $0 != "." }) + "."
        guard capture.status == 200 else {
            // A master that starts answers every call like this one.
            for call in ReplayServer.calls { master.set(call, [.answer(capture.status, body: capture.body)]) }
            return
        }
        if capture.name.hasPrefix("07-master-restart/1-starting") {
            try master.replay(state: "01-steady/v1_")
            try master.replay(state: "07-master-restart/2-recovered.")
        }
        if capture.name.hasPrefix("01-") { try master.replay(state: "01-steady/v1_") } else { try master.replay(state: state) }
        if capture.name.hasPrefix("06-") { return try master.replay("GET_AGENTS", capture.name) }
        try master.replay("GET_MAINTENANCE_STATUS", "06-maintenance/0-empty.GET_MAINTENANCE_STATUS")
        try master.replay("GET_AGENTS", capture.name)
    }

    private final class Run {
        let watch: Watch
        let client: MesosClient
        /// The same, with every node derived anew in every round.
        let whole: Watch
        private var last: (at: Timestamp, mesos: Result<MesosSighting, SourceFailure>)?
        private(set) var verdicts: [Verdict] = []

        init(watch: Watch, whole: Watch, client: MesosClient) {
            self.watch = watch
            self.whole = whole
            self.client = client
        }

        /// Polls both at a time; EC2 is looked at beside Mesos each time.
        func look(at time: Timestamp) async throws -> RoundReport {
            let mesos: Result<MesosSighting, SourceFailure>
            do throws(SourceFailure) { mesos = .success(try await client.sight()) } catch { mesos = .failure(error) }
            last = (time, mesos)
            return try look(at: time, mesos)
        }

        private func look(at time: Timestamp, _ mesos: Result<MesosSighting, SourceFailure>) throws -> RoundReport {
            let first = try watch.round.take(.mesos(mesos), at: time)
            let second = try #require(try watch.round.take(.ec2(ec2), at: time))
            note(first)
            note(second)
            let others = [try whole.round.take(.mesos(mesos), at: time), try whole.round.take(.ec2(ec2), at: time)]
            #expect(others.map { $0?.findings } == [first?.findings, second.findings] && others.map { $0?.changes } == [first?.changes, second.changes])
            #expect(whole.round.state.nodes == watch.round.state.nodes, "at \(time)")
            return second
        }

        private func note(_ report: RoundReport?) {
            for finding in report?.findings ?? [] {
                verdicts.append(
                    Verdict(
                        clock: Moment.clock(report?.at ?? Samples.start), rule: finding.rule.name.rawValue, node: String(finding.node.rawValue.dropFirst(2)),
                        change: finding.resolution?.rawValue ?? finding.state.rawValue))
            }
        }

        /// While nothing was recorded the daemon goes on looking, and sees what it saw last.
        func waitUntil(_ time: Timestamp) throws {
            while let (at, mesos) = last, time - at > watch.settings.mesosInterval {
                let next = at + watch.settings.mesosInterval
                last = (next, mesos)
                _ = try look(at: next, mesos)
            }
        }

        var states: [String] {
            StatesPage.numbers.map { number in
                let node = NodeID(id(number))
                let state = watch.fact(.mesosState, of: node).description
                guard case .integer(let tasks) = watch.fact(.tasks, of: node) else { return state }
                return "\(state) (\(tasks))"
            }
        }
    }

    @Test func `looks in every moment as the page says`() async throws {
        let page = try StatesPage()
        try #require(page.moments.count >= 30)
        let master = try await ReplayServer.start()
        let http = try HTTPCaller()
        let settings = Settings(pools: [Pool(name: "private", selector: Samples.pool.selector)])
        let watch = try Watch(settings: settings, rules: try Self.rules())
        let whole = try Watch(settings: settings, rules: try Self.rules(), remembersNodes: false)
        let run = Run(watch: watch, whole: whole, client: MesosClient(masters: [master.url], http: http))
        for (clock, moment) in page.moments {
            let capture = try Capture(moment.capture)
            try run.waitUntil(capture.time)
            try Self.replay(capture, on: master)
            let report = try await run.look(at: capture.time)
            #expect(clock == Moment.clock(capture.time), "\(moment.capture)")
            #expect(
                run.states == moment.states, "| \(Moment.clock(capture.time)) | `\(moment.capture)` | \(moment.what) | \(run.states.joined(separator: " | ")) |"
            )
            #expect(report.picture.nodeCount == 8, "\(moment.capture): \(report.notices)")
            if moment.capture.contains("1-starting") || moment.capture.contains("2-recovered") {
                #expect(report.picture.openFindings.allSatisfy { $0.state != .firing || $0.firingSince != report.at }, "\(moment.capture)")
            }
        }
        #expect(run.verdicts == page.verdicts, "\(run.verdicts.map(\.row).joined(separator: "\n"))")
        await http.shutdown()
        try await master.stop()
    }
}

extension Picture {
    fileprivate var nodeCount: Int { state.nodes.count }
}
