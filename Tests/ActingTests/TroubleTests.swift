import Demo
import Fleet
import Replacing
import Rounds
import Simulation
import Synchronization
import Testing

@testable import Daemon

/// Meets each kind of call with one trouble, from the first time that it is made and for a while.
final class Ordeal: Sendable {
    let trouble: DemoCluster.Trouble
    private let clock: StillClock
    private let met = Mutex<[String: (since: Timestamp, times: Int)]>([:])

    /// Longer than two pauses between a call and its repetition.
    static let duration = Duration.seconds(150)

    init(_ trouble: DemoCluster.Trouble, _ clock: StillClock) {
        self.trouble = trouble
        self.clock = clock
    }

    /// How often each kind of call was met.
    var times: [String: Int] { met.withLock { $0.mapValues(\.times) } }

    func meet(_ call: AskedCall) -> DemoCluster.Trouble? {
        guard call.isChange || call.name == "GetConsoleOutput" else { return nil }
        let now = clock.now()
        return met.withLock { met in
            var one = met[call.description] ?? (now, 0)
            defer { met[call.description] = one }
            guard now - one.since < Self.duration else { return nil }
            one.times += 1
            return trouble
        }
    }
}

/// Every call that the hands make, over real sockets and by the program's own clients, meets trouble the first time and for two and a half minutes.
@Suite(.serialized, .timeLimit(.minutes(10))) struct `A replacement of which each kind of call fails for a while` {
    @Test(arguments: Course.allCases, DemoCluster.Trouble.allCases)
    func `waits, tries again or is parked and says why, and comes to the same end`(course: Course, trouble: DemoCluster.Trouble) async throws {
        try await Rehearsal.with(course.world, configuration: course.configuration) { rehearsal in
            let ordeal = Ordeal(trouble, rehearsal.clock)
            rehearsal.cluster.trouble { ordeal.meet($0) }
            if course == .undone { cancelOnceLeft(rehearsal, course.position) }
            try await course.begin(rehearsal)
            let parked = try await rehearsal.finish()
            #expect(course.calls.isSubset(of: ordeal.times.keys), "not met: \(course.calls.subtracting(ordeal.times.keys).sorted())")
            // AWS' client tries four times by itself.
            #expect(ordeal.times.values.allSatisfy { $0 <= 20 }, "\(ordeal.times)")
            let replacement = try #require(await rehearsal.replacement)
            expectReasons(of: trouble, in: replacement)
            #expect(parked.allSatisfy { $0.split(separator: ":").count > 1 && $0.count > 20 }, "\(parked)")
            await course.expectEnd(rehearsal)
        }
    }

    private func cancelOnceLeft(_ rehearsal: Rehearsal, _ position: Int) {
        rehearsal.onErrand = { [cluster = rehearsal.cluster, keeper = rehearsal.keeper] action in
            guard case .leave = action, !cluster.look({ $0.machines[position].isListed }) else { return }
            guard let open = await keeper.lastReport?.picture.state.work.open.first, open.cancelling == nil else { return }
            _ = try await keeper.obey(Command(who: "ada", reason: "it is needed after all", kind: .cancel(open.id)))
        }
    }

    /// What is said of a call is whoever was asked, and what he said.
    private func expectReasons(of trouble: DemoCluster.Trouble, in replacement: Replacement) {
        let words = replacement.intents.compactMap { intent -> (Action, String)? in
            switch intent.answer?.outcome {
            case .refused(let words), .unanswered(let words): (intent.action, words)
            default: nil
            }
        }
        #expect(!words.isEmpty)
        for (action, text) in words {
            // Once the trouble is over, a master refuses what it does not know any more: one that has signed off.
            if case .markGone = action, text.contains("not found") { continue }
            #expect(Self.signs(of: trouble).contains { text.contains($0) } || text.contains("not begun in time"), "\(action.words): \(text)")
        }
    }

    private static func signs(of trouble: DemoCluster.Trouble) -> [String] {
        switch trouble {
        case .badCredentials: ["401", "AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"]
        case .noPermission: ["403", "UnauthorizedOperation", "AccessDenied"]
        case .throttled: ["429", "RequestLimitExceeded", "Throttling"]
        case .lostBefore, .lostAfter: ["closed", "cut", "connection", "400: Agent is not deactivated", "404"]
        }
    }
}
