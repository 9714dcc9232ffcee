package import Fleet

extension EC2Sighting {
    /// The parts that failed, by source.
    package var failures: [(source: Source, failure: SourceFailure)] {
        var failures: [(source: Source, failure: SourceFailure)] = []
        if case .failure(let failure) = instances { failures.append((.instances, failure)) }
        if case .failure(let failure) = statuses { failures.append((.statuses, failure)) }
        if case .failure(let failure) = images { failures.append((.images, failure)) }
        if case .failure(let failure)? = groups { failures.append((.groups, failure)) }
        if case .failure(let failure)? = pings { failures.append((.ssm, failure)) }
        for (pool, target) in targets {
            if case .failure(let failure) = target { failures.append((.target(pool), failure)) }
        }
        return failures.sorted { $0.source < $1.source }
    }
}
