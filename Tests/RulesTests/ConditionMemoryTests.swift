import Fleet
import Testing

@testable import Rules

/// Looks that ask only for what may come out otherwise, beside looks that ask for everything.
@Suite struct `Outcomes that are remembered` {
    private static let conditions = [
        "mesos_state IN ('inactive', 'absent')", "mesos_state <> 'active'", "asg IS NULL", "coalesce(asg, 'x') = 'x'",
        "'impaired' IN (system_status, instance_status)", "task_failures_1h > 2 AND mesos_state = 'active'", "launch_age > 5", "launch_age = 3",
        "launch_age < 0 OR launch_age >= 7", "scheduled_event_in < 4", "scheduled_event_in = 0 OR scheduled_event_in > 6", "mesos_state_age >= 2",
        "mesos_state = 'absent' AND (mesos_state_age > 3 OR 5 <= launch_age)", "launch_age % 3 = 1", "mesos_state_age IS NULL",
        "(SELECT count(*) FROM node n WHERE n.mesos_state = 'absent') > 2", "(SELECT count(*) FROM change c WHERE c.node_id = id AND c.age < 4) > 0",
        "CASE WHEN registered_age > 4 THEN public = 1 ELSE asg = 'a' END", "EXISTS (SELECT 1 FROM json_each(failing_units))",
    ]

    private static func rules() throws -> RuleSet {
        let rules = conditions.enumerated().map { place, condition in
            let more = place % 4 == 1 ? ", limit: 3" : place % 4 == 2 ? ", shard: 50%" : place % 4 == 3 ? ", keep_firing_for: 3s" : ""
            return "  - {name: r\(place), when: \"\(condition)\", for: \(place % 3)s\(more), verdict: notify, summary: \"{{id}} {{launch_age}}\"}\n"
        }
        return try Building.set("version: 1\nrules:\n" + rules.joined())
    }

    /// Numbers of a seed.
    private struct Draw {
        var state: UInt64

        mutating func callAsFunction(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }

