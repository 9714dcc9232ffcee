package import Fleet

/// An image with what a search for the newest one compares again.
package struct ListedImage: Hashable, Sendable {
    package let image: Image
    /// An account's number.
    package let owner: String
    package let tags: [Instance.Tag]
}

extension Page<ListedImage> {
    private static let shape = XMLShape(
        "DescribeImagesResponse",
        ["nextToken", "imagesSet", "imagesSet/item*"]
            + [
                "imageId", "name", "imageState", "imageOwnerId", "creationDate", "deprecationTime", "tagSet", "tagSet/item*", "tagSet/item/key",
                "tagSet/item/value",
            ].map { "imagesSet/item/" + $0 })

    private struct Indices {
        let set = shape.index("imagesSet"), item = shape.index("imagesSet/item")
        let id = index("imageId"), name = index("name"), state = index("imageState"), owner = index("imageOwnerId")
        let created = index("creationDate"), deprecated = index("deprecationTime")
        let tag = index("tagSet/item"), key = index("tagSet/item/key"), value = index("tagSet/item/value")

        private static func index(_ name: String) -> Int { shape.index("imagesSet/item/" + name) }
    }
    private static let indices = Indices()

    /// Reads a page of `DescribeImages`. A name is not required: images of EC2's first years have none.
    init(images body: [UInt8]) throws(MalformedAnswer) {
        let at = Self.indices
        var images: [ListedImage] = []
        var tags: [Instance.Tag] = []
        let fields = try XMLReading.read(body, as: Self.shape) { (element, fields) throws(MalformedAnswer) in
            if element == at.tag {
                try fields.require(at.key, at.value)
                tags.append(Instance.Tag(key: try fields.required(at.key), value: fields.optional(at.value) ?? ""))
            } else if element == at.item {
                images.append(try Self.image(fields, tags: tags))
                tags.removeAll(keepingCapacity: true)
            }
        }
        try fields.require(at.set)
        self.init(rows: images, nextToken: fields.optional(Self.shape.index("nextToken")))
    }

    private static func image(_ fields: XMLFields, tags: [Instance.Tag]) throws(MalformedAnswer) -> ListedImage {
        let at = indices
        let id = try fields.required(at.id)
        func time(_ text: String, _ name: String) throws(MalformedAnswer) -> Timestamp {
            guard let time = Timestamp(iso8601: text) else { throw MalformedAnswer("\(name) '\(text.prefix(64))' of image \(id.prefix(64)) is no time") }
            return time
        }
        let deprecation = try fields.optional(at.deprecated).map { (text) throws(MalformedAnswer) in try time(text, "deprecationTime") }
        let image = Image(
            id: ImageID(id), name: fields.optional(at.name), state: try fields.required(at.state),
            creationTime: try time(try fields.required(at.created), "creationDate"), deprecationTime: deprecation)
        return ListedImage(image: image, owner: try fields.required(at.owner), tags: tags.sorted { $0.key < $1.key })
    }
}
