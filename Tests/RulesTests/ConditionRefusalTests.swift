import Fleet
import Rules
import Testing

@Suite struct `A condition is refused` {
    /// The condition, and words of which each must stand in the one message.
    private static let refused: [(condition: String, words: [String])] = [
        ("", ["when must be text that is not empty"]),
        ("mesos_stat = 'active'", ["no such column: mesos_stat", "did you mean mesos_state?"]),
        ("colour = 'red'", ["no such column: colour", "node has id, pool"]),
        ("node.colour = 'red'", ["no such column: node.colour"]),
        ("launch_time > 5", ["no such column: launch_time", "reads ages: launch_age"]),
        ("unknown_mask = 0", ["no such column: unknown_mask"]),
        ("mesos_state_time > 5", ["no such column: mesos_state_time"]),
        ("rowid = 1", ["no such column: seq"]),
        ("seq = 1", ["no such column: seq"]),
        ("mesos_state = \"active\"", ["double quotes name a column", "'active'"]),
        ("mesos_state = active", ["no such column: active"]),
        ("launch_age > '10m'", ["launch_age is a number of seconds", "'10m' is text", "write 600"]),
        ("'10m' < launch_age", ["launch_age is a number of seconds", "write 600"]),
        ("launch_age BETWEEN 5 AND '10m'", ["launch_age is a number of seconds"]),
        ("launch_age NOT BETWEEN '5' AND 7", ["launch_age is a number of seconds"]),
        ("node.launch_age >= '5'", ["launch_age is a number of seconds", "without quotes"]),
        ("tasks IN (1, '2')", ["tasks is a number", "without quotes"]),
        ("mesos_state = 3", ["mesos_state is text", "3 is not", "single quotes"]),
        ("mesos_state IS -3", ["mesos_state is text", "-3 is not"]),
        ("mesos_state IN ('active', 3)", ["mesos_state is text"]),
        ("mesos_state = x'61'", ["mesos_state is text", "x'61'"]),
        ("public = 'true'", ["public is 0 or 1"]),
        ("asg = TRUE", ["asg is text"]),
        ("asg = NULL", ["compared with NULL", "asg IS NULL"]),
        ("mesos_state = 'lost'", ["mesos_state is never 'lost'", "it is one of active, inactive"]),
        ("mesos_state IN ('active', 'abset')", ["mesos_state is never 'abset'", "did you mean 'absent'?"]),
        ("'impared' IN (system_status, instance_status)", ["system_status is never 'impared'", "did you mean 'impaired'?"]),
        ("mesos_state NOT IN ('inactiv')", ["did you mean 'inactive'?"]),
        ("mesos_state IS NOT 'Active'", ["did you mean 'active'?"]),
        ("count(*) > 3", ["misuse of aggregate", "count in a subquery"]),
        ("max(launch_age) > 3", ["misuse of aggregate"]),
        ("row_number() OVER () > 3", ["a condition"]),
        ("sum(tasks) OVER (PARTITION BY zone) > 3", ["misuse of window"]),
        ("1, 2", ["one expression", "AND or OR"]),
        ("tasks > 1; DROP TABLE node", ["without a semicolon"]),
        ("tasks > 1;", ["without a semicolon"]),
        ("tasks > ?", ["is a parameter", "the value itself"]),
        ("tasks > ?1", ["?1 is a parameter"]),
        ("tasks > :most", [":most is a parameter"]),
        ("tasks > @most OR tasks > $most", ["@most is a parameter"]),
        ("1) --", ["closing parenthesis"]),
        ("tasks > 1 -- many", ["no SQL comment", "YAML comment"]),
        ("tasks > 1 /* many", ["no SQL comment"]),
        ("1) OR (1", ["closing parenthesis"]),
        ("(tasks > 1", ["not closed", "balance"]),
        ("zone = 'a", ["a quote is not closed"]),
        ("DELETE FROM node", ["a condition only reads", "DELETE"]),
        ("INSERT INTO node VALUES (1)", ["a condition only reads"]),
        ("EXISTS (UPDATE node SET tasks = 1)", ["a condition only reads"]),
        ("ATTACH '/etc/passwd' AS p", ["a condition only reads", "ATTACH"]),
        ("PRAGMA table_info(node)", ["a condition only reads", "PRAGMA"]),
        ("EXISTS (SELECT 1 FROM pragma_table_info('node'))", ["a condition only reads the tables"]),
        ("EXISTS (SELECT 1 FROM sqlite_schema)", ["no such table: sqlite_"]),
        ("EXISTS (SELECT 1 FROM sqlite_master WHERE sql IS NOT NULL)", ["no such table: sqlite_master"]),
        ("EXISTS (SELECT 1 FROM tasks)", ["no such table: tasks", "did you mean task?"]),
        ("EXISTS (SELECT * FROM node n)", ["no such column"]),
        ("launch_age > unixepoch()", ["cannot call unixepoch()", "cannot read the clock", "mesos_state_age"]),
        ("strftime('%H', 'now') > '09'", ["cannot read the clock", "during:"]),
        ("CURRENT_TIMESTAMP > '2026'", ["cannot read the clock"]),
        ("mayfly_now() > 5", ["cannot read the clock"]),
        ("random() % 10 = 0", ["cannot call random()", "shard:"]),
        ("length(randomblob(9)) > 1", ["cannot call randomblob()"]),
        ("load_extension('x.so')", ["load_extension"]),
        ("readfile('/etc/passwd') LIKE 'root%'", ["readfile"]),
        ("group_concat(zone) = 'a'", ["group_concat"]),
        ("lenght(zone) = 3", ["no such function: lenght()", "did you mean length?"]),
        ("length(zone, 1) = 3", ["wrong number of arguments"]),
        ("tasks >> > 1", ["syntax error"]),
        ("(SELECT 1, 2)", ["a condition"]),
        ("EXISTS (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n)", ["takes too long"]),
        ("(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n) > 3", ["takes too long", "bound its subqueries"]),
        ("length(printf('%900000000d', 1)) > 1", ["larger than 1 MB"]),
        (
            "(WITH RECURSIVE n(s) AS (SELECT printf('%90000d', 1) UNION ALL SELECT s || s FROM n) SELECT count(s) FROM n) > 1",
            ["larger than 1 MB"]
        ),
        (
            "(WITH RECURSIVE n(i, s) AS (SELECT 1, '' UNION ALL SELECT i + 1, printf('%0*d', 900000, i) FROM n) SELECT max(s) FROM (SELECT s FROM n ORDER BY s)) > 'a'",
            ["takes too long or too much memory"]
        ),
        ("abs(-9223372036854775807 - 1) = 3", ["fails when it is run: integer overflow"]),
        (String(repeating: "(", count: 300) + "1" + String(repeating: ")", count: 300), ["split the rule"]),
        (String(repeating: "NOT ", count: 300) + "tasks", ["split the rule"]),
        ("zone = '" + String(repeating: "a", count: 10_001) + "'", ["longer than 10000 bytes"]),
    ]

