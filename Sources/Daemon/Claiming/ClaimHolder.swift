package import Fleet
import Replacing
import Synchronization

/// The keeper of the claim and the store that it is kept in, for whoever ticks it, answers it or tells it to take over.
package final class ClaimHolder: Sendable {
    let store: any ClaimStore
    private let time: Time
    private let keeper: Mutex<ClaimKeeper>

    /// - Parameters:
    ///   - ledger: the ledger's id.
    ///   - machine: the machine's id: another on each machine, and the same after a restart.
    package init(store: any ClaimStore, ledger: String, machine: String, time: Time) {
        self.store = store
        self.time = time
        let run = String(UInt64.random(in: .min ... .max), radix: 16)
        keeper = Mutex(ClaimKeeper(ledger: ledger, machine: machine, run: run))
    }

    package var standing: ClaimStanding { keeper.withLock { $0.standing } }

    /// A person's word to take over what another has claimed.
    package func takeOver() { keeper.withLock { $0.takeOver(at: time.now()) } }

    func tick() -> ClaimCall? { keeper.withLock { $0.tick(at: time.now()) } }
    func take(_ answer: ClaimAnswer, of number: Int) { keeper.withLock { $0.take(answer, of: number, at: time.now()) } }
}
