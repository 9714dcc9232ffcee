extension Pool.Selector {
    /// Whether a node belongs here. What is not known of it matches nothing.
    ///
    /// - Parameter attributes: the agent's, whether it is listed or only recovered; nil without one.
    package func selects(instance: Instance?, attributes known: [Agent.Attribute]?) -> Bool {
        if tags.isEmpty && groups.isEmpty && attributes.isEmpty { return false }
        guard allows(instance) else { return false }
        if attributes.isEmpty { return true }
        guard let known else { return false }
        return attributes.allSatisfy(known.contains)
    }

    /// Whether a node with this instance belongs here as far as tags and groups tell.
    package func allows(_ instance: Instance?) -> Bool {
        if tags.isEmpty && groups.isEmpty { return true }
        guard let instance, tags.allSatisfy({ instance.tag($0.key) == $0.value }) else { return false }
        return groups.isEmpty || instance.group.map(groups.contains) ?? false
    }

    /// Whether every node that `other` selects is selected here too, as far as the selectors alone tell.
    package func covers(_ other: Pool.Selector) -> Bool {
        Set(tags).isSubset(of: other.tags) && Set(attributes).isSubset(of: other.attributes)
            && (groups.isEmpty || (!other.groups.isEmpty && Set(other.groups).isSubset(of: groups)))
    }
}

extension [Pool] {
    /// The Auto Scaling groups that they name: by what they select, as the source of their image, or as who provisions. Sorted.
    package var groups: [String] {
        var names = Set(flatMap(\.selector.groups))
        for case .group(let name)? in map(\.image) { names.insert(name) }
        for case .group(let name)? in map(\.provision) { names.insert(name) }
        return names.sorted()
    }

    /// The pairs of pools of which one selects all that the other does: a mistake in the configuration whatever the fleet looks like. By name.
    package var overlaps: [(PoolName, PoolName)] {
        let sorted = self.sorted { $0.name < $1.name }
        return sorted.indices.flatMap { first in
            sorted.indices[(first + 1)...].compactMap { second in
                let (one, other) = (sorted[first], sorted[second])
                return one.selector.covers(other.selector) || other.selector.covers(one.selector) ? (one.name, other.name) : nil
            }
        }
    }

    /// The pools that select a node: one, none, or by a mistake in the configuration several. Sorted.
    package func selecting(instance: Instance?, attributes: [Agent.Attribute]?) -> [PoolName] {
        filter { $0.selector.selects(instance: instance, attributes: attributes) }.map(\.name).sorted()
    }
}
