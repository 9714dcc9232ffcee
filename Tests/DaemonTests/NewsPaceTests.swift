import Fleet
import Testing

@testable import Daemon

@Suite struct `The pace of rounds that news of tasks wake` {
    private let start = Timestamp(milliseconds: 1_800_000_000_000)

    @Test func `lets a few come one on the heels of another, and then one a second`() {
        var pace = NewsPace()
        #expect((1...4).map { _ in pace.pause(after: start) } == Array(repeating: .zero, count: 4))
        #expect(pace.pause(after: start) == .seconds(1))
        for second in 1...20 { #expect(pace.pause(after: start + .seconds(second)) == .seconds(1)) }
    }

    @Test func `lets as many come again after as many seconds without any`() {
        var pace = NewsPace()
        for _ in 1...5 { _ = pace.pause(after: start) }
        #expect((1...5).map { _ in pace.pause(after: start + .seconds(5)) } == Array(repeating: .zero, count: 4) + [.seconds(1)])
        #expect(pace.pause(after: start + .milliseconds(6500)) == .milliseconds(500))
    }

    @Test func `makes nobody wait for longer than a second after a clock was set back`() {
        var pace = NewsPace()
        for _ in 1...5 { _ = pace.pause(after: start) }
        #expect(pace.pause(after: start - .seconds(3600)) == .seconds(1))
    }
}
