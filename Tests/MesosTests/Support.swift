import Captures
import Fleet
import Foundation
import Testing
import Wire

@testable import Mesos

/// Runs `body` with a recorded master and a caller, and stops both after.
func withReplay<Result>(
    prefix: String = "", authorization: String? = nil, _ body: (ReplayServer, HTTPCaller) async throws -> Result
) async throws -> Result {
    let replay = try await ReplayServer.start(prefix: prefix, authorization: authorization)
    let http = try HTTPCaller()
    do {
        let result = try await body(replay, http)
        await http.shutdown()
        try await replay.stop()
        return result
    } catch {
        await http.shutdown()
        try? await replay.stop()
        throw error
    }
}

func withServer<Result>(_ answer: @escaping RawServer.Answer, _ body: (RawServer, HTTPCaller) async throws -> Result) async throws -> Result {
    try await RawServer.with(answer: answer) { server in
        let http = try HTTPCaller()
        do {
            let result = try await body(server, http)
            await http.shutdown()
            return result
        } catch {
            await http.shutdown()
            throw error
        }
    }
}

extension MesosClient {
    /// As `sight`, but throwing any error.
    func look() async throws -> MesosSighting { try await sight() }

    /// The text of the failure that a poll is expected to end with.
    func failure(sourceLocation: SourceLocation = #_sourceLocation) async -> String {
        do throws(SourceFailure) {
            let sighting = try await sight()
            Issue.record("expected a failure, got \(sighting.agents.count) agents", sourceLocation: sourceLocation)
            return ""
        } catch {
            return error.message
        }
    }
}

extension Result where Failure == SourceFailure {
    var failureText: String? { if case .failure(let failure) = self { failure.message } else { nil } }
}

/// `11a 12d`: the last number of each agent's hostname and its state: a(ctive), i(nactive), (deactivated) x, (drainin)g, d(rained), r(ecovered).
func summary(_ agents: [Agent], _ recovered: [RecoveredAgent]) -> String {
    func number(_ hostname: String) -> String {
        String(hostname.replacing(".ec2.internal", with: "").split { ".-".contains($0) }.last ?? "")
    }
    let listed = agents.map { agent in
        let state =
            switch agent.drain {
            case .draining: "g"
            case .drained: "d"
            case nil: agent.isDeactivated ? "x" : agent.isActive ? "a" : "i"
            }
        return number(agent.hostname) + state
    }
    return (listed + recovered.map { number($0.hostname) + "r" }).sorted().joined(separator: " ")
}

/// Decodes a body as the answer to a call and throws what was wrong with it; what came out is checked, not returned.
func decode(_ call: String, _ body: [UInt8], version: String = "1.12.0") throws {
    let version = MesosVersion(version)
    try body.withUnsafeBufferPointer { bytes in
        switch call {
        case "GET_MASTER": _ = try MasterAnswer(bytes)
        case "GET_FLAGS": _ = try FlagsAnswer(bytes)
        case "GET_AGENTS":
            let answer = try AgentsAnswer(bytes, version: version)
            let ids = answer.agents.map(\.id) + answer.recovered.map(\.id)
            #expect(Set(ids).count == ids.count && ids.allSatisfy { !$0.rawValue.isEmpty })
            #expect(answer.agents.allSatisfy { !$0.hostname.isEmpty && !$0.pid.isEmpty && !$0.version.isEmpty })
            #expect(answer.recovered.allSatisfy { !$0.hostname.isEmpty })
        case "GET_FRAMEWORKS": _ = try FrameworksAnswer(bytes, version: version)
        case "GET_TASKS":
            let tasks = try TasksAnswer(bytes, version: version, frameworks: FrameworksAnswer()).tasks
            #expect(
                (tasks.running + tasks.completed + tasks.unreachable).allSatisfy { !$0.id.rawValue.isEmpty && !$0.agent.rawValue.isEmpty && !$0.state.isEmpty })
        case "GET_MAINTENANCE_STATUS": _ = try MaintenanceAnswer(bytes)
        case "GET_METRICS": _ = try MetricsAnswer(bytes)
        default: Issue.record("unknown call \(call)")
        }
    }
}

/// All recorded good answers: the call, the name and the body.
func recordedAnswers() throws -> [(call: String, capture: Capture)] {
    var answers: [(call: String, capture: Capture)] = []
    for folder in ["01-steady", "04-states", "06-maintenance", "07-master-restart"] {
        for call in ReplayServer.calls {
            for name in try Capture.names(folder, call) {
                let capture = try Capture(name)
                if capture.status == 200, !capture.isGzip { answers.append((call, capture)) }
            }
        }
    }
    return answers
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
