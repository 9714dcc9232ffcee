import Fleet
import Rules
import Testing

@Suite struct `Judging` {
    private static func judged(
        _ rules: String, _ nodes: [NodeFacts], clocks: [ClockKey: RuleClock] = [:], configured: Set<Source> = Building.sources, unknownTables: Set<String> = [],
        capacity: Int = 10, previous: Timestamp? = Building.now - .seconds(15)
    ) throws -> (look: Look, judgement: Judgement) {
        let facts = try FactsDatabase()
        try facts.begin(now: Building.now)
        for node in nodes { try facts.put(node, stateSince: Building.now - .seconds(100)) }
        try facts.commit()
        let look = Look(
            rules: try Building.set(rules), facts: facts, now: Building.now, previousLook: previous, interval: .seconds(15), configured: configured,
            unknownTables: unknownTables, capacity: capacity)
        return (look, try look.judge(clocks: clocks))
    }

    private static func outcome(_ condition: String, _ readings: [Fact: Reading]) throws -> String {
        let (look, judgement) = try judged(Building.rule(when: condition), [Building.facts("i-a", readings)])
        let all = judgement.rules[0].matches == 1 ? "true" : judgement.rules[0].unknown == ["i-a"] ? "unknown" : "false"
        let one = try look.standing(of: "i-a", look.rules.rules[0], in: judgement)?.outcome
        switch one {
        case .holds: #expect(all == "true", "\(condition)")
        case .doesNotHold: #expect(all == "false", "\(condition)")
        case .unknown: #expect(all == "unknown", "\(condition)")
        default: Issue.record("\(condition): \(String(describing: one))")
        }
        return all
    }

