package import Fleet

extension AWSClient {
    /// The most instances that one look asks for: as many as DescribeInstanceStatus takes by name (EC2's API reference). Of more, the whole sweep costs less.
    package static let lookMax = 100

    /// Looks at some instances alone, and at the groups that the pools name: two calls, and one where there are groups.
    ///
    /// - Parameter asked: at most `lookMax`.
    package func look(at asked: Set<InstanceID>, pools: [Pool]) async -> InstancesSighting {
        let ids = asked.sorted().prefix(Self.lookMax)
        async let groups = sightGroups(of: pools)
        // By filter: one that is gone would make the whole call fail by name.
        let instances = await result { () throws(AWSError) in
            try await self.instances(filters: [Filter("instance-id", ids.map(\.rawValue))])
        }
        let running = ((try? instances.get()) ?? []).filter { $0.state == .running }.map(\.id)
        let statuses = await result { () throws(AWSError) in try await self.statuses(of: running) }
        return InstancesSighting(asked: Set(ids), instances: instances, statuses: statuses, groups: await groups)
    }

    private func statuses(of ids: [InstanceID]) async throws(AWSError) -> [InstanceStatus] {
        if ids.isEmpty { return [] }
        var form = FormBody(ec2: "DescribeInstanceStatus")
        form.add("InstanceId", list: ids.map(\.rawValue))
        return try await list(form) { (body) throws(MalformedAnswer) in try Page(statuses: body) }
    }
}