    @Test func `with file, line, rule and remedy`() {
        for (condition, words) in Self.refused {
            let problems = Building.problems(Building.rule(when: condition))
            #expect(problems.count == 1, "\(condition.prefix(100)): \(problems)")
            let problem = problems.first ?? ""
            #expect(
                problem.hasPrefix(condition.isEmpty ? "a.yaml:4:" : "a.yaml:4:11: rule a-rule: ") || problem.hasPrefix("a.yaml:5: rule a-rule: "), "\(problem)")
            #expect(problem.contains(";") || condition.isEmpty, "no remedy: \(problem)")
            for word in words { #expect(problem.contains(word), "\(condition.prefix(100)): \(problem)") }
        }
    }

    @Test func `at its column where it stands on the line of its key`() {
        let text = """
            version: 1
            rules:
              - name: a-rule
                when: tasks > 1 AND colour = 'red'
                verdict: notify
                summary: "so"
              - name: b-rule
                when: "tasks > 1 AND color = 'red'"
                verdict: notify
                summary: "so"
            """
        let problems = Building.problems(text)
        #expect(problems.count == 2)
        #expect(problems[0].hasPrefix("a.yaml:4:25: rule a-rule: no such column: colour"), "\(problems)")
        #expect(problems[1].hasPrefix("a.yaml:8:26: rule b-rule: no such column: color"), "\(problems)")
    }
}

