import Fleet

extension Page<Instance> {
    private static let shape = XMLShape(
        "DescribeInstancesResponse",
        [
            "nextToken", "reservationSet", "reservationSet/item*", "reservationSet/item/instancesSet", "reservationSet/item/instancesSet/item*",
        ]
            + [
                "instanceId", "imageId", "instanceState", "instanceState/name", "privateIpAddress", "placement", "placement/availabilityZone", "subnetId",
                "instanceType", "launchTime", "instanceLifecycle", "stateReason", "stateReason/code", "tagSet", "tagSet/item*", "tagSet/item/key",
                "tagSet/item/value",
            ].map { "reservationSet/item/instancesSet/item/" + $0 })

    /// The indices of the elements in `shape`.
    private struct Indices {
        let reservationSet = shape.index("reservationSet")
        let reservation = shape.index("reservationSet/item")
        let instancesSet = shape.index("reservationSet/item/instancesSet")
        let instance = shape.index("reservationSet/item/instancesSet/item")
        let id = index("instanceId"), image = index("imageId"), state = index("instanceState/name"), privateIP = index("privateIpAddress")
        let zone = index("placement/availabilityZone"), subnet = index("subnetId"), type = index("instanceType"), launchTime = index("launchTime")
        let lifecycle = index("instanceLifecycle"), reason = index("stateReason/code")
        let tag = index("tagSet/item"), key = index("tagSet/item/key"), value = index("tagSet/item/value")

        private static func index(_ name: String) -> Int { shape.index("reservationSet/item/instancesSet/item/" + name) }
    }
    private static let indices = Indices()

    /// Reads a page of `DescribeInstances`.
    ///
    /// What every instance carries is required: id, image, state, type, launch time and zone. The address is not: a terminated
    /// instance has none any more, and one in a subnet with IPv6 only never had one.
    init(instances body: [UInt8]) throws(MalformedAnswer) {
        let at = Self.indices
        var instances: [Instance] = []
        var tags: [Instance.Tag] = []
        let fields = try XMLReading.read(body, as: Self.shape) { (element, fields) throws(MalformedAnswer) in
            switch element {
            case at.tag:
                try fields.require(at.key, at.value)
                tags.append(Instance.Tag(key: try fields.required(at.key), value: fields.optional(at.value) ?? ""))
            case at.instance:
                instances.append(try Self.instance(fields, tags: tags))
                tags.removeAll(keepingCapacity: true)
            case at.reservation: try fields.require(at.instancesSet)
            default: break
            }
        }
        try fields.require(at.reservationSet)
        self.init(rows: instances, nextToken: fields.optional(Self.shape.index("nextToken")))
    }

    private static func instance(_ fields: XMLFields, tags: [Instance.Tag]) throws(MalformedAnswer) -> Instance {
        let at = indices
        let id = try fields.required(at.id)
        let stateName = try fields.required(at.state)
        guard let state = Instance.State(rawValue: stateName) else {
            throw MalformedAnswer("instance \(id.prefix(64)) has the unknown state '\(stateName.prefix(64))'")
        }
        let launched = try fields.required(at.launchTime)
        guard let launchTime = Timestamp(iso8601: launched) else {
            throw MalformedAnswer("launchTime '\(launched.prefix(64))' of instance \(id.prefix(64)) is no time")
        }
        return Instance(
            id: InstanceID(id), image: ImageID(try fields.required(at.image)), state: state,
            privateIP: state == .terminated ? nil : fields.optional(at.privateIP), zone: try fields.required(at.zone),
            subnet: state == .terminated ? nil : fields.optional(at.subnet), type: try fields.required(at.type), launchTime: launchTime,
            lifecycle: fields.optional(at.lifecycle), tags: tags.sorted { $0.key < $1.key }, stateReason: fields.optional(at.reason))
    }
}
