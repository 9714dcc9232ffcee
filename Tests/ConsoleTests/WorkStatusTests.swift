import Fleet
import Foundation
import Ledger
import Planning
import Replacing
import Rules
import Scenes
import Testing

@testable import Console
@testable import Rounds

@Suite struct `The status of the work` {
    private static let now = Scene.now

    private static func ago(_ minutes: Int64) -> Timestamp { now - .seconds(minutes * 60) }

    private static func replacement(_ number: Int, class findingClass: FindingClass = .failing, _ transitions: [Replacing.Transition]) -> Replacement {
        var replacement = Replacement(
            id: ReplacementID(Int64(number)), node: Scene.id(number), instance: InstanceID(Scene.id(number).rawValue), agent: Scene.agent(number),
            slot: Scene.id(number), pool: Scene.pool, zone: "a", rule: Scene.rule, findingClass: findingClass, askedBy: "mayfly", reason: "it is sick",
            startedAt: ago(40), targetImage: Scene.target, order: .living)
        for (index, transition) in transitions.enumerated() { replacement.apply(transition, at: ago(39 - Int64(index))) }
        return replacement
    }

    /// Everything that can hold work back holds some of it.
    private static var busy: Work {
        var work = Work()
        let all = [
            replacement(1, [.stepped(to: .cordon)]), replacement(2, class: .outdated, [.stepped(to: .cordon), .waits(["service"])]),
            replacement(3, [.stepped(to: .cordon), .parked(.cordonFailed, "not within 5m: nothing was heard")]),
        ]
        work.replacements = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
        work.held[ReplacementID(2)] = [GateAnswer(.service, .shut, "1 of 1 slot of prod/kafka is taken: prod/kafka/kafka-2 (down)")]
        work.pause = Pause(who: "ada", reason: "the storage is moved", since: ago(30), until: now + .seconds(5400))
        work.claim = .ours(confirmedAt: now - .seconds(20))
        let tripped = Latch(
            name: "breaker/fleet", reason: "4 of 20 nodes of the fleet are unhealthy, and 3 are too many", since: ago(20), lastSeen: ago(1),
            cooldown: .seconds(1200))
        var accepted = Latch(
            name: "quarantine/ami-2", reason: "a fresh node of ami-2 failed in replacement 1", since: ago(60), lastSeen: ago(60), cooldown: nil)
        accepted.accept(who: "eva", reason: "it was the network", at: ago(10))
        work.latches = [tripped.name: tripped, accepted.name: accepted]
        work.holds[Scene.id(5)] = Hold(node: Scene.id(5), who: "ada", reason: "its disk is looked at", since: ago(5), until: now + .seconds(3600))
        work.requests[Scene.id(6)] = Request(node: Scene.id(6), who: "eva", reason: "odd disk", since: ago(2))
        work.approvals[Scene.id(7)] = Approval(
            node: Scene.id(7), who: "eva", reason: "reviewed", since: ago(2), until: now + .seconds(1800),
            evidence: Approval.Evidence(rule: Scene.rule, instance: "i-07", members: [], targetImage: Scene.target))
        let assessed: [(Int, Assessment.Outcome, [Gate.Name])] = [
            (6, .refused, [.pause, .service]), (7, .wouldStart, [.mode]), (8, .decided, []), (9, .refused, [.pause]),
        ]
        for (number, outcome, shut) in assessed {
            work.assessments[Scene.id(number)] = RecordedAssessment(node: Scene.id(number), rule: Scene.rule, from: ago(9), outcome: outcome, shut: shut)
        }
        return work
    }

    private static func picture(_ work: Work) -> Picture {
        var state = State()
        state.work = work
        return Picture(
            at: now, state: state, judgement: Judgement(), rules: .empty, settings: Settings(pools: []), stale: [], master: nil, counts: nil, plan: Plan())
    }

    @Test func `says all that is in flight and all that holds anything back, and reads as it did before`() throws {
        let lines = WorkStatus(picture: Self.picture(Self.busy), pauseFile: "a snapshot is taken").lines()
        try Golden("../status/busy").check(lines.joined(separator: "\n") + "\n")
    }

    @Test func `says of a cluster on which nothing is to be done that it is so`() throws {
        let lines = WorkStatus(picture: Self.picture(Work()), pauseFile: nil).lines()
        try Golden("../status/idle").check(lines.joined(separator: "\n") + "\n")
    }
}
