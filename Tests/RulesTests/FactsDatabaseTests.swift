import Fleet
import Rules
import Testing

@Suite struct `The facts database` {
    @Test func `puts everything back on a rollback`() throws {
        let facts = try FactsDatabase()
        try facts.begin(now: Building.now)
        try facts.put(Building.facts("i-a", [.asg: .text("a"), .launchTime: .time(Building.now)]), stateSince: nil)
        try facts.commit()
        try facts.begin(now: Building.now + .seconds(60))
        try facts.put(Building.facts("i-a", [.asg: .text("b")]), stateSince: nil)
        try facts.put(Building.facts("i-b", [:]), stateSince: nil)
        try facts.remove("i-a")
        #expect(facts.nodeIDs == ["i-b"])
        facts.rollback()
        #expect(facts.nodeIDs == ["i-a"] && facts.now == Building.now)
        #expect(try facts.readings(of: "i-a", [.asg, .launchAge]).map(\.reading) == [.text("a"), .integer(0)])
        facts.rollback()
    }

    @Test func `counts ages to the round's time without being put again`() throws {
        let facts = try FactsDatabase()
        try facts.begin(now: Building.now)
        try facts.put(
            Building.facts("i-a", [.mesosState: .text("absent"), .launchTime: .time(Building.now - .seconds(10)), .imageTime: .unknown]),
            stateSince: Building.now)
        try facts.commit()
        for seconds in [0, 60, 3600] {
            try facts.begin(now: Building.now + .seconds(seconds))
            #expect(
                try facts.readings(of: "i-a", [.mesosStateAge, .launchAge, .imageAge, .registeredAge]).map(\.reading) == [
                    .integer(Int64(seconds)), .integer(Int64(seconds) + 10), .unknown, .none,
                ])
            try facts.commit()
        }
        #expect(try facts.readings(of: "i-b", [.asg]) == [])
    }

    @Test func `keeps the newest hundred changes of a node, and none before a time`() throws {
        let facts = try FactsDatabase()
        let rules = try Building.set(
            Building.rule(when: "(SELECT count(*) FROM change WHERE node_id = node.id AND age < 100 AND new = 'active') = 100"))
        func matches(_ now: Timestamp) throws -> Int {
            try judge(rules, on: facts, clocks: [:], now: now, previousLook: nil, interval: .seconds(15), configured: [], capacity: 1).rules[0].matches
        }
        try facts.begin(now: Building.now)
        try facts.put(NodeFacts(id: "i-a"), stateSince: nil)
        for second in 0..<130 {
            try facts.append(FactChange(node: "i-a", fact: .mesosState, old: .unknown, new: .text("active"), at: Building.now - .seconds(129 - second)))
        }
        #expect(try matches(Building.now) == 1)
        try facts.prune(changesBefore: Building.now - .seconds(98))
        #expect(try matches(Building.now) == 0)
        try facts.commit()
    }

    @Test func `has the tasks of the nodes it knows`() throws {
        let facts = try FactsDatabase()
        let rules = try Building.set(
            Building.rule(
                when:
                    "EXISTS (SELECT 1 FROM task WHERE node_id = node.id AND state = 'TASK_FAILED' AND framework = 'f' AND reason IS NULL AND healthy = 0 AND age = 5)"
            ))
        let task = MesosTask(
            id: "t", name: "n", framework: "f", frameworkName: nil, agent: "a", state: "TASK_FAILED", since: Building.now - .seconds(5), isHealthy: false)
        func matches() throws -> Int {
            try judge(rules, on: facts, clocks: [:], now: Building.now, previousLook: nil, interval: .seconds(15), configured: [.tasks], capacity: 1).rules[0]
                .matches
        }
        try facts.begin(now: Building.now)
        try facts.put(NodeFacts(id: "i-a"), stateSince: nil)
        try facts.replaceTasks([task], nodes: ["a": "i-a"])
        #expect(try matches() == 1)
        try facts.replaceTasks([task], nodes: ["b": "i-a"])
        #expect(try matches() == 0)
        try facts.commit()
        #expect(rules.reads(table: "task") && !rules.rules[0].isReplayable)
    }

    @Test func `judges the same for ten thousand nodes`() throws {
        let facts = try FactsDatabase()
        let rules = try RuleSet.load(directory: Repository.rules)
        try facts.begin(now: Building.now)
        for number in 0..<10_000 {
            let state: Reading = number % 100 == 0 ? .text("absent") : number % 101 == 0 ? .unknown : .text("active")
            let node = Building.facts(
                NodeID("i-\(number)"),
                [.mesosState: state, .systemStatus: .text(number % 200 == 0 ? "impaired" : "ok"), .instanceStatus: .text("ok"), .imageOutdated: .integer(0)])
            try facts.put(node, stateSince: Building.now)
        }
        try facts.commit()
        let judgement = try judge(
            rules, on: facts, clocks: [:], now: Building.now, previousLook: nil, interval: .seconds(15), configured: Building.sources, capacity: 10_000)
        let standings = Dictionary(uniqueKeysWithValues: judgement.rules.map { ($0.rule.rawValue, $0) })
        #expect(standings["agent-lost"]?.matches == 50 && standings["agent-lost-unconfirmed"]?.matches == 100)
        #expect(standings["agent-lost-unconfirmed"]?.unknown.count == 99 && standings["image-outdated"]?.matches == 0)
        #expect(judgement.clocks.count == 200)
    }
}
