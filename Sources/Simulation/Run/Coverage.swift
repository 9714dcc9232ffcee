package import Fleet

/// Which trouble a sweep must have let meet which step, or it has shown nothing of the two.
package enum Coverage {
    /// From so many runs on a sweep must have met every cell so often.
    package static let sweepOfCoverage = 2000
    package static let timesDemanded = 3

    /// One kind of trouble in one step.
    package struct Cell: Hashable, Sendable, Comparable, CustomStringConvertible {
        package let kind: TroubleKind
        package let step: Step

        package init(_ kind: TroubleKind, _ step: Step) {
            self.kind = kind
            self.step = step
        }

        package static func < (left: Self, right: Self) -> Bool { (left.kind.rawValue, left.step.rawValue) < (right.kind.rawValue, right.step.rawValue) }
        package var description: String { "\(kind.rawValue) in \(step)" }
    }

    /// Cells that need not be met, and why.
    package struct Exclusion: Sendable {
        package let kinds: Set<TroubleKind>
        package let steps: Set<Step>
        package let reason: String
    }

    /// Steps in which a call of ours changes something.
    private static let calling: Set<Step> = [.cordon, .move, .restartAgent, .stopHost, .drain, .leave, .terminate, .gone]

    /// All of them.
    package static let exclusions: [Exclusion] = [
        Exclusion(
            kinds: [.callRefused, .callLostBefore, .callLostAfter, .callLate, .crashAfterCommit, .crashAfterAction], steps: [.validate, .join, .probation],
            reason: "nothing is called in it, but the looks"),
        Exclusion(
            kinds: [.brokerComesBack], steps: Set(Step.allCases).subtracting([.move]), reason: "it is about a broker that is being moved"),
        Exclusion(kinds: [.retried], steps: [.validate], reason: "nothing is ever parked in it: what cannot be validated is cancelled"),
        Exclusion(
            kinds: [.retried], steps: [.restartAgent, .stopHost, .terminate],
            reason:
                "hardly anything is ever parked in it: a host that does not answer is stopped, one that is stopped is ended, and EC2 ends what it is told to"),
    ]

    /// Every cell that a sweep must have met.
    package static let demanded: [Cell] = {
        let excluded = Set(exclusions.flatMap { exclusion in exclusion.kinds.flatMap { kind in exclusion.steps.map { Cell(kind, $0) } } })
        return TroubleKind.allCases.sorted().flatMap { kind in Step.allCases.map { Cell(kind, $0) } }.filter { !excluded.contains($0) }
    }()

    /// Demanded cells that were met less than `count` times, with how often they were.
    package static func missing(in counters: RunCounters, atLeast count: Int) -> [(cell: Cell, met: Int)] {
        demanded.compactMap { cell in
            let met = counters.met[cell, default: 0]
            return met < count ? (cell, met) : nil
        }
    }

    /// How often each trouble met each step, as a table for people.
    static func table(of counters: RunCounters) -> [String] {
        let width = 21
        func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(1, width - text.utf8.count)) + text }
        let heads = Step.allCases.map { $0.rawValue.prefix(9) }
        var lines = ["which trouble met which step, how often:", String(repeating: " ", count: width) + heads.map { right(String($0), 10) }.joined()]
        for kind in TroubleKind.allCases.sorted() {
            let counts = Step.allCases.map { right("\(counters.met[Cell(kind, $0), default: 0])", 10) }.joined()
            lines.append("  " + kind.rawValue + String(repeating: " ", count: max(0, width - 2 - kind.rawValue.utf8.count)) + counts)
        }
        return lines
    }
}
