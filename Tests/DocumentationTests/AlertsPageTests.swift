import Daemon
import Fleet
import Foundation
import Testing

@Suite struct `The page of alerts` {
    @Test func `has every kind of finding that Mayfly has about itself, as the code has it`() throws {
        let rows = OwnFinding.Kind.allCases.sorted { $0.rawValue < $1.rawValue }.map { kind in
            let hold = kind == .sourceStale ? "six of its intervals" : kind.holdFor == .zero ? "at once" : kind.holdFor.text
            return ["`\(kind.rawValue)`", kind.severity.rawValue, hold, kind.keepFor == .zero ? "at once" : kind.keepFor.text, kind.remedy]
        }
        try Page("docs/alerts.md").check([("kinds", Page.table(["kind", "severity", "begins after", "ends after", "what to do"], rows))])
    }

    @Test func `shows only keys that are accepted`() throws {
        for block in try Page("docs/alerts.md").blocks(of: "yaml") where block.text.contains("alerts:") {
            let inner = "cluster: a\nmesos: {masters: ['http://a:5050']}\npools: {a: {select: {groups: [a]}}}\n" + block.text
            do throws(ConfigurationErrors) { _ = try Configuration.parse(inner, path: "example.yaml") } catch { Issue.record("\(block.line): \(error)") }
        }
    }

    @Test func `has every label that an alert may carry`() throws {
        let page = try Page("docs/alerts.md").text
        let rule = RuleIdentity(name: "r", verdict: .replace, findingClass: .failing, mode: .alert)
        for subject in [Alert.Subject.rule(rule, node: "i-1", pool: "p"), .own(OwnFinding.Key(kind: .sourceStale, subject: "agents"))] {
            for label in Alert.labels(cluster: "c", subject: subject, severity: .info, name: "n") { #expect(page.contains("`\(label.name)`"), "\(label.name)") }
        }
    }
}
