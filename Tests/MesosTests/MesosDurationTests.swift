import Testing

@testable import Mesos

@Suite struct `A Mesos duration` {
    @Test func `is a number and a unit`() {
        let expected: [String: Duration] = [
            "10mins": .seconds(600), "1secs": .seconds(1), "15secs": .seconds(15), "75ms": .milliseconds(75), "2hrs": .seconds(7200), "1days": .seconds(86_400),
            "1weeks": .seconds(604_800), "1.25mins": .seconds(75), "500us": .microseconds(500), "7ns": .nanoseconds(7), "0ns": .zero,
        ]
        for (text, duration) in expected { #expect(Duration(mesos: text) == duration, "\(text)") }
    }

    @Test(arguments: ["", "10", "mins", "10m", "10 mins", "-1secs", "1..5secs", "1e3secs", "nansecs", "99999999999999weeks", "١secs"])
    func `is not`(text: String) { #expect(Duration(mesos: text) == nil) }
}
