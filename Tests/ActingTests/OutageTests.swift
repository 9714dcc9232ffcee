import Demo
import Fleet
import Replacing
import Rounds
import Simulation
import Testing

@testable import Daemon

/// One source refuses everything in the middle of a replacement, reading and doing alike, for five minutes.
@Suite(.serialized, .timeLimit(.minutes(10))) struct `A replacement while one source refuses everything` {
    private static let troubles: [DemoCluster.Trouble] = [.badCredentials, .noPermission, .throttled]
    private static let sources = AskedCall.Whom.allCases.filter { $0 != .other }

    @Test(arguments: sources, troubles)
    func `does nothing that rests on it, says what it lacks, and goes on when it is over`(source: AskedCall.Whom, trouble: DemoCluster.Trouble) async throws {
        let course = Course.inGroup
        try await Rehearsal.with(course.world, configuration: course.configuration) { rehearsal in
            try await course.begin(rehearsal)
            let isCordoned = await rehearsal.go(atMost: .seconds(600)) { report in
                report.picture.state.work.open.first?.intents.contains { $0.answer?.outcome == .accepted } ?? false
            }
            try #require(isCordoned)
            let before = rehearsal.cluster.calls().count
            rehearsal.cluster.trouble { $0.whom == source ? trouble : nil }
            await rehearsal.go(for: .seconds(300))
            // Every step down to the end of the instance rests on what all of them say; but Auto Scaling and SSM are asked for little on the way there.
            let world = rehearsal.cluster.look { $0 }
            #expect(world.machines[course.position].ec2State == .running, "its instance is not ended on what is not known")
            if [.ec2, .mesos, .scheduler].contains(source) {
                #expect(rehearsal.cluster.calls().dropFirst(before).allSatisfy { $0.action.isUndoing }, "\(rehearsal.cluster.calls().map(\.action.words))")
            }
            let said = rehearsal.log.all.filter { $0.contains("WARNING") || $0.contains("waits") }
            #expect(said.contains { line in Self.signs(of: trouble).contains { line.contains($0) } }, "\(said.suffix(10))")
            rehearsal.cluster.trouble { _ in nil }
            let parked = try await rehearsal.finish()
            #expect(parked.count <= 2, "\(parked)")
            await course.expectEnd(rehearsal)
        }
    }

    private static func signs(of trouble: DemoCluster.Trouble) -> [String] {
        switch trouble {
        case .badCredentials: ["401", "AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"]
        case .noPermission: ["403", "UnauthorizedOperation", "AccessDenied"]
        case .throttled: ["429", "RequestLimitExceeded", "Throttling"]
        case .lostBefore, .lostAfter: []
        }
    }
}

extension Action {
    /// Whether it gives something back.
    var isUndoing: Bool {
        switch self {
        case .reactivate, .startHost: true
        default: false
        }
    }
}
