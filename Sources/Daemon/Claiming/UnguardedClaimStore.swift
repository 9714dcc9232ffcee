import Fleet
import Replacing
import Synchronization

/// A claim that nobody else sees: the operator vouches that no other daemon acts on the cluster. It ends with the program.
final class UnguardedClaimStore: ClaimStore {
    private let held = Mutex<HeldClaim?>(nil)

    func read() async throws -> HeldClaim? { held.withLock { $0 } }

    func write(_ claim: Claim, ifVersion version: ClaimVersion?) async throws -> ClaimVersion? {
        held.withLock { held in
            guard held?.version == version else { return nil }
            let next = ClaimVersion(String((held.flatMap { Int($0.version.text) } ?? 0) + 1))
            held = HeldClaim(claim, next)
            return next
        }
    }
}
