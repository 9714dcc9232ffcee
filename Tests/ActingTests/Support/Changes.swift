import Demo
import Replacing
import Synchronization

@testable import Daemon

/// What was asked for that changes something, and how often.
final class Changes: Sendable {
    private let calls = Mutex<[AskedCall]>([])
    private let counts = Mutex<[String: Int]>([:])

    var all: [AskedCall] { calls.withLock { $0 } }
    func count(of whom: AskedCall.Whom, _ name: String) -> Int { all.count { $0.whom == whom && $0.name == name } }

    /// Lets it go on its way.
    func note(_ call: AskedCall) -> DemoCluster.Trouble? {
        if call.isChange { calls.withLock { $0.append(call) } }
        return nil
    }

    /// How often such an action was counted, this time included.
    func count(_ action: Action) -> Int {
        counts.withLock { counts in
            counts[action.words, default: 0] += 1
            return counts[action.words] ?? 0
        }
    }
}
