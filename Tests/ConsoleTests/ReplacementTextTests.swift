import Fleet
import Foundation
import Planning
import Replacing
import Scenes
import Testing

@testable import Console
@testable import Rounds

@Suite struct `A replacement, told` {
    private static let member = Scene.broker(0)

    private static func began() -> Replacement {
        Replacement(
            id: ReplacementID(7), node: Scene.id(0), instance: "i-00", agent: Scene.agent(0), slot: Scene.id(0), pool: Scene.pool, zone: "a", rule: Scene.rule,
            findingClass: .failing, askedBy: "mayfly", reason: "Mesos lost 10.0.0.1 10m ago and EC2 calls it impaired", startedAt: Scene.now,
            targetImage: Scene.target, order: .living)
    }

    private static func replacement(_ transitions: [Transition]) -> Replacement {
        var replacement = began()
        for (index, transition) in transitions.enumerated() { replacement.apply(transition, at: Scene.now + .seconds(60 * (index + 1))) }
        return replacement
    }

    private static let moving: [Transition] = [
        .stepped(to: .cordon), .intended(Intent(number: 1, step: .cordon, attempt: 1, action: .deactivate(Scene.agent(0)), at: Scene.now + .seconds(120))),
        .answered(intent: 1, Intent.Answer(at: Scene.now + .seconds(180), outcome: .accepted)),
        .membersSeen([MemberMove(member: member, task: "kafka-0__t", agent: Scene.agent(0), broker: 0)]), .stepped(to: .move),
        .moved(
            {
                var move = MemberMove(member: member, task: "kafka-0__t", agent: Scene.agent(0), broker: 0, askedAt: Scene.now + .seconds(360), asked: 1)
                move.placedAt = Scene.now + .seconds(420)
                move.recoveredAt = Scene.now + .seconds(480)
                move.behind = 3
                return move
            }()),
    ]

    private static let stories: [(name: String, transitions: [Transition])] = [
        ("in-flight", moving), ("waiting", moving + [.waits(["pause", "service"])]),
        ("parked", moving + [.parked(.memberNotSyncing, "kafka-0 is behind in 3 partitions for 30m")]),
        ("being-undone", moving + [.cancelling(who: "ada", reason: "the node is well")]),
        (
            "done",
            [.stepped(to: .cordon), .ended(Replacement.Outcome(kind: .done, reason: "the fresh node is well", isSymptomGone: true, survivedProbation: true))]
        ),
    ]

    @Test(arguments: stories.map(\.name)) func `says where it stands, what it waits for and what it asks, as it did before`(name: String) throws {
        let replacement = Self.replacement(try #require(Self.stories.first { $0.name == name }).transitions)
        let explanation = try `An explanation`.explanation(in: Scene.open(), replacements: [replacement])
        let held = [
            GateAnswer(.pause, .shutUntil(Scene.now + .seconds(3600)), "ada has paused everything: the storage is moved", values: ["who": "ada"]),
            GateAnswer(.service, .shut, "1 of 1 slot of prod/kafka is taken: prod/kafka/kafka-2 (down)", values: ["service": "prod/kafka"]),
        ]
        let shown = Explanation(
            node: explanation.node, asOf: Scene.now + .seconds(900), disposition: explanation.disposition, rules: [], facts: [], past: [], assessment: nil,
            held: name == "waiting" ? held : [], replacements: [replacement], playbook: .standard)
        try Golden("replacement-\(name)").check(ExplanationText(shown).lines().joined(separator: "\n") + "\n")
        let json = try ConsoleAnswer.encode(ReplacementView(replacement, playbook: .standard, isWhole: true))
        #expect(json.contains("\"standing\" : \"\(replacement.standing.word)\"") && json.contains(#""asked_by" : "mayfly""#))
    }

    @Test(arguments: ParkReason.allCases) func `and parked asks something of a person`(reason: ParkReason) {
        #expect(!reason.remedy.isEmpty && !reason.remedy.hasSuffix("."))
        let text = ReplacementText(Self.replacement([.parked(reason, "as the test says")]), playbook: .standard, now: Scene.now)
        #expect(text.lines(isWhole: false).contains { $0.contains(reason.remedy) && $0.contains("mayfly retry 7") })
    }
}
