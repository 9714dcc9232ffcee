import Fleet
import FoundationEssentials

extension AWSClock {
    /// The machine's clocks and the system's randomness.
    package static var real: AWSClock {
        let start = ContinuousClock.now
        return AWSClock(
            now: { Timestamp(seconds: Date().timeIntervalSince1970) ?? Timestamp(milliseconds: 0) },
            uptime: { ContinuousClock.now - start },
            random: { Double.random(in: 0...1) },
            sleep: { try await Task.sleep(for: $0) })
    }
}
