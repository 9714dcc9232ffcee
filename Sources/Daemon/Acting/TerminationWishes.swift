import AWS
import Fleet
import Planning
import Replacing
import Rounds
import Synchronization

/// The instances of which EC2's next poll is to say whether they may be ended: those that are being replaced, and those that somebody wants replaced.
///
/// It is asked of few, one call or two each. So those come first that nothing else holds; one of which it is known does not keep another from being asked for long.
final class TerminationWishes: Sendable {
    /// As many as are asked for at one poll: 40 calls, of which EC2 gives an account 20 a second.
    static let countMax = 20

    private let bell: EC2Bell
    private let wishes = Mutex<[TerminationWish]>([])

    /// - Parameter bell: is rung when somebody new is to be asked for.
    init(bell: EC2Bell) { self.bell = bell }

    var current: [TerminationWish] { wishes.withLock { $0 } }

    /// Returns at once.
    func note(_ report: RoundReport) {
        let state = report.picture.state
        let atWork = state.work.open.map(\.node)
        let assessments = report.picture.plan.assessments
        let candidates = assessments.enumerated().sorted { (Self.rank($0.element), $0.offset) < (Self.rank($1.element), $1.offset) }.map(\.element.node)
        var wanted: [TerminationWish] = []
        for node in atWork + candidates where wanted.count < Self.countMax {
            guard let known = state.nodes[node], let instance = known.node.instance, !wanted.contains(where: { $0.instance == instance }) else { continue }
            guard known.told.text(.ec2State) != Instance.State.terminated.rawValue else { continue }
            let pool = known.told.text(.pool).flatMap { name in report.picture.settings.pools.first { $0.name.rawValue == name } }
            switch pool?.provision {
            case .group?: wanted.append(TerminationWish(instance, isByGroup: true))
            case .launchTemplate?: wanted.append(TerminationWish(instance, isByGroup: false))
            // Terraform's plan says it, and with other credentials.
            case .terraform?, nil: continue
            }
        }
        let isNew = wishes.withLock { before in
            defer { before = wanted }
            return !Set(wanted).isSubset(of: before)
        }
        if isNew { bell.ring() }
    }

    /// Those first that wait for nothing but this, then those that could start, then all others.
    private static func rank(_ assessment: Assessment) -> Int {
        let others = assessment.shut.filter { $0.gate != .successor && $0.gate != .mode }
        guard others.isEmpty else { return 2 }
        return assessment.shut.contains { $0.gate == .successor && $0.state == .unknown } ? 0 : 1
    }
}
