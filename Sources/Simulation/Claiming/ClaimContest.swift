package import Fleet
package import Replacing

/// Daemons that claim one cluster, each by a clock of its own: runs their keepers against one store, with whatever becomes of each call.
package struct ClaimContest: Sendable {
    /// A clock that is wrong by an offset, and runs too fast or too slow by some thousandths.
    package struct Clock: Hashable, Sendable {
        package var offset: Duration
        package var perMille: Int64

        package init(offset: Duration = .zero, perMille: Int64 = 0) {
            self.offset = offset
            self.perMille = perMille
        }

        package func time(_ truth: Timestamp) -> Timestamp {
            let run = truth - ClaimContest.start
            return truth + offset + .milliseconds(run.inMilliseconds * perMille / 1000)
        }
    }

    package struct Contestant: Sendable {
        package fileprivate(set) var keeper: ClaimKeeper
        package fileprivate(set) var clock: Clock
        /// Which process of it runs; an answer to an earlier one is not heard.
        fileprivate var run = 0
        fileprivate var isUp = true
        /// What it writes into a claim as its ledger's and its machine's id.
        fileprivate var name: Int
        private let place: Int
        fileprivate let timing: ClaimTiming

        fileprivate init(name: Int, clock: Clock, timing: ClaimTiming) {
            (place, self.name, self.clock, self.timing) = (name, name, clock, timing)
            keeper = ClaimKeeper(ledger: "L\(name)", machine: "M\(name)", run: "R\(name)-0", timing: timing)
        }

        /// A new process, which knows nothing.
        fileprivate mutating func restart() {
            run += 1
            keeper = ClaimKeeper(ledger: "L\(name)", machine: "M\(name)", run: "R\(place)-\(run)", timing: timing)
            isUp = true
        }
    }

    private enum Arrival: Sendable {
        case there(who: Int, run: Int, ClaimCall, back: Duration?)
        case back(who: Int, run: Int, number: Int, ClaimAnswer)
    }

    package static let start = Timestamp(milliseconds: 1_795_000_000_000)
    package private(set) var now = Self.start
    package private(set) var contestants: [Contestant]
    package var store = SimulatedClaimStore()
    /// How often each was seen to be allowed to act.
    package private(set) var acted: [Int]
    /// True times at which more than one was allowed to act. Empty, or the protocol is broken.
    package private(set) var violations: [Timestamp] = []
    private var onTheWay: [(at: Timestamp, order: Int, what: Arrival)] = []
    private var sent = 0

    package init(_ clocks: [Clock], timing: ClaimTiming = ClaimTiming()) {
        contestants = clocks.indices.map { Contestant(name: $0, clock: clocks[$0], timing: timing) }
        acted = clocks.map { _ in 0 }
    }

    package func time(of who: Int) -> Timestamp { contestants[who].clock.time(now) }

    package func isActing(_ who: Int) -> Bool { contestants[who].isUp && contestants[who].keeper.standing.allowsActing(at: time(of: who)) }

    package mutating func takeOver(_ who: Int) { contestants[who].keeper.takeOver(at: time(of: who)) }

    /// It dies, and its calls go on.
    package mutating func crash(_ who: Int) { contestants[who].isUp = false }

    package mutating func restart(_ who: Int) { contestants[who].restart() }

    /// It starts again under the name of another: a copied machine.
    package mutating func copy(_ other: Int, to who: Int) {
        contestants[who].name = contestants[other].name
        contestants[who].restart()
    }

    package mutating func set(_ clock: Clock, of who: Int) { contestants[who].clock = clock }

    /// Lets true time pass, with a tick of each at every step of it.
    ///
    /// - Parameter fate: what becomes of a call: of whom, and the call.
    package mutating func run(for time: Duration, every step: Duration = .seconds(5), fate: (Int, ClaimCall) -> ClaimFate) {
        let end = now + time
        while now < end {
            let next = min(end, now + step)
            deliver(until: next)
            now = next
            for who in contestants.indices where contestants[who].isUp {
                if let call = contestants[who].keeper.tick(at: self.time(of: who)) { send(call, of: who, fate(who, call)) }
            }
            check()
        }
    }

    private mutating func send(_ call: ClaimCall, of who: Int, _ fate: ClaimFate) {
        guard let there = fate.there else { return }
        put(.there(who: who, run: contestants[who].run, call, back: fate.back), at: now + there)
    }

    private mutating func put(_ what: Arrival, at time: Timestamp) {
        sent += 1
        onTheWay.append((time, sent, what))
    }

    private mutating func deliver(until end: Timestamp) {
        while let next = onTheWay.indices.min(by: { (onTheWay[$0].at, onTheWay[$0].order) < (onTheWay[$1].at, onTheWay[$1].order) }) {
            guard onTheWay[next].at <= end else { return }
            let arrival = onTheWay.remove(at: next)
            now = arrival.at
            switch arrival.what {
            case .there(let who, let run, let call, let back):
                let answer = store.perform(call.action)
                if let back { put(.back(who: who, run: run, number: call.number, answer), at: now + back) }
            case .back(let who, let run, let number, let answer):
                guard contestants[who].isUp, contestants[who].run == run else { continue }
                contestants[who].keeper.take(answer, of: number, at: time(of: who))
                check()
            }
        }
    }

    private mutating func check() {
        let acting = contestants.indices.filter(isActing)
        for who in acting { acted[who] += 1 }
        if acting.count > 1 { violations.append(now) }
    }
}
