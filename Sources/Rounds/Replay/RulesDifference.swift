package import Fleet

/// What other rules would have made of the same rounds, finding by finding.
package struct RulesDifference: Sendable {
    /// By rule, node and time.
    package let items: [Item]
    /// Findings that are the same by both.
    package let same: Int

    package struct Item: Hashable, Sendable {
        package let kind: Kind
        /// By the rules that were in use; nil when there is none.
        package let before: Finding?
        /// By the other rules; nil when there is none.
        package let after: Finding?

        package var rule: RuleName { (before ?? after)?.rule.name ?? RuleName("") }
        package var node: NodeID { (before ?? after)?.node ?? NodeID("") }
        fileprivate var since: Timestamp { (before ?? after)?.since ?? Timestamp(milliseconds: 0) }
    }

    package enum Kind: String, Hashable, Sendable, CaseIterable, Comparable {
        /// Only the other rules have it.
        case added
        /// Only the rules in use had it.
        case removed
        /// It was pending and no more, and would fire.
        case firesNow = "fires_now"
        /// It fired, and would be pending and no more.
        case noLongerFires = "no_longer_fires"
        case firesEarlier = "fires_earlier"
        case firesLater = "fires_later"
        /// It fires at the same time, but begins, ends, or asks for something else.
        case otherwise

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// - Parameters: both sorted by beginning.
    package init(before: [Finding], after: [Finding]) {
        let old = Dictionary(grouping: before) { Key(rule: $0.rule.name, node: $0.node) }
        let new = Dictionary(grouping: after) { Key(rule: $0.rule.name, node: $0.node) }
        var items: [Item] = []
        var same = 0
        for key in Set(old.keys).union(new.keys) {
            for (before, after) in Self.pairs(old[key] ?? [], new[key] ?? []) {
                if let kind = Self.kind(before, after) { items.append(Item(kind: kind, before: before, after: after)) } else { same += 1 }
            }
        }
        self.items = items.sorted { ($0.rule, $0.node, $0.since, $0.kind) < ($1.rule, $1.node, $1.since, $1.kind) }
        self.same = same
    }

    private struct Key: Hashable {
        let rule: RuleName
        let node: NodeID
    }

    /// Findings of one rule on one node that overlap in time are the same one; each belongs to one other at most.
    private static func pairs(_ before: [Finding], _ after: [Finding]) -> [(Finding?, Finding?)] {
        var pairs: [(Finding?, Finding?)] = []
        var (left, right) = (before[...], after[...])
        while let old = left.first, let new = right.first {
            if let end = old.resolvedAt, end <= new.since, new.since > old.since {
                pairs.append((left.removeFirst(), nil))
            } else if let end = new.resolvedAt, end <= old.since, old.since > new.since {
                pairs.append((nil, right.removeFirst()))
            } else {
                pairs.append((left.removeFirst(), right.removeFirst()))
            }
        }
        return pairs + left.map { ($0, nil) } + right.map { (nil, $0) }
    }

    private static func kind(_ before: Finding?, _ after: Finding?) -> Kind? {
        guard let before else { return .added }
        guard let after else { return .removed }
        switch (before.firingSince, after.firingSince) {
        case (nil, _?): return .firesNow
        case (_?, nil): return .noLongerFires
        case (let old?, let new?) where new < old: return .firesEarlier
        case (let old?, let new?) where new > old: return .firesLater
        default: break
        }
        let isSame =
            before.since == after.since && before.resolvedAt == after.resolvedAt && before.resolution == after.resolution && before.rule == after.rule
        return isSame ? nil : .otherwise
    }
}
