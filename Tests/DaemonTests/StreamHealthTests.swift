import Fleet
import Testing

@testable import Daemon

@Suite struct `The health of Mesos' event stream` {
    private let start = Timestamp(milliseconds: 1_800_000_000_000)

    /// One stream after the other: for how long each lived, and nil for one that did not begin. Returns what was said, and the tries that failed after each.
    private func said(_ lives: [Duration?]) -> (words: [StreamHealth.Word], failures: [Int]) {
        var (health, now, words, failures) = (StreamHealth(), start, [StreamHealth.Word?](), [Int]())
        for life in lives {
            if let life {
                words.append(health.begin(at: now))
                now = now + life
                words.append(health.hear(at: now))
            }
            words.append(health.end(at: now))
            failures.append(health.failures)
            now = now + .seconds(1)
        }
        return (words.compactMap { $0 }, failures)
    }

    private let short = StreamHealth.goodAfter - .seconds(1)
    private let good = StreamHealth.goodAfter

    @Test func `is no word worth while one ends now and then`() {
        #expect(said([short, short, good, short, short, good, good]).words == [])
        #expect(said([short, short, good, short]).failures == [1, 2, 1, 2])
    }

    @Test func `is told once when three ended soon one after the other, and once when one lives again`() {
        #expect(said([short, short]).words == [])
        let (words, failures) = said([short, short, short, short, nil, short, good, short, short, short, good])
        #expect(words == [.cut, .back, .cut, .back])
        #expect(failures == [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 1])
    }

    @Test func `is told once while none begins, and once when one does`() {
        #expect(said([nil, nil, nil, short, nil]).words == [.missing, .back, .missing])
    }

    @Test func `that now begins and now does not is told a few times and then no more`() {
        let words = said((0..<100).map { $0.isMultiple(of: 2) ? nil : short }).words
        #expect(words == [.missing, .back, .missing, .back, .missing, .back, .cut])
    }

    @Test func `is not good by a clock that was set back`() {
        var health = StreamHealth()
        for _ in 0..<3 {
            _ = health.begin(at: start)
            _ = health.end(at: start - .seconds(3600))
        }
        #expect(health.failures == 3)
        _ = health.begin(at: start)
        #expect(health.hear(at: start - .seconds(3600)) == nil && health.hear(at: start + good) == .back)
    }
}
