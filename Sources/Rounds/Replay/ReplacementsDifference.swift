package import Fleet

/// What other rules would have had replaced in the same rounds, node by node.
package struct ReplacementsDifference: Sendable {
    /// By node and time.
    package let items: [Item]
    /// Replacements that would have begun at the same time by both.
    package let same: Int

    package struct Item: Hashable, Sendable {
        package let kind: Kind
        /// By the rules that were in use; nil when there is none.
        package let before: WouldBeReplacement?
        /// By the other rules; nil when there is none.
        package let after: WouldBeReplacement?

        package var node: NodeID { (before ?? after)?.node ?? NodeID("") }
        fileprivate var at: Timestamp { (before ?? after)?.at ?? Timestamp(milliseconds: 0) }
    }

    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Only by the other rules.
        case added
        /// Only by the rules that were in use.
        case removed
        case earlier
        case later
    }

    /// A node's first replacement by the one rules is compared with its first by the other, and so on: a node is mostly replaced once.
    package init(before: [WouldBeReplacement], after: [WouldBeReplacement]) {
        let old = Dictionary(grouping: before, by: \.node)
        let new = Dictionary(grouping: after, by: \.node)
        var items: [Item] = []
        var same = 0
        for node in Set(old.keys).union(new.keys) {
            let (left, right) = ((old[node] ?? []).sorted { $0.at < $1.at }, (new[node] ?? []).sorted { $0.at < $1.at })
            for place in 0..<max(left.count, right.count) {
                let (before, after) = (place < left.count ? left[place] : nil, place < right.count ? right[place] : nil)
                if let kind = Self.kind(before, after) { items.append(Item(kind: kind, before: before, after: after)) } else { same += 1 }
            }
        }
        self.items = items.sorted { ($0.node, $0.at) < ($1.node, $1.at) }
        self.same = same
    }

    private static func kind(_ before: WouldBeReplacement?, _ after: WouldBeReplacement?) -> Kind? {
        guard let before else { return .added }
        guard let after else { return .removed }
        return after.at == before.at ? nil : after.at < before.at ? .earlier : .later
    }
}
