import Fleet

/// What an image source points at, before EC2 was asked whether there is such an image.
private struct Pointer {
    let image: ImageID
    /// As `EC2Sighting.TargetImage` has it.
    let since: Timestamp?
    /// `SSM parameter /ami/agent`.
    let origin: String
}

extension AWSClient {
    private typealias Pointers = [Pool.ImageSource: Result<Pointer, SourceFailure>]

    /// The target image of every pool that names a source, and the image that a fresh instance would get where that is another question. Every source is asked
    /// once, however many pools name it.
    func images(
        wantedBy pools: [Pool], groups: Result<[AutoScalingGroup], SourceFailure>?
    ) async -> (targets: [PoolName: Result<EC2Sighting.TargetImage, SourceFailure>], launched: [PoolName: Result<ImageID, SourceFailure>]) {
        let sources = Set(pools.compactMap(\.image) + pools.compactMap(\.launchSource))
        let pointers = await self.pointers(of: sources, groups: groups ?? .success([]))
        let ids = pointers.values.compactMap { try? $0.get().image }
        let listed = ids.isEmpty ? .success([]) : await result { () throws(AWSError) in try await self.images(ids) }
        var bySource: [Pool.ImageSource: Result<EC2Sighting.TargetImage, SourceFailure>] = [:]
        for source in sources {
            if case .newest(let owners, let name, let tags) = source {
                bySource[source] = await newest(NewestImage(owners: owners, name: name, tags: tags))
            } else {
                bySource[source] = pointers[source]?.flatMap { Self.target($0, listed) }
            }
        }
        var targets: [PoolName: Result<EC2Sighting.TargetImage, SourceFailure>] = [:]
        var launched: [PoolName: Result<ImageID, SourceFailure>] = [:]
        for pool in pools {
            targets[pool.name] = pool.image.flatMap { bySource[$0] }
            launched[pool.name] = pool.launchSource.flatMap { pointers[$0] }?.map(\.image)
        }
        return (targets, launched)
    }

    /// What every source that names one image points at; a search for the newest is none.
    private func pointers(of sources: Set<Pool.ImageSource>, groups: Result<[AutoScalingGroup], SourceFailure>) async -> Pointers {
        var versions: [LaunchTemplate: Result<LaunchTemplateVersion, SourceFailure>] = [:]
        var parameters: [String: Result<Parameter, SourceFailure>] = [:]
        var pointers: Pointers = [:]
        for source in sources {
            switch source {
            case .id(let id): pointers[source] = .success(Pointer(image: id, since: nil, origin: "the configuration"))
            case .parameter(let name):
                let parameter = await self.parameter(name, known: &parameters)
                pointers[source] = parameter.map { Pointer(image: $0.image, since: $0.lastModified, origin: "SSM parameter \(name)") }
            case .launchTemplate(let template): pointers[source] = await pointer(of: template, origin: "\(template)", &versions, &parameters)
            case .group(let name):
                switch groups.flatMap({ Self.template(ofGroup: name, in: $0) }) {
                case .success(let template):
                    pointers[source] = await pointer(of: template, origin: "\(template) of group \(name)", &versions, &parameters)
                case .failure(let failure): pointers[source] = .failure(failure)
                }
            case .newest: break
            }
        }
        return pointers
    }

    private func parameter(_ name: String, known: inout [String: Result<Parameter, SourceFailure>]) async -> Result<Parameter, SourceFailure> {
        if let found = known[name] { return found }
        let found = await result { () throws(AWSError) in try await self.parameter(name) }
        known[name] = found
        return found
    }

    /// Which template a group launches from. Which version its instances were launched from, by its word, is not asked: that word is not good.
    private static func template(ofGroup name: String, in groups: [AutoScalingGroup]) -> Result<LaunchTemplate, SourceFailure> {
        guard let group = groups.first(where: { $0.name == name }) else {
            return .failure(SourceFailure("there is no Auto Scaling group \(name) in this region: check the pool's image"))
        }
        guard let template = group.template else {
            return .failure(SourceFailure("group \(name) launches by a launch configuration, which is not read: give it a launch template"))
        }
        guard !group.hasSeveralImages else {
            let reason = "group \(name) overrides image or launch template for some instance types"
            return .failure(SourceFailure("\(reason), so which image is the target is ambiguous: name the image in another way"))
        }
        return .success(template)
    }

    private func pointer(
        of template: LaunchTemplate, origin: String, _ versions: inout [LaunchTemplate: Result<LaunchTemplateVersion, SourceFailure>],
        _ parameters: inout [String: Result<Parameter, SourceFailure>]
    ) async -> Result<Pointer, SourceFailure> {
        let found = if let known = versions[template] { known } else { await self.version(template) }
        versions[template] = found
        let version: LaunchTemplateVersion
        do { version = try found.get() } catch { return .failure(error) }
        switch version.named {
        case .image(let image)?: return .success(Pointer(image: image, since: version.created, origin: origin))
        case .parameter(let name)?:
            return await parameter(name, known: &parameters).map {
                Pointer(image: $0.image, since: max(version.created, $0.lastModified), origin: "SSM parameter \(name) of \(origin)")
            }
        case nil where version.image == nil:
            return .failure(SourceFailure("\(origin), version \(version.number), names no image: whoever launches from it must name one, and so must the pool"))
        case nil:
            return .failure(SourceFailure("\(origin), version \(version.number), names an image that is neither ami-… nor resolve:ssm:…"))
        }
    }

    /// The one version that is named. Several, or none, are not chosen from.
    private func version(_ template: LaunchTemplate) async -> Result<LaunchTemplateVersion, SourceFailure> {
        var form = FormBody(ec2: "DescribeLaunchTemplateVersions")
        if let id = template.id { form.add("LaunchTemplateId", id) } else { form.add("LaunchTemplateName", template.name ?? "") }
        form.add("LaunchTemplateVersion", list: [template.version])
        let asked = form
        let found = await result { () throws(AWSError) in
            try await self.list(asked) { (body) throws(MalformedAnswer) in try Page(templateVersions: body) }
        }
        return found.flatMap { versions in
            if versions.count == 1 { return .success(versions[0]) }
            return .failure(SourceFailure("EC2 lists \(versions.count) versions for \(template), where there must be one"))
        }
    }

    /// A failed look-up, and an image that EC2 does not list, are told apart.
    private static func target(_ pointer: Pointer, _ listed: Result<[Image], SourceFailure>) -> Result<EC2Sighting.TargetImage, SourceFailure> {
        listed.flatMap { images in
            guard let image = images.first(where: { $0.id == pointer.image }) else {
                let reasons = "it is deregistered, in another region, or not shared with this account"
                return .failure(SourceFailure("image \(pointer.image) of \(pointer.origin) is not listed by EC2: \(reasons)"))
            }
            return .success(EC2Sighting.TargetImage(image: image, since: pointer.since))
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
}
