import Fleet
import Planning
import Testing

@Suite struct `A disposition` {
    private static let start = Timestamp(iso8601: "2026-11-23T09:00:00Z")!

    private func finding(
        _ name: String, _ verdict: Verdict = .replace, _ findingClass: FindingClass = .failing, _ state: Finding.State = .firing, firing minutes: Int64 = 12
    ) -> Finding {
        Finding(
            node: "i-1", rule: RuleIdentity(name: RuleName(name), verdict: verdict, findingClass: findingClass, mode: .alert), state: state,
            since: Self.start, firingSince: state == .pending ? nil : Self.start + .seconds(minutes * 60), summary: name, evidence: [],
            ruleSet: "0000000000000000")
    }

    @Test func `is not ephemeral without a firing replace rule`() {
        #expect(Disposition(findings: []) == .notEphemeral)
        for verdict in Verdict.allCases {
            for state in Finding.State.allCases where !(state == .firing && verdict != .notify) {
                #expect(Disposition(findings: [finding("a", verdict, .failing, state)]) == .notEphemeral, "\(verdict) \(state)")
            }
        }
        // A keep rule that cannot be judged keeps nothing from happening when nothing would.
        #expect(Disposition(findings: [], unknownKeeps: [.init(rule: "k", why: "services cannot be read")]) == .notEphemeral)
    }

    @Test func `is ephemeral by every firing replace rule, failing before outdated, then the oldest, then by name`() throws {
        let findings = [
            finding("b-outdated", .replace, .outdated, firing: 1), finding("d", firing: 12), finding("c", firing: 12), finding("e", firing: 5),
            finding("pending", .replace, .failing, .pending), finding("said", .notify),
        ]
        for shift in findings.indices {
            let rotated = Array(findings[shift...] + findings[..<shift])
            guard case .ephemeral(let ephemeral) = Disposition(findings: rotated) else { Issue.record("not ephemeral"); return }
            #expect(ephemeral.findings.map(\.rule.name) == ["e", "c", "d", "b-outdated"])
            #expect(ephemeral.deciding.rule.name == "e")
            #expect(ephemeral.findingClass == .failing)
            #expect(ephemeral.windows == [.none, .none, .none, .none])
        }
    }

    @Test func `lets the first rule decide whose window is open`() throws {
        let findings = [finding("a"), finding("b"), finding("c", .replace, .outdated)]
        func deciding(_ windows: [RuleName: WindowState]) -> RuleName? {
            guard case .ephemeral(let ephemeral) = Disposition(findings: findings, windows: windows) else { return nil }
            return ephemeral.deciding.rule.name
        }
        let later = Self.start + .seconds(3600)
        let shut = WindowState.shut(opens: later)
        #expect(deciding([:]) == "a")
        #expect(deciding(["a": .open, "b": .open]) == "a")
        #expect(deciding(["a": shut]) == "b")
        #expect(deciding(["a": shut, "b": shut]) == "c")
        #expect(deciding(["a": shut, "b": shut, "c": .open]) == "c")
        // All shut: the one that opens first; never comes last; of two that open together the first.
        #expect(deciding(["a": shut, "b": .shut(opens: Self.start), "c": shut]) == "b")
        #expect(deciding(["a": .shut(opens: nil), "b": shut, "c": shut]) == "b")
        #expect(deciding(["a": .shut(opens: nil), "b": .shut(opens: nil), "c": .shut(opens: nil)]) == "a")
    }

    @Test func `is kept by every keep rule that fires, and by one that cannot be judged`() {
        let lost = finding("lost")
        let unknown = [Disposition.UnknownRule(rule: "z", why: "services cannot be read"), .init(rule: "b", why: "x")]
        guard case .kept(let both) = Disposition(findings: [finding("k", .keep), lost, finding("h", .keep)], unknownKeeps: unknown) else {
            Issue.record("not kept"); return
        }
        #expect(both.firing == ["h", "k"] && both.unknown.map(\.rule) == ["b", "z"] && both.by == ["b", "h", "k", "z"] && both.against == [lost])
        guard case .kept(let byUnknown) = Disposition(findings: [lost], unknownKeeps: unknown) else { Issue.record("not kept"); return }
        #expect(byUnknown.firing.isEmpty && byUnknown.by == ["b", "z"])
        guard case .kept(let alone) = Disposition(findings: [finding("k", .keep)]) else { Issue.record("not kept"); return }
        #expect(alone.against.isEmpty)
        // A keep rule that is only pending does not hold yet.
        guard case .ephemeral = Disposition(findings: [lost, finding("k", .keep, .failing, .pending)]) else { Issue.record("kept"); return }
    }

