import Captures
import Fleet
import Foundation
import Testing
import Wire

@testable import Mesos

@Suite struct `A change` {
    static let agent = AgentID("9df0752e-ca60-48b8-8c9e-93192acd5c39-S2")

    /// The bodies that a real master took, but for their blanks and their agents.
    @Test(
        arguments: [
            ("04-states/deactivate.DEACTIVATE_AGENT", MesosChange.deactivate(AgentID("9df0752e-ca60-48b8-8c9e-93192acd5c39-S2"))),
            ("04-states/reactivate.REACTIVATE_AGENT", .reactivate(AgentID("9df0752e-ca60-48b8-8c9e-93192acd5c39-S2"))),
            ("04-states/drain.DRAIN_AGENT", .drain(AgentID("9df0752e-ca60-48b8-8c9e-93192acd5c39-S5"), grace: .seconds(12))),
            ("04-states/gone.MARK_AGENT_GONE_active", .markGone(AgentID("9df0752e-ca60-48b8-8c9e-93192acd5c39-S3"))),
        ] as [(String, MesosChange)])
    func `is asked for in the words that a master has taken`(_ name: String, _ change: MesosChange) async throws {
        let recorded = try Self.request(of: name)
        #expect(String(decoding: change.body, as: UTF8.self).replacing(change.agent.rawValue, with: "AGENT") == recorded)
        try await withReplay { master, http in
            master.set(change.call, [.answer(200)])
            try master.replay("GET_AGENTS", "04-states/deactivated.GET_AGENTS")
            let client = MesosClient(masters: [master.url], http: http)
            #expect(await client.change(change) == .accepted)
            #expect(master.seen.last == change.call)
        }
    }

