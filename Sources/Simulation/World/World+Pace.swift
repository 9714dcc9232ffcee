internal import Fleet

extension World {
    /// How long things take where all of it is drawn beforehand: what has to be waited for is then known before anything has happened.
    ///
    /// A world without one draws each duration when it begins.
    package struct Pace: Hashable, Sendable {
        /// From the call that gives a broker up until it starts elsewhere, by service, broker and move: 15 to 75 s.
        package let placing: [[[Duration]]]
        /// From then until it is in sync with everything that it is to have, in the same order: 4 to 12 minutes.
        package let syncing: [[[Duration]]]
        /// From a machine's launch until its agent registers, by the position of the machine that it is launched for: 2 to 3 minutes,
        /// unless it is said.
        package let rejoining: [Duration]
        /// From the order to drain an agent until its tasks have ended, by the position of its machine: 20 to 60 s.
        package let draining: [Duration]

        /// For so many moves of one broker durations are drawn; of any further one they are as of the last.
        private static let movesDrawn = 6

        /// - Parameter rejoining: in seconds.
        package init(seed: UInt64, shape: Shape, rejoining: ClosedRange<Int64> = 120...180) {
            var random = SplitMix64(seed: seed)
            func draws(_ range: ClosedRange<Int64>) -> [[[Duration]]] {
                shape.brokers.map { brokers in
                    (0..<brokers).map { _ in (0..<Self.movesDrawn).map { _ in random.draw(from: .seconds(range.lowerBound), to: .seconds(range.upperBound)) } }
                }
            }
            placing = draws(15...75)
            syncing = draws(240...720)
            self.rejoining = (0..<shape.agents).map { _ in
                random.draw(from: .seconds(rejoining.lowerBound), to: .seconds(rejoining.upperBound))
            }
            draining = (0..<shape.agents).map { _ in random.draw(from: .seconds(20), to: .seconds(60)) }
        }

        /// - Parameter move: from 1.
        func placing(_ broker: Int, of service: Int, move: Int) -> Duration { Self.drawn(placing[service][broker], move) }
        func syncing(_ broker: Int, of service: Int, move: Int) -> Duration { Self.drawn(syncing[service][broker], move) }
        func rejoining(for position: Int) -> Duration { rejoining[position % rejoining.count] }
        func draining(_ position: Int) -> Duration { draining[position % draining.count] }

        private static func drawn(_ moves: [Duration], _ move: Int) -> Duration { moves[min(max(move, 1), moves.count) - 1] }
    }
}