    @Test func `knows true, false and unknown`() throws {
        let u = Reading.unknown
        let table: [(condition: String, readings: [Fact: Reading], outcome: String)] = [
            ("asg = 'a'", [.asg: .text("a")], "true"),
            ("asg = 'a'", [.asg: .text("b")], "false"),
            ("asg = 'a'", [.asg: .none], "false"),
            ("asg = 'a'", [.asg: u], "unknown"),
            ("asg <> 'a'", [.asg: .none], "false"),
            ("asg <> 'a'", [.asg: u], "unknown"),
            ("NOT (asg = 'a')", [.asg: u], "unknown"),
            ("NOT (asg = 'a')", [.asg: .none], "false"),
            // What is known can settle it.
            ("asg = 'a' AND zone = 'z'", [.asg: u, .zone: .text("y")], "false"),
            ("asg = 'a' AND zone = 'z'", [.asg: u, .zone: .text("z")], "unknown"),
            ("asg = 'a' OR zone = 'z'", [.asg: u, .zone: .text("z")], "true"),
            ("asg = 'a' OR zone = 'z'", [.asg: u, .zone: .text("y")], "unknown"),
            ("asg = 'a' AND zone = 'z'", [.asg: .none, .zone: u], "unknown"),
            ("'impaired' IN (system_status, instance_status)", [.systemStatus: .text("impaired"), .instanceStatus: u], "true"),
            ("'impaired' IN (system_status, instance_status)", [.systemStatus: .text("ok"), .instanceStatus: u], "unknown"),
            ("'impaired' IN (system_status, instance_status)", [.systemStatus: .text("ok"), .instanceStatus: .none], "false"),
            // A column that the rule does not read does not matter.
            ("asg = 'a'", [.asg: .none, .zone: u], "false"),
            // What turns unknown into an answer is unknown with anything that it reads.
            ("asg IS NULL", [.asg: .none], "true"),
            ("asg IS NULL", [.asg: u], "unknown"),
            ("asg IS NOT NULL", [.asg: u], "unknown"),
            ("asg ISNULL", [.asg: u], "unknown"),
            ("asg NOTNULL", [.asg: u], "unknown"),
            ("asg NOT NULL", [.asg: u], "unknown"),
            ("asg IS NOT 'a'", [.asg: u], "unknown"),
            ("asg IS NOT 'a'", [.asg: .none], "true"),
            ("coalesce(asg, 'x') = 'x'", [.asg: u], "unknown"),
            ("coalesce(asg, 'x') = 'x'", [.asg: .none], "true"),
            ("ifnull(asg, 'x') = 'x'", [.asg: u], "unknown"),
            ("nullif('a', asg) = 'a'", [.asg: u], "unknown"),
            ("iif(asg = 'a', 0, 1)", [.asg: u], "unknown"),
            ("iif(asg = 'a', 0, 1)", [.asg: .none], "true"),
            ("CASE WHEN asg = 'a' THEN 0 ELSE 1 END", [.asg: u], "unknown"),
            ("typeof(asg) = 'null'", [.asg: u], "unknown"),
            ("printf('%s', asg) = ''", [.asg: u], "unknown"),
            ("NOT EXISTS (SELECT 1 FROM json_each(failing_units))", [.failingUnits: u], "unknown"),
            ("NOT EXISTS (SELECT 1 FROM json_each(failing_units))", [.failingUnits: .text("[]")], "true"),
            ("asg IS NULL OR zone = 'z'", [.asg: u, .zone: .text("z")], "unknown"),
            ("attributes ->> 'rack' = 'r'", [.attributes: u], "unknown"),
            ("attributes ->> 'rack' = 'r'", [.attributes: .text("{}")], "false"),
            ("attributes ->> 'rack' = 'r'", [.attributes: .text(#"{"rack":"r"}"#)], "true"),
            // Ages are unknown with what they are counted from.
            ("launch_age > 60", [.launchTime: .time(Building.now - .seconds(61))], "true"),
            ("launch_age > 60", [.launchTime: .time(Building.now - .seconds(60))], "false"),
            ("launch_age > 60", [.launchTime: u], "unknown"),
            ("launch_age > 60", [.launchTime: .none], "false"),
            ("scheduled_event_in < 60", [.scheduledEventTime: .time(Building.now + .seconds(59))], "true"),
            ("scheduled_event_in < 60", [.scheduledEventTime: .none], "false"),
            ("mesos_state_age = 100", [.mesosState: .text("active")], "true"),
            ("mesos_state_age = 100", [.mesosState: u], "unknown"),
        ]
        for (condition, readings, outcome) in table { #expect(try Self.outcome(condition, readings) == outcome, "\(condition) \(readings)") }
    }

    @Test func `lets no function pass NULL off as an answer that it does not list`() throws {
        let calls: [String: String] = [
            "abs": "abs(tasks)", "length": "length(asg)", "lower": "lower(asg)", "upper": "upper(asg)", "substr": "substr(asg, 1)",
            "substring": "substring(asg, 1, 2)",
            "instr": "instr('a', asg)", "replace": "replace('a', 'a', asg)", "trim": "trim(asg)", "ltrim": "ltrim(asg, 'a')", "rtrim": "rtrim('a', asg)",
            "round": "round(1.5, tasks)", "sign": "sign(tasks)", "like": "like(asg, 'a')", "glob": "glob('a', asg)",
            "json_extract": "json_extract(tags, '$.a')",
            "json_array_length": "json_array_length(tags)", "json_type": "json_type(tags)", "->": "tags -> 'a'", "->>": "tags ->> 'a'",
        ]
        #expect(Set(calls.keys) == ConditionFunctions.passingNull)
        for call in calls.values.sorted() {
            for condition in ["\(call) = 1", "NOT (\(call) = 1)", "\(call) <> 'x'"] {
                #expect(try Self.outcome(condition, [.asg: .unknown, .tasks: .unknown, .tags: .unknown]) == "unknown", "\(condition)")
            }
        }
    }

    @Test func `is unknown everywhere when a subquery looks at a node that is unknown`() throws {
        let nodes = [Building.facts("i-a", [.zone: .text("z")]), Building.facts("i-b", [.zone: .unknown])]
        let others = try Self.judged(Building.rule(when: "(SELECT count(*) FROM node n WHERE n.zone = node.zone) = 1"), nodes)
        #expect(others.judgement.rules[0].unknown == ["i-a", "i-b"])
        let stale = try Self.judged(
            Building.rule(when: "NOT EXISTS (SELECT 1 FROM task WHERE node_id = node.id)"), nodes, unknownTables: ["task"])
        #expect(stale.judgement.rules[0].unknown == ["i-a", "i-b"])
        #expect(try stale.look.standing(of: "i-a", stale.look.rules.rules[0], in: stale.judgement)?.outcome == .unknown(facts: [], tables: ["task"]))
        let fresh = try Self.judged(Building.rule(when: "NOT EXISTS (SELECT 1 FROM task WHERE node_id = node.id)"), nodes)
        #expect(fresh.judgement.rules[0].matches == 2)
    }

    @Test func `is idle where a source is not configured`() throws {
        let rules = Building.rule(when: "probe = 'silent' OR asg = 'a'")
        let key = ClockKey(rule: "a-rule", node: "i-a")
        let (look, judgement) = try Self.judged(
            rules, [Building.facts("i-a", [.asg: .text("a")])], clocks: [key: RuleClock(since: Building.now - .seconds(15))],
            configured: Building.sources.subtracting([.probe]))
        #expect(judgement.rules[0].idle?.description == "reads probe, which is not configured")
        #expect(judgement.rules[0].unknown == [] && judgement.clocks.isEmpty)
        #expect(judgement.transitions.map(\.change) == [.resolved(.blind)])
        #expect(try look.standing(of: "i-a", look.rules.rules[0], in: judgement)?.outcome == .idle(IdleReason(sources: [.probe])))
    }

    @Test func `fires for nobody above the limit`() throws {
        let rules = Building.rule(when: "asg = 'a'", "    limit: 20%")
        let nodes = ["i-a", "i-b", "i-c"].map { Building.facts(NodeID($0), [.asg: .text("a")]) }
        let key = ClockKey(rule: "a-rule", node: "i-a")
        let above = try Self.judged(
            rules, nodes, clocks: [key: RuleClock(since: Building.now - .seconds(9), firingSince: Building.now - .seconds(9))], capacity: 14)
        #expect(above.judgement.rules[0].limit == RuleStanding.LimitReached(matches: 3, limit: 2))
        #expect(above.judgement.transitions.map(\.change) == [.resolved(.limited)])
        #expect(above.judgement.clocks.isEmpty)
        let below = try Self.judged(rules, nodes, capacity: 15)
        #expect(below.judgement.transitions.map(\.change) == [.firing, .firing, .firing])
        #expect(Rule.Limit.percent(20).nodes(of: 3) == 1 && Rule.Limit.percent(20).nodes(of: 10) == 2 && Rule.Limit.percent(100).nodes(of: 7) == 7)
    }

    @Test func `looks at the same shard in every process`() throws {
        let rules = Building.rule(when: "1", "    shard: 10%")
        let nodes = (0..<1000).map { NodeFacts(id: NodeID("i-\($0)")) }
        let (_, judgement) = try Self.judged(rules, nodes)
        #expect((70...130).contains(judgement.clocks.count))
        #expect(FNV1a.hash("a".utf8) == 0xaf63_dc4c_8601_ec8c)
        #expect(judgement.rules[0].matches == 1000)
    }

    @Test func `resolves what is gone`() throws {
        let clocks = Dictionary(
            uniqueKeysWithValues: [("a-rule", "i-gone"), ("a-rule", "i-a"), ("old-rule", "i-a")].map {
                (ClockKey(rule: RuleName($0.0), node: NodeID($0.1)), RuleClock(since: Building.now - .seconds(15), firingSince: Building.now - .seconds(15)))
            })
        let (look, judgement) = try Self.judged(Building.rule(when: "1"), [NodeFacts(id: "i-a")], clocks: clocks)
        #expect(
            judgement.transitions.map { "\($0.key.rule) \($0.key.node) \($0.change)" } == [
                "a-rule i-gone resolved(Fleet.Finding.Resolution.nodeDeparted)", "old-rule i-a resolved(Fleet.Finding.Resolution.ruleRemoved)",
            ])
        #expect(judgement.clocks.keys.sorted() == [ClockKey(rule: "a-rule", node: "i-a")])
        #expect(look.rules.orphans(among: clocks) == [ClockKey(rule: "old-rule", node: "i-a")])
    }

    @Test func `carries on when one rule fails on one row`() throws {
        let rules = """
            version: 1
            rules:
              - {name: broken, when: "tags ->> 'a' = 'b'", verdict: notify, summary: "so"}
              - {name: sound, when: "asg = 'a'", verdict: notify, summary: "so"}
            """
        let nodes = [Building.facts("i-a", [.tags: .text("no JSON"), .asg: .text("a")]), Building.facts("i-b", [.tags: .text("{}")])]
        let (look, judgement) = try Self.judged(rules, nodes)
        #expect(judgement.rules[0].failure?.contains("malformed JSON") == true)
        #expect(judgement.rules[0].unknown == ["i-a", "i-b"])
        #expect(judgement.rules[1].matches == 1)
        guard case .failed? = try look.standing(of: "i-b", look.rules.rules[0], in: judgement)?.outcome else { Issue.record("not failed"); return }
    }

    @Test func `ends a condition that takes too long over many nodes`() throws {
        let condition = "(SELECT count(*) FROM node a, node b WHERE a.zone <> b.zone AND a.asg <> node.asg) > 1000"
        let nodes = (0..<400).map { Building.facts(NodeID("i-\($0)"), [.zone: .text("z\($0)"), .asg: .text("g\($0)")]) }
        let (_, judgement) = try Self.judged(Building.rule(when: condition), nodes)
        #expect(judgement.rules[0].failure?.contains("takes too long") == true)
    }

    @Test func `says what it read`() throws {
        let rules = """
            version: 1
            rules:
              - name: a-rule
                when: mesos_state = 'absent' AND mesos_state_age > 60
                for: 10m
                verdict: notify
                summary: "{{hostname}} lost for {{mesos_state_age}}, {{ asg }}, {{system_status}}, {{launch_age}}"
            """
        let node = Building.facts(
            "i-a", [.hostname: .text("h"), .mesosState: .text("absent"), .systemStatus: .unknown, .launchTime: .time(Building.now - .seconds(7500))])
        let (look, judgement) = try Self.judged(rules, [node])
        let transition = try #require(judgement.transitions.first)
        #expect(transition.change == .pending && transition.since == Building.now)
        #expect(transition.summary == "h lost for 1m 40s, none, unknown, 2h 5m")
        #expect(transition.readings == [FactReading(fact: .mesosState, reading: .text("absent")), FactReading(fact: .mesosStateAge, reading: .integer(100))])
        let standing = try #require(try look.standing(of: "i-a", look.rules.rules[0], in: judgement))
        #expect(standing.firesIn == .seconds(600) && standing.outcome == .holds)
        #expect(try look.standing(of: "i-b", look.rules.rules[0], in: judgement) == nil)
    }
}
