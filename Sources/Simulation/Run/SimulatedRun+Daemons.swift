internal import Fleet
internal import Ledger
internal import Rounds

/// The daemon whose turn it is. A run is at each moment at one of its daemons: at the one for which something happens.
extension SimulatedRun {
    var ledger: LedgerStore {
        get { daemon.ledger }
        set { daemon.ledger = newValue }
    }
    var round: Round {
        get { daemon.round }
        set { daemon.round = newValue }
    }
    var truth: Truth {
        _read { yield daemon.truth }
        _modify { yield &daemon.truth }
    }
    var sight: Sight {
        _read { yield daemon.sight }
        _modify { yield &daemon.sight }
    }
    var settings: Settings {
        _read { yield daemon.settings }
        _modify { yield &daemon.settings }
    }
    var skew: Duration {
        get { daemon.skew }
        set { daemon.skew = newValue }
    }
    var life: Int {
        get { daemon.life }
        set { daemon.life = newValue }
    }
    var isDown: Bool {
        get { daemon.isDown }
        set { daemon.isDown = newValue }
    }

    /// What the daemon takes the time for.
    var clock: Timestamp { world.now + daemon.skew }

    /// From here on it is about this one.
    func turn(to place: Int) {
        daemon = daemons[place]
        agenda.place = place
    }

    /// Does something for each of them, and is at the same one as before then.
    func forEach(_ body: () throws -> Void) rethrows {
        let before = daemon.place
        for place in daemons.indices {
            turn(to: place)
            try body()
        }
        turn(to: before)
    }

    /// Where trouble is to strike: of two daemons mostly at the one that acts.
    func turnToSomebody() {
        guard daemons.count > 1 else { return }
        let acting = daemons.indices.first { daemons[$0].mayAct(at: world.now) }
        if let acting, random.draw(0...2) != 0 { return turn(to: acting) }
        turn(to: random.draw(0...daemons.count - 1))
    }

    /// The other of two daemons. Nil: there is one.
    var other: SimulatedDaemon? { daemons.first { $0.place != daemon.place } }

    /// Daemons besides this one that may act at this moment, as far as they know.
    var othersActing: Int { daemons.count { $0.place != daemon.place && $0.mayAct(at: world.now) } }

    // MARK: - Standing still

    /// Its process stands still for a while, and goes on then with what it has in hand.
    func freeze(for duration: Duration) {
        guard !isDown, daemon.frozenUntil == nil else { return }
        say("the program stands still for \(duration.text)")
        daemon.frozenUntil = world.now + duration
        if duration > Self.believesLongest, random.draw(0...1) == 0, let seen = try? world.mesosSighting(at: world.now) {
            noteReading(.mesos, isWhole: seen.tasks.isSuccess)
            daemon.held.append(.heard(.mesos(.success(seen))))
        }
        agenda.put(.thaw(life: life), at: world.now + duration)
    }

    /// A process that was away for longer than a confirmation lasts does nothing on what it has in hand.
    private static let believesLongest = ClaimStanding.confirmedWithin + .seconds(1)

    func thaw() {
        guard daemon.frozenUntil != nil else { return }
        say("the program goes on")
        daemon.frozenUntil = nil
        for (place, item) in daemon.held.enumerated() { agenda.put(item, at: world.now + .milliseconds(1 + place)) }
        daemon.held = []
    }

    /// Puts aside what is for a process that stands still.
    func holds(_ item: Agenda.Item) -> Bool {
        guard daemon.frozenUntil != nil, item.isForProcess else { return false }
        daemon.held.append(item)
        return true
    }
}

extension Agenda.Item {
    /// Whether the program itself does it, or waits for it. The rest happens in the world.
    fileprivate var isForProcess: Bool {
        switch self {
        case .poll, .look, .lookAt, .errand, .answer, .claimAnswered, .heard: true
        case .lateEffect, .claimArrives, .trouble, .cause, .strike, .tending, .troubleEnds, .fault, .scripted, .restart, .thaw, .end: false
        }
    }

    /// Whether the world has no part in it.
    var isOfClaimAlone: Bool {
        switch self {
        case .poll(.claim, _), .claimArrives, .claimAnswered: true
        default: false
        }
    }
}
