package import Fleet

extension AWSClient {
    /// Looks at everything that watching needs of AWS. Each part fails by itself; nothing is concluded from what could not be read.
    ///
    /// - Parameter wishes: the instances of which it is asked whether they may be ended.
    package func sight(pools: [Pool], asking wishes: [TerminationWish] = []) async -> EC2Sighting {
        async let terminations = terminationBars(of: wishes)
        let instances = await result { () throws(AWSError) in try await self.instances(filters: SweepFilter.filters(for: pools)) }
        async let statuses = result { () throws(AWSError) in try await self.statuses() }
        async let images = self.images(of: instances)
        async let pings = sightPings()
        let groups = await sightGroups(of: pools)
        let wanted = await self.images(wantedBy: pools, groups: groups)
        return EC2Sighting(
            instances: instances, statuses: Self.statuses(await statuses, of: instances), images: await images, targets: wanted.targets, pings: await pings,
            groups: groups, launchImages: wanted.launched, terminations: await terminations)
    }

    private func terminationBars(of wishes: [TerminationWish]) async -> [InstanceID: TerminationBar] {
        var bars: [InstanceID: TerminationBar] = [:]
        for wish in wishes { bars[wish.instance] = await terminationBar(of: wish) }
        return bars
    }

    /// Nil where SSM is not to be asked.
    private func sightPings() async -> Result<[InstanceID: SSMPing], SourceFailure>? {
        guard readsPings else { return nil }
        return await result { () throws(AWSError) in try await self.pings() }
    }

    /// Nil where no pool names a group: Auto Scaling is a permission that nobody else needs to give.
    func sightGroups(of pools: [Pool]) async -> Result<[AutoScalingGroup], SourceFailure>? {
        let names = pools.groups
        if names.isEmpty { return nil }
        return await result { () throws(AWSError) in try await self.groups(names) }
    }

    /// Only those of the sweep's instances, where it is known: the account may hold many others.
    private static func statuses(
        _ statuses: Result<[InstanceStatus], SourceFailure>, of instances: Result<[Instance], SourceFailure>
    ) -> Result<[InstanceStatus], SourceFailure> {
        guard case .success(let swept) = instances else { return statuses }
        let ids = Set(swept.map(\.id))
        return statuses.map { $0.filter { ids.contains($0.id) } }
    }

    private func images(of instances: Result<[Instance], SourceFailure>) async -> Result<[Image], SourceFailure> {
        switch instances {
        case .success(let swept): await result { () throws(AWSError) in try await self.images(swept.map(\.image)) }
        case .failure: .failure(SourceFailure("the images in use were not looked up, since the instances could not be read"))
        }
    }

    package func result<Value>(_ body: () async throws(AWSError) -> Value) async -> Result<Value, SourceFailure> {
        do { return .success(try await body()) } catch { return .failure(SourceFailure(error.description)) }
    }
}
