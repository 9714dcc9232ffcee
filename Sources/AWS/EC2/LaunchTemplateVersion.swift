package import Fleet

/// One version of a launch template, as far as it says which image is launched.
package struct LaunchTemplateVersion: Hashable, Sendable {
    package let id: String
    package let number: Int64
    package let created: Timestamp
    /// An image's id, or `resolve:ssm:` and the name of a parameter. Nil: none, whoever launches must name one.
    package let image: String?

    private static let prefix = "resolve:ssm:"

    /// What the version names as its image.
    enum Named: Hashable {
        case image(ImageID)
        /// With its version or label, if it has one: `/ami/agent:3`.
        case parameter(String)
    }

    /// Nil where it names none, or something else.
    var named: Named? {
        guard let image else { return nil }
        if image.hasPrefix(Self.prefix), image.count > Self.prefix.count { return .parameter(String(image.dropFirst(Self.prefix.count))) }
        return Parameter.isImageID(image) ? .image(ImageID(image)) : nil
    }
}

extension Page<LaunchTemplateVersion> {
    private static let shape = XMLShape(
        "DescribeLaunchTemplateVersionsResponse",
        ["nextToken", "launchTemplateVersionSet", "launchTemplateVersionSet/item*"]
            + ["launchTemplateId", "versionNumber", "createTime", "launchTemplateData", "launchTemplateData/imageId"].map {
                "launchTemplateVersionSet/item/" + $0
            })

    private struct Indices {
        let set = shape.index("launchTemplateVersionSet"), item = shape.index("launchTemplateVersionSet/item")
        let id = index("launchTemplateId"), number = index("versionNumber"), created = index("createTime"), data = index("launchTemplateData")
        let image = index("launchTemplateData/imageId")

        private static func index(_ name: String) -> Int { shape.index("launchTemplateVersionSet/item/" + name) }
    }
    private static let indices = Indices()

    /// Reads a page of `DescribeLaunchTemplateVersions`.
    init(templateVersions body: [UInt8]) throws(MalformedAnswer) {
        let at = Self.indices
        var versions: [LaunchTemplateVersion] = []
        let fields = try XMLReading.read(body, as: Self.shape) { (element, fields) throws(MalformedAnswer) in
            guard element == at.item else { return }
            try fields.require(at.data)
            let (number, created) = (try fields.required(at.number), try fields.required(at.created))
            guard let number = Int64(number) else { throw MalformedAnswer("versionNumber '\(number.prefix(64))' is no number") }
            guard let time = Timestamp(iso8601: created) else { throw MalformedAnswer("createTime '\(created.prefix(64))' is no time") }
            versions.append(LaunchTemplateVersion(id: try fields.required(at.id), number: number, created: time, image: fields.optional(at.image)))
        }
        try fields.require(at.set)
        self.init(rows: versions, nextToken: fields.optional(Self.shape.index("nextToken")))
    }
}
