import Console
import Testing

@Suite struct `The page of metrics` {
    @Test func `has every metric as the code has it`() throws {
        let rows = Metric.allCases.map { metric in
            ["`\(metric.rawValue)`", metric.type, metric.labels.map { "`\($0)`" }.joined(separator: ", "), metric.help]
        }
        try Page("docs/metrics.md").check([("metrics", Page.table(["metric", "type", "labels", "meaning"], rows))])
    }
}
