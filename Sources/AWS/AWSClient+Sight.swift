package import Fleet

extension AWSClient {
    /// Looks at everything that watching needs of AWS. Each part fails by itself; nothing is concluded from what could not be read.
    package func sight(pools: [Pool]) async -> EC2Sighting {
        let instances = await result { () throws(AWSError) in try await self.instances(filters: SweepFilter.filters(for: pools)) }
        async let statuses = result { () throws(AWSError) in try await self.statuses() }
        async let images = images(of: instances)
        async let targets = targets(of: pools)
        return EC2Sighting(instances: instances, statuses: Self.statuses(await statuses, of: instances), images: await images, targets: await targets)
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

    /// Every source is asked once, however many pools name it.
    private func targets(of pools: [Pool]) async -> [PoolName: Result<EC2Sighting.TargetImage, SourceFailure>] {
        let sources = Set(pools.compactMap(\.image))
        var parameters: [String: Result<Parameter, SourceFailure>] = [:]
        for case .parameter(let name) in sources where parameters[name] == nil {
            parameters[name] = await result { () throws(AWSError) in try await self.parameter(name) }
        }
        let ids = sources.compactMap { source -> ImageID? in
            switch source {
            case .id(let id): id
            case .parameter(let name): try? parameters[name]?.get().image
            case .newest: nil
            }
        }
        let listed = ids.isEmpty ? .success([]) : await result { () throws(AWSError) in try await self.images(ids) }
        var bySource: [Pool.ImageSource: Result<EC2Sighting.TargetImage, SourceFailure>] = [:]
        for source in sources {
            switch source {
            case .id(let id): bySource[source] = Self.target(id, since: nil, from: "the configuration", listed)
            case .parameter(let name):
                bySource[source] = parameters[name]?.flatMap { Self.target($0.image, since: $0.lastModified, from: "SSM parameter \(name)", listed) }
            case .newest(let owners, let name, let tags): bySource[source] = await newest(NewestImage(owners: owners, name: name, tags: tags))
            }
        }
        var targets: [PoolName: Result<EC2Sighting.TargetImage, SourceFailure>] = [:]
        for pool in pools { targets[pool.name] = pool.image.flatMap { bySource[$0] } }
        return targets
    }

    /// A failed look-up, and an image that EC2 does not list, are told apart.
    private static func target(
        _ id: ImageID, since: Timestamp?, from origin: String, _ listed: Result<[Image], SourceFailure>
    ) -> Result<EC2Sighting.TargetImage, SourceFailure> {
        listed.flatMap { images in
            guard let image = images.first(where: { $0.id == id }) else {
                let reasons = "it is deregistered, in another region, or not shared with this account"
                return .failure(SourceFailure("image \(id) of \(origin) is not listed by EC2: \(reasons)"))
            }
            return .success(EC2Sighting.TargetImage(image: image, since: since))
        }
    }

    private func newest(_ search: NewestImage) async -> Result<EC2Sighting.TargetImage, SourceFailure> {
        let candidates = await result { () throws(AWSError) in try await self.candidates(search) }
        return candidates.flatMap { candidates in
            do {
                let image = try search.choice(of: candidates, now: self.clock.now() + self.skew.offset)
                return .success(EC2Sighting.TargetImage(image: image, since: image.creationTime))
            } catch {
                return .failure(SourceFailure("\(error)"))
            }
        }
    }

    private func result<Value>(_ body: () async throws(AWSError) -> Value) async -> Result<Value, SourceFailure> {
        do { return .success(try await body()) } catch { return .failure(SourceFailure(error.description)) }
    }
}
