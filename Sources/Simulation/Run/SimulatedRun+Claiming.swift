internal import Fleet
internal import Replacing
internal import Rounds

/// The claim on the cluster: each daemon's keeper against the one store, with whatever becomes of its calls.
extension SimulatedRun {
    func tickClaim() throws {
        if let call = daemon.keeper.tick(at: clock), let fate = fate(of: call), let there = fate.there {
            agenda.put(.claimArrives(call, back: fate.back, life: life), at: world.now + there)
        }
        try tellClaim()
    }

    /// A call reaches the store, whether or not somebody waits for it.
    func arrive(_ call: ClaimCall, back: Duration?, life: Int) {
        let answer = claims.perform(call.action)
        if case .wrote = answer { say("the claim is written by ledger-\(daemon.place + 1)") }
        if let back { agenda.put(.claimAnswered(answer, number: call.number, life: life), at: world.now + back) }
    }

    func hearStore(_ answer: ClaimAnswer, number: Int, life: Int) throws {
        guard life == self.life, !isDown else { return }
        daemon.keeper.take(answer, of: number, at: clock)
        try tellClaim()
    }

    /// Hands in how the claim stands, when that is not what the round was told.
    private func tellClaim() throws {
        guard !isDown, daemon.keeper.standing != daemon.told else { return }
        let standing = daemon.keeper.standing
        if plan.believesOldClaims, case .ours = standing, case .ours = daemon.told { return }
        if case .ours(let confirmedAt) = standing { sight.claimedAt = confirmedAt - skew } else { say("the claim: \(standing)") }
        if try take(.claim(standing)) { daemon.told = standing }
    }

    /// What a program does that asks once whether the claim is its own.
    func believeOldClaim() throws {
        guard plan.believesOldClaims, case .ours = daemon.told, !isDown else { return }
        daemon.told = .ours(confirmedAt: clock)
        _ = try round.take(.claim(daemon.told), at: clock)
    }

    /// What becomes of a call to the store. Nil: nobody hears of it.
    private func fate(of call: ClaimCall) -> ClaimFate? {
        if isGoingOn(.claimUnconfirmed) || isGoingOn(.observerCutOff) { return nil }
        if case .write = call.action, isGoingOn(.claimWritesLost) { return nil }
        if isGoingOn(.claimCallsLost), random.draw(0...1) == 0 {
            return ClaimFate.all[random.draw(0...ClaimFate.all.count - 1)]
        }
        let (there, back) = (random.draw(20...300), random.draw(20...300))
        return ClaimFate(there: .milliseconds(there), back: .milliseconds(back))
    }

    // MARK: - Taking over

    /// An operator tells the daemon that does not act to take the cluster over, mostly because something is the matter with the other.
    func takeOver() throws {
        if daemon.mayAct(at: world.now), let other { turn(to: other.place) }
        let successor = daemon.place
        if let other {
            turn(to: other.place)
            let away = random.draw(from: .seconds(330), to: .seconds(900))
            switch random.draw(0...4) {
            case 0: daemon.until[.claimWritesLost] = world.now + away
            case 1: daemon.until[.claimUnconfirmed] = world.now + away
            case 2: freeze(for: away)
            case 3: if !isDown { crash(.takenOver) }
            default: break
            }
            turn(to: successor)
        }
        try command(.takeOver)
    }
}
