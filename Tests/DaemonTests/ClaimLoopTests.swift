import Fleet
import Replacing
import Rounds
import Testing

@testable import Daemon

/// Where a claim is kept for as long as a test lasts.
private actor ClaimsInMemory: ClaimStore {
    private(set) var held: HeldClaim?
    private var writings = 0
    private var isAway = false

    func put(_ claim: Claim) {
        writings += 1
        held = HeldClaim(claim, ClaimVersion("\(writings)"))
    }

    func goAway(_ isAway: Bool) { self.isAway = isAway }

    func read() throws -> HeldClaim? {
        if isAway { throw Samples.failure }
        return held
    }

    func write(_ claim: Claim, ifVersion version: ClaimVersion?) throws -> ClaimVersion? {
        if isAway { throw Samples.failure }
        guard version == held?.version else { return nil }
        put(claim)
        return held?.version
    }
}

@Suite struct `The loop that keeps the claim` {
    private let store = ClaimsInMemory()
    private let clock = TurningClock(turns: 1)
    private let lines = Lines()
    private let folder: TemporaryFolder
    private let keeper: RoundKeeper
    private let holder: ClaimHolder
    private let loop: ClaimLoop

    init() async throws {
        folder = try TemporaryFolder()
        let holder = ClaimHolder(store: store, ledger: "ours", machine: "here", time: clock.time)
        let (round, ledger) = try Samples.round(folder)
        keeper = RoundKeeper(round: round, ledger: ledger, time: clock.time, logger: lines.logger(), onTakeOver: { holder.takeOver() })
        self.holder = holder
        loop = ClaimLoop(holder: holder, keeper: keeper, time: clock.time, logger: lines.logger())
        await keeper.take(.ec2(Samples.nothing))
        await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1"))))
    }

    private var claim: ClaimStanding? { get async { await keeper.take(.look)?.picture.state.work.claim } }

    private func turn(for duration: Duration) async {
        let end = clock.time.now() + duration
        while clock.time.now() < end {
            if let call = await loop.tick() { await loop.make(call) }
            clock.step(ClaimLoop.tickEvery)
        }
    }

    @Test func `says that it does not know, claims what is nobody's, and that it is ours once it has settled`() async throws {
        #expect(await claim == ClaimStanding.none)
        _ = await loop.tick()
        #expect(await claim == .unknown)
        clock.step(.seconds(30))
        await turn(for: .seconds(20))
        guard case .settling(let end)? = await claim else { return #expect(await claim == .settling(until: clock.time.now())) }
        #expect(end > clock.time.now() + .seconds(90))
        await turn(for: .seconds(150))
        #expect(await claim?.allowsActing(at: clock.time.now()) == true)
        #expect(await store.held?.claim.ledger == "ours")
    }

    @Test func `says why it cannot reach the store, and for how long it still holds`() async {
        await turn(for: .seconds(200))
        await store.goAway(true)
        await turn(for: .seconds(120))
        #expect(lines.count("WARNING The claim on the cluster could not be read or written, will retry") > 5)
        #expect(await claim?.allowsActing(at: clock.time.now()) == false)
    }

    @Test func `takes over what is another's at a person's word, and not before`() async throws {
        let theirs = Claim(ledger: "theirs", machine: "far", writtenAt: TurningClock.start)
        await store.put(theirs)
        await turn(for: .seconds(600))
        guard case .foreign(theirs, _)? = await claim else { return #expect(await claim == ClaimStanding.none) }
        _ = try await keeper.obey(Command(who: "ada", reason: "it is gone", kind: .takeOver))
        await turn(for: .seconds(10))
        #expect(await store.held?.claim.ledger == "ours")
        await turn(for: .seconds(150))
        #expect(await claim?.allowsActing(at: clock.time.now()) == true)
    }

    @Test func `ends when the program is asked to end`() async throws {
        try await loop.run()
        #expect(clock.sleeps == [ClaimLoop.tickEvery])
    }
}