@Suite struct `A condition is accepted` {
    private static let accepted = [
        "1", "NOT public", "mesos_state = 'active'",
        "mesos_state IN ('inactive', 'absent') AND (probe = 'silent' OR 'impaired' IN (system_status, instance_status))",
        "launch_age > 600 AND launch_age < 7 * 86400", "scheduled_event_in < -60", "-60 < scheduled_event_in", "image_outdated = TRUE",
        "mesos_state LIKE 'dr%'", "mesos_state || 'x' = 'activex'", "'x' || mesos_state = 'xactive'", "length(hostname) = 3",
        "mesos_state = 'ACTIVE' COLLATE NOCASE",
        "attributes ->> 'rack' = 'r1'", "tags ->> '$.public' = 1", "json_extract(tags, '$.Role') = 'x'",
        "EXISTS (SELECT 1 FROM json_each(failing_units) WHERE value = 'dcos-net')",
        "(SELECT count(*) FROM task WHERE node_id = node.id AND state = 'TASK_FAILED' AND age < 600) > 3",
        "(SELECT count(*) FROM node n WHERE n.zone = node.zone AND n.mesos_state <> 'active') > 3",
        "EXISTS (SELECT 1 FROM change WHERE node_id = node.id AND fact = 'mesos_state' AND old = 'active' AND age < 60)",
        "asg IS NULL", "asg IS NOT NULL", "coalesce(asg, 'x') = 'x'", "CASE WHEN tasks > 3 THEN 1 ELSE 0 END", "iif(tasks > 3, 1, 0)",
        "printf('%d', tasks) = '3'",
        "id = 'i-a' OR agent_id = 'a'';b'", "min(launch_age, registered_age) > 60", "1 IN (SELECT public FROM node)", "[zone] = 'a' AND `zone` = 'b'",
        "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT count(*) FROM n) = 10",
        "tasks > 1e3 OR tasks > 0x10 OR tasks > .5",
        "round(registered_age / 3600.0) > 2", "\"tasks\" > 1", "mesos_state IS NOT 'active'", "(SELECT max(size) FROM service) > 3",
        "EXISTS (SELECT 1 FROM member WHERE node_id = node.id AND in_sync = 0)", "EXISTS (SELECT 1 FROM replacement WHERE node_id = node.id)",
    ]

    @Test func `when it is one read-only expression`() {
        for condition in Self.accepted { #expect(Building.problems(Building.rule(when: condition)) == [], "\(condition)") }
    }

    @Test func `and it is known what it reads`() throws {
        func reads(_ condition: String) throws -> (facts: [Fact], tables: [String], strict: Bool, others: Bool) {
            let rule = try Building.set(Building.rule(when: condition)).rules[0]
            return (rule.reads, rule.readsTables, rule.isStrict, rule.readsOtherNodes)
        }
        #expect(try reads("mesos_state_age > 5 AND launch_age > 5") == ([.mesosStateAge, .launchAge], [], false, false))
        #expect(try reads("'impaired' IN (system_status, instance_status)") == ([.systemStatus, .instanceStatus], [], false, false))
        #expect(try reads("EXISTS (SELECT 1 FROM task WHERE node_id = node.id)") == ([.id], ["task"], true, false))
        #expect(try reads("(SELECT count(*) FROM node n WHERE n.zone = node.zone) > 3") == ([.zone], [], true, true))
        #expect(try reads("tasks IS NULL") == ([.tasks], [], true, false))
        #expect(try reads("coalesce(tasks, 3) = 3").strict)
        #expect(try reads("printf('%d', tasks) = ''").strict)
        #expect(try reads("max(tasks, 3) = 3").strict)
        #expect(try reads("tasks NOT NULL").strict)
        #expect(try reads("CASE tasks WHEN 3 THEN 1 END").strict)
        #expect(try reads("attributes ->> 'rack' = 'IS NULL'").strict == false)
    }
}
