import Console
import Testing

@Suite struct `A metric's name` {
    @Test(arguments: Metric.allCases) func `says what it is of and in which unit`(metric: Metric) {
        #expect(metric.rawValue.wholeMatch(of: /mayfly_[a-z]+(_[a-z]+)*/) != nil)
        #expect((metric.type == "counter") == metric.rawValue.hasSuffix("_total"))
        #expect(metric.help.hasSuffix(".") && !metric.help.contains("\n"))
    }
}
