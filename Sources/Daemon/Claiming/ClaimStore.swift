package import Fleet
package import Replacing

/// Where the claim on a cluster is kept: beside the cluster, where every daemon that might act on it sees it.
///
/// A write is one act: it compares the version and writes, or does neither. A read shows every write that was answered before the read began. No version is
/// ever used twice. Whoever implements it ends each call within `ClaimTiming.callsEndWithin`, and throws where the effect is not known.
package protocol ClaimStore: Sendable {
    /// Nil: nobody claims the cluster.
    func read() async throws -> HeldClaim?

    /// - Parameter version: the one that it has to be of still. Nil: there must be no claim.
    /// - Returns: the new version; nil when it was of another version, and nothing was written.
    func write(_ claim: Claim, ifVersion version: ClaimVersion?) async throws -> ClaimVersion?
}