    private static func reading(of fact: Fact, now: Timestamp, _ draw: inout Draw) -> Reading {
        switch draw(8) {
        case 0: .unknown
        case 1: .none
        default:
            switch fact {
            case .mesosState: .text(["active", "inactive", "absent"][draw(3)])
            case .systemStatus, .instanceStatus: .text(["ok", "impaired"][draw(2)])
            case .failingUnits: .text(["[]", #"["a.service"]"#][draw(2)])
            case .launchTime, .registeredTime, .scheduledEventTime: .time(now + .milliseconds(draw(20_000) - 10_000))
            case .taskFailures1h: .integer(Int64(draw(5)))
            case .public: .integer(Int64(draw(2)))
            default: .text(["a", "b"][draw(2)])
            }
        }
    }

    private static let drawn: [Fact] = [
        .mesosState, .asg, .systemStatus, .instanceStatus, .taskFailures1h, .launchTime, .registeredTime, .scheduledEventTime, .failingUnits, .public,
    ]

    private static func alter(_ databases: [FactsDatabase], now: Timestamp, _ draw: inout Draw) throws {
        for _ in 0..<(draw(12) == 0 ? 30 : draw(3)) {
            let id = NodeID("i-\(draw(40))")
            if draw(6) == 0 {
                for facts in databases { try facts.remove(id) }
                continue
            }
            var readings: [Fact: Reading] = [:]
            for fact in drawn { readings[fact] = reading(of: fact, now: now, &draw) }
            let row = Building.facts(id, readings)
            let since = draw(5) == 0 ? nil : now - .milliseconds(draw(9000))
            let change = FactChange(node: id, fact: .mesosState, old: .unknown, new: row[.mesosState], at: now)
            for facts in databases {
                try facts.put(row, stateSince: since)
                try facts.append(change)
            }
        }
    }

    @Test(arguments: UInt64(1)...8) func `are those of a look that asks for everything`(seed: UInt64) throws {
        let rules = try Self.rules()
        let databases = [try FactsDatabase(), try FactsDatabase(remembersOutcomes: false)]
        var draw = Draw(state: seed)
        var now = Building.now
        var clocks: [ClockKey: RuleClock] = [:]
        for step in 0..<250 {
            // Mostly forward by less than a second, at times by much, and now and then back.
            now = now + .milliseconds(draw(20) == 0 ? -draw(5000) : draw(15) == 0 ? draw(20_000) : draw(700))
            var configured = Building.sources
            if draw(10) == 0 { configured.remove(.instances) }
            for facts in databases { try facts.begin(now: now) }
            try Self.alter(databases, now: now, &draw)
            let judgements = try databases.map { facts in
                try judge(
                    rules, on: facts, clocks: clocks, now: now, previousLook: now - .milliseconds(500), interval: .seconds(1), configured: configured,
                    unknownTables: draw.state % 7 == 0 ? ["task"] : [], capacity: 40)
            }
            let differing = zip(judgements[0].rules, judgements[1].rules).filter { $0 != $1 }.map { $0.0.rule }
            try #require(differing == [], "seed \(seed), step \(step)")
            let isSame = judgements[0].transitions == judgements[1].transitions && judgements[0].clocks == judgements[1].clocks
            try #require(isSame, "seed \(seed), step \(step)")
            if draw(10) == 0 {
                for facts in databases { facts.rollback() }
            } else {
                for facts in databases { try facts.commit() }
                clocks = judgements[0].clocks
            }
        }
    }

    @Test func `fail as long as a row makes the condition fail, and are known again after it`() throws {
        let rules = try Building.set(Building.rule(when: "json_extract(tags, '$.a') = 'b'"))
        let facts = try FactsDatabase()
        func judged(_ tags: String) throws -> RuleStanding {
            try facts.begin(now: Building.now)
            try facts.put(Building.facts("i-a", [.tags: .text(tags)]), stateSince: nil)
            for number in 0..<20 where facts.rows[NodeID("i-\(number)")] == nil {
                try facts.put(Building.facts(NodeID("i-\(number)"), [.tags: .text(#"{"a":"b"}"#)]), stateSince: nil)
            }
            let judgement = try judge(
                rules, on: facts, clocks: [:], now: Building.now, previousLook: nil, interval: .seconds(15), configured: Building.sources, capacity: 20)
            try facts.commit()
            return judgement.rules[0]
        }
        #expect(try judged("{}").matches == 20)
        for _ in 0..<2 {
            let broken = try judged("no JSON")
            #expect(broken.failure != nil && broken.unknown.count == 21)
        }
        let mended = try judged(#"{"a":"b"}"#)
        #expect(mended.failure == nil && mended.matches == 21 && mended.unknown.isEmpty)
    }

    @Test func `stay as they are until an age passes a number that it is compared with`() throws {
        let facts = try FactsDatabase()
        let rules = try Building.set(Building.rule(when: "launch_age > 600"))
        func quietUntil(_ set: RuleSet, at now: Timestamp) throws -> Timestamp? {
            try facts.begin(now: now)
            try facts.put(Building.facts("i-a", [.launchTime: .time(Building.now)]), stateSince: nil)
            _ = try judge(set, on: facts, clocks: [:], now: now, previousLook: nil, interval: .seconds(15), configured: Building.sources, capacity: 1)
            try facts.commit()
            return facts.quietUntil(set.rules[0])
        }
        #expect(try quietUntil(rules, at: Building.now) == Building.now + .seconds(600))
        #expect(try quietUntil(rules, at: Building.now + .seconds(600)) == Building.now + .seconds(601))
        #expect(try quietUntil(rules, at: Building.now + .seconds(601)) == Timestamp(milliseconds: .max))
        #expect(try quietUntil(try Building.set(Building.rule(when: "launch_age % 2 = 0")), at: Building.now) == nil)
        #expect(facts.quietUntil(rules.rules[0]) == nil)
    }
}
