import Logging
import Replacing
import ServiceLifecycle

/// Keeps the claim on the cluster: ticks its keeper, makes the calls that it asks for, and hands in how the claim stands.
///
/// A tick waits for no call: the keeper gives a call up by itself, and one that hangs ends by its store's own time-out.
struct ClaimLoop: ServiceLifecycle.Service {
    let holder: ClaimHolder
    let keeper: RoundKeeper
    let time: Time
    let logger: Logger

    /// A sixth of `ClaimTiming.tickedWithin`, so that a machine that is slow is not taken for a clock that was set.
    static let tickEvery = Duration.seconds(5)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    if let call = await tick() { group.addTask { await make(call) } }
                    // It fails only when the task is cancelled, which is the end.
                    do { try await time.sleep(Self.tickEvery) } catch { break }
                }
                group.cancelAll()
            }
        }
    }

    /// Returns the call that is to be made now, if any.
    func tick() async -> ClaimCall? {
        let call = holder.tick()
        await keeper.note(holder)
        return call
    }

    func make(_ call: ClaimCall) async {
        holder.take(await answer(to: call), of: call.number)
        await keeper.note(holder)
    }

    private func answer(to call: ClaimCall) async -> ClaimAnswer {
        do {
            switch call.action {
            case .read: return .found(try await holder.store.read())
            case .write(let claim, let version): return try await holder.store.write(claim, ifVersion: version).map { .wrote($0) } ?? .conflict
            }
        } catch {
            if !Task.isCancelled {
                logger.warning("The claim on the cluster could not be read or written, will retry", metadata: [LogKey.error: "\(error)"])
            }
            return .failed
        }
    }
}
