import Console
import Daemon
import Fleet
import Foundation
import Ledger
import Planning
import Rounds
import Testing

@Suite(.timeLimit(.minutes(2))) struct `A command to the daemon` {
    /// A daemon twenty minutes into its story, and a client of its socket.
    private func told(_ body: (ConsoleStage, ConsoleClient) async throws -> Void) async throws {
        let stage = try ConsoleStage()
        await stage.watch(for: .seconds(20 * 60))
        try await stage.answering { try await body(stage, $0) }
        await stage.watchdog.clients.shutdown()
        try stage.ledger.close()
    }

    private func refused(_ client: ConsoleClient, _ verb: Instruction.Verb, _ subject: String? = nil, lasting: Duration? = nil) async throws -> ConsoleError {
        let instruction = try Instruction(verb, subject, reason: "r", lasting: lasting)
        return try #require(await #expect(throws: ConsoleError.self) { try await client.tell(instruction, wantsText: true) })
    }

    @Test func `is kept with who gave it and why, and shows until it is taken back`() async throws {
        try await told { stage, client in
            let me = Peer.own.name
            let paused = try await client.tell(Instruction(.pause, reason: "the storage is moved", lasting: .seconds(7200)), wantsText: true)
            #expect(paused.text.hasPrefix("Paused until ") && paused.isGood)
            let status = try await client.ask(.status, wantsText: true).text
            #expect(status.contains("\nPause       PAUSED by \(me) since ") && status.contains(": the storage is moved\n"), "\(status)")
            #expect(stage.lines.contains { $0.contains("A person's command was taken") && $0.contains(me) })
            let resumed = try await client.tell(Instruction(.resume, reason: "it is moved"), wantsText: true)
            #expect(resumed.text.hasPrefix("Resumed"))
            #expect(status.contains("\nTo replace  "), "\(status)")
            let after = try await client.ask(.status, wantsText: true).text
            #expect(after.contains("\nPause       nobody has paused\n"))
            let nothing = try await refused(client, .resume)
            #expect(nothing.code == .commandRefused && nothing.message == "nothing is paused")
            let history = try await client.ask(.history(node: nil, since: .seconds(600), limit: 100), wantsText: true).text
            #expect(history.contains("command taken") && history.contains("the storage is moved"), "\(history)")
        }
    }

    @Test func `to replace a node answers what every gate says, and one to hold it holds it`() async throws {
        try await told { stage, client in
            let state = try #require(await stage.watchdog.keeper.lastReport).picture.state
            // One that no rule has found anything of: it is asked for by nobody but the person.
            let found = Set(state.findings.values.map(\.node))
            let node = try #require(state.nodes.keys.sorted().first { state.nodes[$0]?.node.instance != nil && !found.contains($0) }).rawValue
            let held = try await client.tell(Instruction(.hold, node, reason: "its disk is looked at", lasting: .seconds(3600)), wantsText: true)
            #expect(held.text.hasPrefix("\(node) is held until "))
            let asked = try await client.tell(Instruction(.replace, node, reason: "its fan is dying"), wantsText: true)
            #expect(asked.text.hasPrefix("\(node) is to be replaced"))
            for gate in Gate.Name.allCases { #expect(asked.text.contains("\n  \(gate) "), "\(asked.text)") }
            #expect(asked.text.contains("its disk is looked at"))
            let explained = try await client.ask(.explain(node), wantsText: true).text
            #expect(explained.contains("\nHeld by ") && explained.contains("its disk is looked at") && explained.contains("\nGates\n"))
            let released = try await client.tell(Instruction(.release, node, reason: "the disk is well"), wantsText: false)
            #expect(released.text.contains(#""command" : "release""#) && released.text.contains(#""who" : "\#(Peer.own.name)""#))
            #expect(try await client.ask(.explain(node), wantsText: true).text.contains("not asked"))
        }
    }

    @Test func `about what there is not names what there is`() async throws {
        try await told { stage, client in
            let node = try await refused(client, .release, "i-nobody")
            let some = try #require(await stage.watchdog.keeper.lastReport?.picture.state.nodes.keys.sorted().first?.rawValue)
            #expect(node.code == .nodeUnknown && node.message.contains("i-nobody") && node.hint.contains(some))
            let replacement = try await refused(client, .retry, "17")
            #expect(replacement.code == .replacementUnknown && replacement.hint == "none is open")
            let latch = try await refused(client, .accept, "breaker/moon")
            #expect(latch.code == .latchUnknown && latch.message.contains("breaker/moon"))
            let none = await #expect(throws: ConsoleError.self) { try await client.ask(.replacements("17"), wantsText: true) }
            #expect(none?.code == .replacementUnknown)
            #expect(try await client.ask(.replacements(nil), wantsText: true).text.hasPrefix("No replacement is open"))
        }
    }
}
