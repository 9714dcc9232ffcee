import Console
import Fleet
import Foundation
import Planning
import Replacing
import Rules
import Scenes
import Testing

@testable import Rounds

/// What a person reads at three in the morning of a node that is held: kept as files, to be read by eye when one changes.
///
/// `MAYFLY_WRITE_DOCS=1` writes them anew.
@Suite struct `An explanation` {
    /// A situation in which exactly this gate holds node `i-00`.
    static func held(by gate: Gate.Name) -> Situation {
        var situation = Scene.open()
        let now = Scene.now
        switch gate {
        case .pause: situation.pause = Pause(who: "ada", reason: "the storage is moved", since: now - .seconds(1800), until: now + .seconds(5400))
        case .mode: situation.mode = .alert
        case .hold:
            situation.holds[Scene.id(0)] = Hold(
                node: Scene.id(0), who: "ada", reason: "its disk is being looked at", since: now - .seconds(600), until: now + .seconds(7200))
        case .identity: situation.nodes[Scene.id(0)] = Scene.node(0, replacements: 2)
        case .fresh:
            situation.sources[.instances] = SourceStatus(
                interval: .seconds(60), readAt: now - .seconds(900), isFresh: false, failure: "DescribeInstances: RequestLimitExceeded")
        case .breaker:
            for number in [1, 2, 3, 6] {
                situation.nodes[Scene.id(number)] = Scene.node(number, isUnhealthy: true)
                situation.failures[Scene.id(number)] = now - .seconds(3600)
            }
        case .image: situation.targets[Scene.pool] = TargetStatus(image: Scene.target, since: now - .seconds(86_400), state: "pending", isProven: true)
        case .window: situation.windows[Scene.rule] = Window(.shut(opens: now + .seconds(16 * 3600)))
        case .rate: situation.starts = [now - .seconds(400), now - .seconds(200)]
        case .inFlight: situation.inFlight = [Scene.work(9)]
        case .successor:
            situation.groups[Scene.group] = AutoScalingGroup(
                name: Scene.group, desired: Scene.size, min: 0, max: Scene.size, instances: (0..<Scene.size).map { Scene.inGroup($0) }, suspended: ["Launch"])
        case .capacity:
            let full = AgentResources(total: .init(cpus: 4, mem: 16_000, disk: 100_000), allocated: .init(cpus: 4, mem: 15_000, disk: 1000))
            for number in 5..<Scene.size { situation.nodes[Scene.id(number)] = Scene.node(number, resources: full) }
        case .service:
            let members = (0..<5).map { $0 == 3 ? Scene.member(3, isInSync: false) : Scene.member($0) }
            situation.services = [Scene.kafka: Scene.service(members: members, partitions: Scene.partitions(out: [3]))]
        }
        return situation
    }

    static func explanation(in situation: Situation, replacements: [Replacement] = []) throws -> Explanation {
        let finding = Scene.finding(0)
        let plan = plan([Candidate(node: Scene.id(0), cause: .finding(finding))], in: situation, gates: Gate.all)
        let evidence = finding.evidence
        let rule = Explanation.RuleExplanation(
            name: Scene.rule, identity: finding.rule, condition: "mesos_state = 'inactive'", standing: .firing, since: finding.firingSince, firesIn: nil,
            window: situation.windows[Scene.rule]?.state ?? .none, reads: evidence, readsTables: [], summary: finding.summary, runbook: nil)
        let node = try #require(situation.nodes[Scene.id(0)]?.node)
        return Explanation(
            node: node, asOf: situation.now, disposition: Disposition(findings: [finding], windows: situation.windows.mapValues(\.state)), rules: [rule],
            facts: evidence, past: [], assessment: plan[Scene.id(0)], replacements: replacements, playbook: .standard)
    }

    @Test(arguments: Gate.Name.allCases) func `of a node that one gate holds names it first, shows all others open, and reads as it did before`(
        gate: Gate.Name
    ) throws {
        let explanation = try Self.explanation(in: Self.held(by: gate))
        let assessment = try #require(explanation.assessment)
        #expect(assessment.answers.map(\.gate) == Gate.Name.allCases)
        #expect(assessment.shut.map(\.gate) == [gate], "\(assessment.shut.map(\.reason))")
        let text = ExplanationText(explanation).lines().joined(separator: "\n") + "\n"
        let words = gate == .mode ? "Would be replaced now: only the mode holds it" : "Held by \(gate): "
        #expect(text.contains("\n" + words))
        try Golden(gate.rawValue).check(text)
    }

    @Test func `in JSON has every gate with its state, and the earliest time`() throws {
        let json = try ConsoleAnswer.encode(Self.explanation(in: Self.held(by: .window)))
        #expect(json.contains(#""outcome" : "refused""#) && json.contains(#""earliest" : "2026-11-24T02:00:00Z""#))
        for gate in Gate.Name.allCases { #expect(json.contains("\"gate\" : \"\(gate)\"")) }
    }

    @Test func `of a node that nothing asks for says that no gate was asked`() throws {
        var explanation = try Self.explanation(in: Scene.open())
        explanation = Explanation(
            node: explanation.node, asOf: explanation.asOf, disposition: .notEphemeral, rules: [], facts: [], past: [], assessment: nil, replacements: [],
            playbook: .standard)
        #expect(ExplanationText(explanation).lines().contains("  not asked: no rule and nobody asks for it to be replaced"))
    }
}

/// A text that is kept in a file.
struct Golden {
    private let url: URL

    init(_ name: String) {
        url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures/explain/\(name).txt").standardizedFileURL
    }

    func check(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        if ProcessInfo.processInfo.environment["MAYFLY_WRITE_DOCS"] == "1" {
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
        let kept = try? String(contentsOf: url, encoding: .utf8)
        #expect(text == kept, "\(url.lastPathComponent) is otherwise; read it, and write it anew with MAYFLY_WRITE_DOCS=1", sourceLocation: sourceLocation)
    }
}
