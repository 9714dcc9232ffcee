import Fleet
import Replacing
import Testing

@Suite struct `The keeper of a claim` {
    @Test func `reads first, claims what is nobody's, and acts once that has settled`() {
        var store = Store()
        store.run(.seconds(5))
        #expect(store.calls.map(\.action) == [.read, .write(Claim(ledger: "ours", machine: "here", run: "first", writtenAt: store.now), ifVersion: nil)])
        store.run(.seconds(115))
        #expect(store.standing == .settling(until: Store.start + .seconds(125)) && !store.isActing)
        store.run(.seconds(25))
        #expect(store.isActing)
    }

    @Test func `writes it again every minute, and reads it in between`() {
        var store = Store()
        store.run(.seconds(305))
        #expect(store.writes.map { ($0.begunAt - Store.start).inSeconds } == [5, 65, 125, 185, 245, 305])
        #expect(store.calls.count == 1 + 6 + 10)
        #expect(store.held?.claim.writtenAt == store.now)
    }

    @Test func `lets act for a minute from the beginning of the last call that was answered`() throws {
        var store = Store()
        store.run(.seconds(305))
        let last = try #require(store.calls.last)
        store.arrives = { _ in (true, false) }
        store.run(.seconds(30))
        #expect(store.standing == .ours(confirmedAt: last.begunAt) && store.isActing)
        store.run(.seconds(30))
        #expect(store.now == last.begunAt + .seconds(60) && store.isActing)
        store.run(.seconds(5))
        #expect(!store.isActing)
    }

    @Test func `only reads while it is another's`() {
        var store = Store(held: Store.other)
        store.run(.seconds(3600))
        #expect(store.writes.isEmpty && store.held?.claim == Store.other && store.foreign == Store.other)
    }

    @Test func `takes over at a person's word what has not changed for five minutes by its own clock`() throws {
        // The claim is a day old by its own words; those count for nothing.
        var store = Store(held: Store.other)
        let version = try #require(store.held?.version)
        store.keeper.takeOver(at: store.now)
        store.run(.seconds(300))
        #expect(store.writes.isEmpty)
        store.run(.seconds(5))
        #expect(store.writes.map(\.action) == [.write(Claim(ledger: "ours", machine: "here", run: "first", writtenAt: store.now), ifVersion: version)])
        #expect(!store.isActing)
        store.run(.seconds(140))
        #expect(store.isActing)
    }

    @Test func `takes over at once what it has watched for long`() {
        var store = Store(held: Store.other)
        store.run(.seconds(900))
        store.keeper.takeOver(at: store.now)
        store.run(.seconds(5))
        #expect(store.writes.count == 1 && store.held?.claim.ledger == "ours")
    }

    @Test func `leaves one that lives alone, and forgets after an hour that it was told to take over`() {
        var store = Store(held: Store.other)
        store.keeper.takeOver(at: store.now)
        for minute in 1...61 {
            store.run(.seconds(60))
            store.put(Claim(ledger: "theirs", machine: "far", writtenAt: Store.start + .seconds(Int64(minute) * 60)))
        }
        store.run(.seconds(3600))
        #expect(store.writes.isEmpty)
    }

    @Test func `gives it up to who has taken it over`() {
        var store = Store()
        store.run(.seconds(300))
        store.put(Store.other)
        store.run(.seconds(20))
        #expect(!store.isActing && store.writes.count == 6)
        store.run(.seconds(600))
        #expect(store.writes.count == 6 && store.held?.claim == Store.other)
    }

    @Test func `looks after a write of which it heard nothing, and knows its own`() {
        var store = Store()
        store.run(.seconds(300))
        store.arrives = { call in if case .write = call.action { (true, false) } else { (true, true) } }
        store.run(.seconds(300))
        #expect(store.isActing)
        for (call, next) in zip(store.calls, store.calls.dropFirst()) where call.begunAt > Store.start + .seconds(300) {
            if case .write = call.action { #expect(next.action == .read && next.begunAt - call.begunAt == .seconds(30)) }
        }
    }

    @Test func `knows its own after more writes of unknown effect than it remembers`() {
        var store = Store()
        store.run(.seconds(300))
        // Writes are lost, until the first of them takes effect after all when the store answers again.
        var late: ClaimCall?
        store.arrives = { call in
            if case .write = call.action { late = late ?? call }
            return (false, false)
        }
        store.run(.seconds(65))
        store.arrives = { call in if case .write = call.action { (false, false) } else { (true, true) } }
        store.run(.seconds(1200))
        if let late { _ = store.perform(late.action) }
        store.arrives = { _ in (true, true) }
        // The last write that was lost is given up meanwhile.
        store.run(.seconds(40))
        #expect(store.foreign == nil && !store.isActing)
        store.run(.seconds(120))
        #expect(store.isActing)
    }

    @Test func `does not hear an answer after it has given the call up`() throws {
        var keeper = ClaimKeeper(ledger: "ours", machine: "here", run: "first")
        let begun = keeper.tick(at: Store.start)
        let call = try #require(begun)
        let early = keeper.tick(at: Store.start + .seconds(25))
        #expect(early == nil)
        keeper.take(.found(HeldClaim(Store.other, ClaimVersion("1"))), of: call.number, at: Store.start + .seconds(30))
        #expect(keeper.standing == .unknown)
        let again = keeper.tick(at: Store.start + .seconds(30))
        let second = try #require(again)
        keeper.take(.found(HeldClaim(Store.other, ClaimVersion("1"))), of: call.number, at: Store.start + .seconds(31))
        #expect(keeper.standing == .unknown && second.number != call.number)
    }

    @Test func `goes on after a restart with its own claim, once that has settled`() {
        var store = Store()
        store.run(.seconds(300))
        store.keeper = ClaimKeeper(ledger: "ours", machine: "here", run: "second")
        store.run(.seconds(120))
        #expect(!store.isActing && store.writes.count > 5)
        store.run(.seconds(25))
        #expect(store.isActing)
    }

    @Test func `takes a claim in its own name that it did not write for a copy's`() {
        var store = Store()
        store.run(.seconds(300))
        let copied = Claim(ledger: "ours", machine: "here", run: "copy", writtenAt: store.now + .milliseconds(1))
        store.put(copied)
        store.run(.seconds(600))
        #expect(store.foreign == copied)
    }

    @Test(arguments: [Duration.seconds(-3600), .seconds(-10), .seconds(60), .seconds(3600)])
    func `believes nothing of before a clock that was set`(by step: Duration) {
        var store = Store()
        store.run(.seconds(300))
        #expect(store.isActing)
        store.arrives = { _ in (false, false) }
        store.now = store.now + step
        store.run(.seconds(5))
        #expect(store.standing == .unknown)
        store.arrives = { _ in (true, true) }
        store.run(.seconds(200))
        #expect(store.isActing && store.writes.last!.begunAt > store.now - .seconds(65))
    }

    @Test func `waits its five minutes again when the clock was set`() {
        var store = Store(held: Store.other)
        store.keeper.takeOver(at: store.now)
        store.run(.seconds(200))
        store.now = store.now + .seconds(3600)
        store.run(.seconds(295))
        #expect(store.writes.isEmpty)
        store.run(.seconds(10))
        #expect(store.writes.count == 1)
    }
}