    /// Every combination of four rules' states, two unknown keeps and three windows, in two orders.
    @Test func `keeps its promises in every combination`() {
        let states: [Finding.State?] = [nil, .pending, .firing]
        let windows: [WindowState] = [.none, .open, .shut(opens: Self.start), .shut(opens: nil)]
        for failing in states {
            for outdated in states {
                for keep in states {
                    for unknownCount in 0...2 {
                        for first in windows {
                            for second in windows { check(failing, outdated, keep, unknownCount, first, second) }
                        }
                    }
                }
            }
        }
    }

    private func check(
        _ failing: Finding.State?, _ outdated: Finding.State?, _ keep: Finding.State?, _ unknownCount: Int, _ first: WindowState, _ second: WindowState
    ) {
        var findings: [Finding] = [finding("notify", .notify)]
        if let failing { findings.append(finding("failing", .replace, .failing, failing)) }
        if let outdated { findings.append(finding("outdated", .replace, .outdated, outdated, firing: 0)) }
        if let keep { findings.append(finding("keep", .keep, .failing, keep)) }
        let unknown = (0..<unknownCount).map { Disposition.UnknownRule(rule: RuleName("u\($0)"), why: "?") }
        let windows: [RuleName: WindowState] = ["failing": first, "outdated": second]
        let disposition = Disposition(findings: findings, unknownKeeps: unknown, windows: windows)
        #expect(disposition == Disposition(findings: findings.reversed(), unknownKeeps: unknown.reversed(), windows: windows))
        let wanted = failing == .firing || outdated == .firing
        switch disposition {
        case .ephemeral(let ephemeral):
            #expect(wanted && keep != .firing && unknown.isEmpty)
            #expect(ephemeral.window == windows[ephemeral.deciding.rule.name])
            #expect(ephemeral.window.allowsStart == ephemeral.windows.contains(where: \.allowsStart))
            if failing == .firing, first.allowsStart { #expect(ephemeral.deciding.rule.name == "failing") }
        case .kept(let kept):
            #expect(keep == .firing || (wanted && !unknown.isEmpty))
            #expect(kept.by.count == unknown.count + (keep == .firing ? 1 : 0))
            #expect(kept.against.isEmpty == !wanted)
        case .notEphemeral:
            #expect(!wanted && keep != .firing)
        }
        #expect(!disposition.reason(at: Self.start).isEmpty)
    }

    @Test func `says its reason in words`() {
        let now = Self.start + .seconds(1800)
        func reason(_ findings: [Finding], _ unknown: [Disposition.UnknownRule] = [], _ windows: [RuleName: WindowState] = [:]) -> String {
            Disposition(findings: findings, unknownKeeps: unknown, windows: windows).reason(at: now)
        }
        let lost = finding("agent-lost")
        #expect(reason([lost]) == "would be replaced: agent-lost has fired since 09:12")
        #expect(reason([lost, finding("image-outdated", .replace, .outdated)]) == "would be replaced: agent-lost has fired since 09:12 (also image-outdated)")
        let opens = Timestamp(iso8601: "2026-11-24T08:00:00Z")!
        #expect(
            reason([lost], [], ["agent-lost": .shut(opens: opens)])
                == "would be replaced from 2026-11-24T08:00Z, when its window opens: agent-lost has fired since 09:12")
        #expect(reason([lost], [], ["agent-lost": .shut(opens: nil)]) == "would be replaced, but its window never opens: agent-lost has fired since 09:12")
        #expect(
            reason([lost], [.init(rule: "stateful-unguarded", why: "services cannot be read")])
                == "kept by stateful-unguarded (unknown: services cannot be read); agent-lost has fired since 09:12")
        #expect(reason([finding("pinned", .keep), finding("held", .keep)]) == "kept by held, pinned")
        #expect(reason([]) == "not ephemeral: no replace rule fires")
        let old = Disposition(findings: [lost]).reason(at: now + .seconds(86_400 * 2))
        #expect(old == "would be replaced: agent-lost has fired since 2026-11-23T09:12Z")
    }
}
