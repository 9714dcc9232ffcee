import Fleet
import Rounds

extension RoundKeeper {
    /// Hands in how the claim stands, when that is not what the round was told. Looked up here, where one follows the other, and not by those who call.
    func note(_ holder: ClaimHolder) {
        let standing = holder.standing
        guard standing != claimTold else { return }
        take(.claim(standing))
        // A round that failed has not heard it.
        if roundsFailing == nil { claimTold = standing }
    }
}
