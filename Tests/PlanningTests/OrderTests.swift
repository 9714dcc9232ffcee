import Fleet
import Planning
import Scenes
import Testing

@Suite struct `A plan` {
    private func candidate(_ number: Int, _ findingClass: FindingClass = .failing, since: Int64 = 1200) -> Candidate {
        Candidate(node: Scene.id(number), cause: .finding(Scene.finding(number, findingClass, since: Scene.now - .seconds(since))))
    }

    private func order(_ candidates: [Candidate], _ situation: Situation = Scene.open()) -> [NodeID] {
        let plans = [candidates, candidates.reversed()].map { plan($0, in: situation, gates: Gate.all).assessments.map(\.node) }
        #expect(plans[0] == plans[1])
        return plans[0]
    }

    @Test func `has failing before outdated, then fewest members, then the oldest`() {
        #expect(
            order([candidate(9, .outdated, since: 9000), candidate(0), candidate(10), candidate(11, since: 1300)])
                == [Scene.id(11), Scene.id(10), Scene.id(0), Scene.id(9)])
    }

    @Test func `goes zone by zone through outdated nodes, where work is going on first`() {
        let candidates = [candidate(10, .outdated), candidate(9, .outdated), candidate(12, .outdated), candidate(13, .outdated), candidate(1, .outdated)]
        #expect(order(candidates) == [12, 9, 13, 1, 10].map(Scene.id))
        var situation = Scene.open()
        situation.inFlight = [Scene.work(6, .outdated)]
        #expect(order(candidates, situation) == [10, 12, 9, 13, 1].map(Scene.id))
    }

    @Test func `takes turns between the services of outdated nodes, so that none of them waits behind others while another service is idle`() {
        var situation = Scene.open()
        // All in one zone: brokers of one cluster on the first two, and of another on the others.
        let (first, second, third, fourth) = (0, 4, 8, 12)
        for number in [third, fourth] {
            situation.nodes[Scene.id(number)] = Scene.node(number, members: [ServiceMember("prod/logs", MemberName("logs-\(number)"))])
        }
        let candidates = [(first, 9000), (second, 8000), (third, 1300), (fourth, 1200)].map { candidate($0, .outdated, since: $1) }
        #expect(order(candidates, situation) == [first, third, second, fourth].map(Scene.id))
        situation.inFlight = [Scene.work(6, .outdated, members: [Scene.broker(1)])]
        #expect(order(candidates, situation) == [third, first, fourth, second].map(Scene.id))
    }

    @Test func `starts one, and counts it for the next`() {
        let plan = plan([candidate(9), candidate(10), candidate(11)], in: Scene.open(), gates: Gate.all)
        #expect(plan.assessments.map(\.outcome) == [.decided, .refused, .refused])
        #expect(plan[Scene.id(10)]?.shut.map(\.gate) == [.inFlight])
        #expect(plan.assessments.allSatisfy { $0.answers.map(\.gate) == Gate.Name.allCases })
    }

    @Test func `gives the place of one that is blocked to the next`() {
        var situation = Scene.open()
        situation.nodes[Scene.id(9)] = Scene.node(9, keeps: .init(firing: ["pinned"]))
        let plan = plan([candidate(9, since: 9000), candidate(10)], in: situation, gates: Gate.all)
        #expect(plan[Scene.id(9)]?.outcome == .refused && plan[Scene.id(10)]?.outcome == .decided)
    }

    @Test func `says in a dry run what would be replaced now, and what holds the rest`() {
        var situation = Scene.open()
        situation.mode = .alert
        situation.nodes[Scene.id(9)] = Scene.node(9, keeps: .init(firing: ["pinned"]))
        let plan = plan([candidate(9), candidate(10)], in: situation, gates: Gate.all)
        #expect(plan[Scene.id(10)]?.outcome == .wouldStart && plan[Scene.id(9)]?.outcome == .refused)
        #expect(plan[Scene.id(9)]?.shut.map(\.gate) == [.mode, .hold])
    }

    @Test func `counts what it takes over no more`() {
        var situation = Scene.open()
        situation.inFlight = [Scene.work(9, .outdated, isParked: true, makesRoom: true)]
        let plan = plan([candidate(9), candidate(10)], in: situation, gates: Gate.all)
        #expect(plan[Scene.id(9)]?.outcome == .decided && plan[Scene.id(10)]?.outcome == .refused)
    }

    @Test func `trips its latches before it asks`() {
        var situation = Scene.open()
        `The gate breaker`.sicken([6, 7, 8, 9], &situation)
        let plan = plan([candidate(10)], in: situation, gates: Gate.all)
        #expect(plan.latches["breaker/fleet"] != nil && plan[Scene.id(10)]?.shut.map(\.gate) == [.breaker])
    }

    @Test func `leaves out who has left the fleet`() {
        #expect(plan([candidate(99)], in: Scene.open(), gates: Gate.all).assessments.isEmpty)
    }
}
