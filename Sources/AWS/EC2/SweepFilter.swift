package import Fleet

/// How the sweep over all instances is narrowed, so that an account's other instances need not be read.
package enum SweepFilter {
    /// One filter for each tag key that every pool asks for, with the values of all of them; empty when they share none.
    ///
    /// A pool's groups are a tag as well, the one that AWS sets on a group's instances. What comes back is more than the pools'
    /// own instances; which belongs to which pool is decided by exact comparison afterwards.
    package static func filters(for pools: [Pool]) -> [Filter] {
        guard let first = pools.first else { return [] }
        let wanted = pools.map(values)
        return values(first).keys.sorted().compactMap { key in
            var union: Set<String> = []
            for values in wanted {
                guard let own = values[key] else { return nil }
                union.formUnion(own)
            }
            guard union.count <= Filter.valuesMax else { return nil }
            return Filter("tag:" + key, union.sorted().map(Filter.literal))
        }
    }

    /// By tag key, the values of which an instance of the pool has one.
    private static func values(_ pool: Pool) -> [String: Set<String>] {
        var values: [String: Set<String>] = [:]
        for tag in pool.selector.tags { values[tag.key, default: []].insert(tag.value) }
        if !pool.selector.groups.isEmpty { values["aws:autoscaling:groupName", default: []].formUnion(pool.selector.groups) }
        return values
    }
}
