import Fleet
import Rules

extension ConfigurationReading {
    func readPools(_ section: YAMLMapping) -> [Pool]? {
        if section.all.isEmpty { section.value.note("pools is empty; name at least one, or nothing is watched") }
        var pools: [Pool] = []
        for entry in section.all {
            guard Self.isName(entry.name) else {
                entry.key.note("a pool's name is 1 to 63 lower-case letters, digits and hyphens, not '\(entry.name.prefix(70))'")
                continue
            }
            if let pool = entry.value.mapping().flatMap({ readPool($0, name: PoolName(entry.name)) }) { pools.append(pool) }
        }
        for (one, other) in pools.overlaps {
            section.all.first { $0.name == other.rawValue }?.key.note(
                "pools '\(one)' and '\(other)' overlap: one selects every node that the other does; make their selections exclude each other")
        }
        return pools.sorted { $0.name < $1.name }
    }

    private static func isName(_ name: String) -> Bool {
        (1...63).contains(name.utf8.count) && name.utf8.allSatisfy { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 }
    }

    private func readPool(_ pool: YAMLMapping, name: PoolName) -> Pool? {
        pool.allow(["select", "size", "image", "provision", "order", "commands", "load_balancers", "lifecycle_hook"])
        let selector = pool.required("select")?.mapping().flatMap(readSelector)
        let image = pool["image"]?.mapping().flatMap(readImage)
        let provision = pool["provision"]?.mapping().flatMap(readProvision)
        let order = pool["order"]?.choice(PoolOrder.self)
        let looksAfterEntrances = pool["load_balancers"]?.boolean()
        guard let selector else { return nil }
        if case .terraform? = provision { checkTerraform(pool, isLaunchFirst: order == .launchFirst) }
        return Pool(
            name: name, selector: selector, size: pool["size"]?.integer(in: 1...100_000), image: image, provision: provision,
            isLaunchFirst: order == .launchFirst, looksAfterEntrances: looksAfterEntrances ?? false)
    }

    /// In which order a pool's nodes are replaced, as it is written.
    private enum PoolOrder: String, CaseIterable {
        case usual
        case launchFirst = "launch-first"
    }

    private func readProvision(_ provision: YAMLMapping) -> Pool.Provisioning? {
        provision.allow(["group", "launch_template", "terraform"])
        guard provision.all.count == 1, let only = provision.all.first else {
            provision.value.note("provision names one way: group, launch_template or terraform")
            return nil
        }
        switch only.name {
        case "group": return only.value.string().map { .group($0) }
        case "launch_template": return only.value.mapping().flatMap(readTemplate).map { .launchTemplate($0) }
        case "terraform": return only.value.mapping().flatMap(readTerraform).map { .terraform($0) }
        default: return nil
        }
    }

    private func readSelector(_ select: YAMLMapping) -> Pool.Selector? {
        select.allow(["tags", "groups", "attributes"])
        let tags = select["tags"].map { readTexts($0) } ?? []
        let groups = select["groups"].map { $0.strings() } ?? []
        let attributes = select["attributes"].map { readTexts($0) } ?? []
        guard let tags, let groups, let attributes else { return nil }
        if tags.isEmpty && groups.isEmpty && attributes.isEmpty {
            select.value.note("select names nothing and so selects nothing; name tags, groups or attributes")
            return nil
        }
        return Pool.Selector(
            tags: tags.map { Instance.Tag(key: $0.name, value: $0.value) }, groups: groups,
            attributes: attributes.map { Agent.Attribute(name: $0.name, value: $0.value) })
    }

    private func readImage(_ image: YAMLMapping) -> Pool.ImageSource? {
        image.allow(["id", "ssm_parameter", "newest", "launch_template", "group"])
        guard image.all.count == 1, let only = image.all.first else {
            image.value.note("image names one source: id, ssm_parameter, newest, launch_template or group")
            return nil
        }
        switch only.name {
        case "id":
            guard let id = only.value.string() else { return nil }
            guard id.hasPrefix("ami-") else {
                only.value.note("an image id begins with ami-, not '\(id.prefix(40))'")
                return nil
            }
            return .id(ImageID(id))
        case "ssm_parameter": return only.value.string().map { .parameter($0) }
        case "newest": return only.value.mapping().flatMap(readNewest)
        case "launch_template": return only.value.mapping().flatMap(readTemplate).map { .launchTemplate($0) }
        case "group": return only.value.string().map { .group($0) }
        default: return nil
        }
    }

    private func readNewest(_ newest: YAMLMapping) -> Pool.ImageSource? {
        newest.allow(["owners", "name", "tags"])
        let owners = newest.required("owners")?.strings()
        if let owners, owners.isEmpty { newest["owners"]?.note("owners is empty, and anybody may publish an image of any name; name whose count") }
        let name = newest["name"].map { $0.string() }
        let tags = newest["tags"].map { readTexts($0) } ?? []
        guard let owners, !owners.isEmpty, let tags else { return nil }
        if name == nil && tags.isEmpty {
            newest.value.note("newest names neither name nor tags, and would take any image of these owners; name at least one")
            return nil
        }
        return .newest(owners: owners.sorted(), name: name ?? nil, tags: tags.map { Instance.Tag(key: $0.name, value: $0.value) }.sorted { $0.key < $1.key })
    }

    private func readTemplate(_ template: YAMLMapping) -> LaunchTemplate? {
        template.allow(["name", "id", "version"])
        let version = template["version"].map { $0.string() } ?? "$Default"
        if let version, !["$Latest", "$Default"].contains(version), Int64(version).map({ $0 < 1 }) ?? true {
            template["version"]?.note("version is $Latest, $Default or a number from 1, not '\(version.prefix(40))'")
            return nil
        }
        switch (template["name"], template["id"]) {
        case (nil, nil), (.some, .some):
            template.value.note("launch_template names its template by name or by id, by one of them")
            return nil
        case (let name?, nil):
            guard let name = name.string(), let version else { return nil }
            return LaunchTemplate(name: name, version: version)
        case (nil, let written?):
            guard let id = written.string(), let version else { return nil }
            guard id.hasPrefix("lt-") else {
                written.note("a launch template's id begins with lt-, not '\(id.prefix(40))'; write name: for its name")
                return nil
            }
            return LaunchTemplate(id: id, version: version)
        }
    }

    func readTexts(_ value: YAMLValue) -> [(name: String, value: String)]? {
        guard let mapping = value.mapping() else { return nil }
        let texts = mapping.all.map { entry in entry.value.string().map { (name: entry.name, value: $0) } }
        let read = texts.compactMap { $0 }
        return read.count == texts.count ? read : nil
    }
}
