import Fleet
import Replacing

/// A keeper and its store, by a clock that is right, with calls that take no time unless a test says otherwise.
struct Store {
    static let start = Timestamp(milliseconds: 1_795_000_000_000)
    static let other = Claim(ledger: "theirs", machine: "far", writtenAt: start - .seconds(86_400))

    var keeper = ClaimKeeper(ledger: "ours", machine: "here", run: "first")
    var held: HeldClaim?
    var now = start
    var writings = 0
    /// Every call, in order.
    var calls: [ClaimCall] = []
    /// Whether a call arrives, and whether its answer does.
    var arrives: (ClaimCall) -> (there: Bool, back: Bool) = { _ in (true, true) }

    init(held claim: Claim? = nil) { if let claim { put(claim) } }

    var standing: ClaimStanding { keeper.standing }
    var isActing: Bool { standing.allowsActing(at: now) }
    /// Another's claim, as the keeper sees it.
    var foreign: Claim? { if case .foreign(let claim, _) = standing { claim } else { nil } }
    var writes: [ClaimCall] { calls.filter { if case .write = $0.action { true } else { false } } }

    mutating func put(_ claim: Claim) {
        writings += 1
        held = HeldClaim(claim, ClaimVersion(String(writings)))
    }

    mutating func perform(_ action: ClaimCall.Action) -> ClaimAnswer {
        switch action {
        case .read: return .found(held)
        case .write(let claim, let version):
            guard version == held?.version else { return .conflict }
            put(claim)
            return .wrote(held!.version)
        }
    }

    /// Ticks every five seconds.
    mutating func run(_ time: Duration) {
        let end = now + time
        while now < end {
            now = now + .seconds(5)
            while let call = keeper.tick(at: now) {
                calls.append(call)
                let way = arrives(call)
                guard way.there else { break }
                let answer = perform(call.action)
                guard way.back else { break }
                keeper.take(answer, of: call.number, at: now)
            }
        }
    }
}
