import Fleet

extension RunPlan {
    /// A second daemon beside the first: a ledger and a machine of its own, by another clock.
    package struct OtherDaemon: Hashable, Sendable {
        /// How long after the first it is started.
        package var startsAfter: Duration
        /// How far its clock is from the first's.
        package var offset: Duration

        package init(startsAfter: Duration = .zero, offset: Duration = .zero) {
            self.startsAfter = startsAfter
            self.offset = offset
        }
    }

    /// In one run of six there are two daemons. Drawn apart from the rest, so that the rest of a seed does not change with it.
    mutating func drawDaemons() {
        var random = SplitMix64(seed: seed ^ 0x434C_4149_4D00_0001)
        if random.draw(0...5) == 0 {
            addDaemon()
        } else {
            // There is nobody who could.
            troubles.remove(.takenOver)
        }
    }

    /// A second daemon, with what goes wrong between two.
    package mutating func addDaemon() {
        var random = SplitMix64(seed: seed ^ 0x434C_4149_4D00_0002)
        let delay = random.draw(0...1) == 0 ? Duration.zero : random.draw(from: .zero, to: .seconds(1200))
        other = OtherDaemon(startsAfter: delay, offset: .seconds(random.draw(-3600...3600)))
        troubles.insert(.takenOver)
        for kind in [TroubleKind.frozen, .claimCallsLost, .claimWritesLost, .claimUnconfirmed] where random.draw(0...1) == 0 { troubles.insert(kind) }
    }
}
