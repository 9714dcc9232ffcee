import Console
import Daemon
import Fleet
import Foundation
import Ledger
import Planning
import Rounds
import Testing

/// A JSON document as it is.
private enum Value: Decodable, Equatable {
    case null, flag(Bool), number(Double), text(String), list([Value]), object([String: Value])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .flag(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([Value].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: Value].self))
        }
    }

    /// Without what has one of these names: members, entries of lists, and things in lists that are called so.
    func leaving(_ names: Set<String>) -> Value {
        switch self {
        case .null, .flag, .number, .text: return self
        case .list(let items):
            let left = items.filter { item in
                if case .object(let members) = item { return !members.values.contains { $0.isOne(of: names) } }
                return !item.isOne(of: names)
            }
            return .list(left.map { $0.leaving(names) })
        case .object(let members): return .object(members.filter { !names.contains($0.key) }.mapValues { $0.leaving(names) })
        }
    }

    private func isOne(of names: Set<String>) -> Bool { if case .text(let text) = self { names.contains(text) } else { false } }

    static func of(_ json: String) throws -> Value { try JSONDecoder().decode(Value.self, from: Data(json.utf8)) }

    static func members(_ json: String) throws -> [String: Value] { try JSONDecoder().decode([String: Value].self, from: Data(json.utf8)) }
}

/// For the same moment: a few seconds after the last round, with findings of every state.
@Suite(.timeLimit(.minutes(3))) struct `A daemon and the ledger that it leaves` {
    private struct Answers {
        var json: String
        var text: String
    }

    /// What only a running daemon knows of itself, and what the end of it changes.
    private static let ofDaemonAlone: Set<String> = ["running", "rounds", "failures", "good", "wrong", "ledger_bytes", "events"]

    /// What gates say is asked anew in each round of a daemon, and nobody asks at rest.
    private static let ofGates =
        ["Held by ", "Is replaced", "Would be replaced", "Kept by ", "By its rules alone: ", "  GATE ", "  not asked: ", "Gates", "  since 20"]
        + Gate.Name.allCases.map { "  \($0) " }

    /// Not recorded, so unknown at rest: how many tasks a node has, and what the one rule says that reads them; and what gates say.
    private static let unrecorded: Set<String> = ["tasks", "staging_tasks", "tasks-not-starting", "assessment", "last_assessment"]

    @Test func `answer every question alike, but for what only a running daemon knows`() async throws {
        let stage = try ConsoleStage()
        await stage.watch(for: .seconds(20 * 60))
        let picture = try #require(await stage.watchdog.keeper.lastReport?.picture)
        let findings = picture.state.findings.values.sorted { $0.node < $1.node }
        let firing = try #require(findings.first { $0.state == .firing }?.node)
        let pending = try #require(findings.first { $0.state == .pending }?.node)
        let sick = Set(findings.map(\.node))
        let well = try #require(picture.state.nodes.keys.sorted().first { !sick.contains($0) })
        let questions: [Question] =
            [
                .nodes, .services(nil), .services("prod/kafka"), .rules, .status, .history(node: nil, since: .seconds(86_400), limit: 10_000),
                .history(node: firing.rawValue, since: .seconds(600), limit: 5),
            ] + [firing, pending, well].map { .explain($0.rawValue) }

        var live: [Question: Answers] = [:]
        try await stage.answering { client in
            for question in questions {
                live[question] = Answers(
                    json: try await client.ask(question, wantsText: false).text, text: try await client.ask(question, wantsText: true).text)
            }
        }
        let archive = try stage.atRest()
        for question in questions {
            let (running, rest) = (try #require(live[question]), try question.answer(from: archive, version: "9.9.9"))
            if question == .status {
                try compare(running, rest)
            } else {
                #expect(try Value.of(running.json).leaving(Self.unrecorded) == Value.of(rest.json).leaving(Self.unrecorded), "\(question)")
                #expect(Self.difference(running.text, rest.lines.joined(separator: "\n")) == [], "\(question)")
            }
            if case .history = question { #expect(running.json == rest.json + "\n") }
            if case .services = question { #expect(running.json == rest.json + "\n") }
        }
        try archive.ledger.close()
        await stage.watchdog.clients.shutdown()
    }

    /// The lines in which both differ, but for what is not recorded.
    private static func difference(_ running: String, _ rest: String) -> [String] {
        func lines(_ text: String) -> [String] {
            let lines = text.split(separator: "\n").map(String.init).filter { line in
                !unrecorded.contains { line.contains($0) } && !ofGates.contains { line.hasPrefix($0) }
            }
            guard let header = lines.first(where: { $0.hasPrefix("NODE ") }), let column = header.firstRange(of: "TASKS") else { return lines }
            let start = header.distance(from: header.startIndex, to: column.lowerBound)
            return lines.map { $0.prefix(start) + $0.dropFirst(start + "TASKS".count) }.map(String.init)
        }
        return zip(lines(running), lines(rest)).filter { $0 != $1 }.map { "running: \($0), at rest: \($1)" }
            + (lines(running).count == lines(rest).count ? [] : ["not as many lines"])
    }

    private func compare(_ running: Answers, _ rest: ConsoleAnswer) throws {
        // That a latch goes on is written once a minute.
        func shared(_ json: String) throws -> [String: Value] {
            try Value.members(json).filter { !Self.ofDaemonAlone.contains($0.key) }.mapValues { $0.leaving(["last_seen", "releases_at"]) }
        }
        #expect(try shared(running.json) == shared(rest.json))
        let (live, left) = (try Value.members(running.json), try Value.members(rest.json))
        #expect(live["running"] == .flag(true) && left["running"] == .flag(false) && left["rounds"] == nil && left["failures"] == nil)
        guard case .list(let wrong)? = live["wrong"], case .list(let more)? = left["wrong"] else {
            Issue.record("no list of what is wrong")
            return
        }
        #expect(more == [.text("no daemon runs on this ledger: nothing is watched")] + wrong)
        func lines(_ text: some Sequence<String>) -> [String] {
            text.filter { line in ["Cluster", "Rules", "Sources", "Nodes", "Findings", "Alerts"].contains { line.hasPrefix($0) } }
        }
        #expect(lines(running.text.split(separator: "\n").map(String.init)) == lines(rest.lines) && lines(rest.lines).count == 6)
    }
}