    @Test(
        arguments: [
            ("03-errors/DEACTIVATE_AGENT_unknown_agent", MesosChange.deactivate(agent), "400 \"Unknown agent\""),
            ("03-errors/DRAIN_AGENT_unknown_agent", .drain(agent, grace: .seconds(60)), "400 \"Unknown agent\""),
            ("03-errors/MARK_AGENT_GONE_unknown_agent", .markGone(agent), "404 \"Agent "),
            ("06-maintenance/1.DRAIN_AGENT_scheduled", .drain(agent, grace: .seconds(60)), "is part of a maintenance schedule"),
        ] as [(String, MesosChange, String)])
    func `that a master refuses is refused in its words`(_ name: String, _ change: MesosChange, _ words: String) async throws {
        let capture = try Capture(name)
        try await withReplay { master, http in
            master.set(change.call, [.answer(capture.status, [("Content-Type", "text/plain; charset=utf-8")], body: capture.body)])
            let outcome = await MesosClient(masters: [master.url], http: http).change(change)
            guard case .refused(let text) = outcome else { return #expect(Bool(false), "\(outcome)") }
            #expect(text.contains(words) && text.contains(change.call), "\(text)")
        }
    }

    @Test(arguments: [500, 502, 504]) func `may have been done when somebody on the way says that it failed`(_ status: Int) async throws {
        try await withReplay { master, http in
            master.set("DRAIN_AGENT", [.answer(status, body: "upstream".utf8)])
            let outcome = await MesosClient(masters: [master.url], http: http).change(.drain(Self.agent, grace: .seconds(60)))
            guard case .unanswered = outcome else { return #expect(Bool(false), "\(outcome)") }
        }
    }

    @Test func `may have been done when the connection ends, or nothing comes in time`() async throws {
        try await withReplay { master, http in
            var limits = MesosClient.Limits()
            limits.idleTimeout = .milliseconds(300)
            let client = MesosClient(masters: [master.url], http: http, limits: limits)
            for steps in [[RawServer.Step.close], []] {
                master.set("MARK_AGENT_GONE", steps)
                let outcome = await client.change(.markGone(Self.agent))
                guard case .unanswered = outcome else { return #expect(Bool(false), "\(outcome)") }
            }
        }
    }

    @Test func `is not asked of a master whose version lacks it`() async throws {
        try await withReplay { master, http in
            let client = MesosClient(masters: [master.url], http: http)
            for (version, change) in [("1.8.1", MesosChange.drain(Self.agent, grace: .seconds(60))), ("1.4.0", .markGone(Self.agent))] {
                try master.set("GET_MASTER", [.answer(200, [("Content-Type", "application/json")], body: Self.master(version))])
                guard case .refused(let text) = await client.change(change) else { return #expect(Bool(false)) }
                #expect(text.contains("Mesos \(version) has no \(change.call)"), "\(text)")
                #expect(!master.seen.contains(change.call))
            }
        }
    }

    @Test func `is not asked of anybody while no master leads`() async throws {
        try await withReplay { master, http in
            master.set("GET_MASTER", [.answer(503, body: "No leader elected".utf8)])
            guard case .refused(let text) = await MesosClient(masters: [master.url], http: http).change(.deactivate(Self.agent)) else {
                return #expect(Bool(false))
            }
            #expect(text.hasPrefix("nothing was asked: ") && text.contains("No leader elected"), "\(text)")
            #expect(!master.seen.contains("DEACTIVATE_AGENT"))
        }
    }

    @Test func `to offers again is asked for only where that is certain to harm no master`() async throws {
        try await withReplay { master, http in
            let client = MesosClient(masters: [master.url], http: http)
            master.set("REACTIVATE_AGENT", [.answer(200)])
            // Not listed: it is unreachable, or gone.
            try master.replay("GET_AGENTS", "04-states/unreachable.GET_AGENTS")
            let drained = AgentID("9df0752e-ca60-48b8-8c9e-93192acd5c39-S5")
            guard case .refused(let text) = await client.change(.reactivate(drained)) else { return #expect(Bool(false)) }
            #expect(text.contains("is not listed"), "\(text)")
            // It drains.
            try master.replay("GET_AGENTS", "04-states/draining.GET_AGENTS")
            guard case .refused(let text) = await client.change(.reactivate(drained)) else { return #expect(Bool(false)) }
            #expect(text.contains("still draining"), "\(text)")
            // Somebody is disconnected, and of those that are deactivated nobody says who.
            try master.replay("GET_AGENTS", "04-states/drained-disconnected.GET_AGENTS")
            try master.set("GET_METRICS", [.answer(200, [("Content-Type", "application/json")], body: Self.metrics(disconnected: 1))])
            try master.set("GET_MASTER", [.answer(200, [("Content-Type", "application/json")], body: Self.master("1.10.0"))])
            guard case .refused(let text) = await client.change(.reactivate(drained)) else { return #expect(Bool(false)) }
            #expect(text.contains("may be one of them"), "\(text)")
            #expect(!master.seen.contains("REACTIVATE_AGENT"))
            try master.set("GET_MASTER", [.answer(200, [("Content-Type", "application/json")], body: Self.master("1.11.0"))])
            #expect(await client.change(.reactivate(drained)) == .accepted)
        }
    }

    /// The body of a recorded request, without blanks, and with AGENT for the agent's id.
    private static func request(of name: String) throws -> String {
        let text = try String(contentsOf: Capture.fixtures.appending(path: "mesos").appending(path: name + ".http"), encoding: .utf8)
        let body = try #require(text.split(separator: "\n").first { $0.hasPrefix("> {") }).dropFirst(2)
        let id = try #require(body.firstMatch(of: /[0-9a-f-]{36}-S[0-9]+/)).output
        return String(body).replacing(id, with: "AGENT").replacing(" ", with: "")
    }

    private static func master(_ version: String) throws -> [UInt8] {
        let steady = String(decoding: try Capture("01-steady/v1_GET_MASTER").body, as: UTF8.self)
        return Array(steady.replacing(/"version":"[0-9.]+"/, with: "\"version\":\"\(version)\"").utf8)
    }

    private static func metrics(disconnected: Int) throws -> [UInt8] {
        let steady = String(decoding: try Capture("01-steady/v1_GET_METRICS").body, as: UTF8.self)
        let name = #"{"name":"master/slaves_disconnected","value":"#
        return Array(steady.replacing(name + "0.0}", with: name + "\(disconnected).0}").utf8)
    }
}
