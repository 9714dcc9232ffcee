import Fleet

extension Page<TargetGroup> {
    private static let list = "DescribeTargetGroupsResult/TargetGroups"
    private static let shape = XMLShape(
        "DescribeTargetGroupsResponse",
        [
            "DescribeTargetGroupsResult", "DescribeTargetGroupsResult/NextMarker", list, list + "/member*", list + "/member/TargetGroupArn",
            list + "/member/TargetType",
        ])

    /// Reads a page of `DescribeTargetGroups`.
    init(targetGroups body: [UInt8]) throws(MalformedAnswer) {
        let (arn, type) = (Self.shape.index(Self.list + "/member/TargetGroupArn"), Self.shape.index(Self.list + "/member/TargetType"))
        var groups: [TargetGroup] = []
        let fields = try XMLReading.read(body, as: Self.shape) { (_, fields) throws(MalformedAnswer) in
            groups.append(TargetGroup(arn: try fields.required(arn), type: fields.optional(type) ?? "instance"))
        }
        try fields.require(Self.shape.index(Self.list))
        self.init(rows: groups, nextToken: fields.optional(Self.shape.index("DescribeTargetGroupsResult/NextMarker")))
    }
}

extension Page<String> {
    private static let list = "DescribeLoadBalancersResult/LoadBalancerDescriptions"
    private static let shape = XMLShape(
        "DescribeLoadBalancersResponse",
        ["DescribeLoadBalancersResult", "DescribeLoadBalancersResult/NextMarker", list, list + "/member*", list + "/member/LoadBalancerName"])

    /// Reads the names on a page of the older `DescribeLoadBalancers`.
    init(classicBalancers body: [UInt8]) throws(MalformedAnswer) {
        let name = Self.shape.index(Self.list + "/member/LoadBalancerName")
        var names: [String] = []
        let fields = try XMLReading.read(body, as: Self.shape) { (_, fields) throws(MalformedAnswer) in names.append(try fields.required(name)) }
        try fields.require(Self.shape.index(Self.list))
        self.init(rows: names, nextToken: fields.optional(Self.shape.index("DescribeLoadBalancersResult/NextMarker")))
    }
}

/// How the targets of a group stand.
enum TargetHealthAnswer {
    private static let list = "DescribeTargetHealthResult/TargetHealthDescriptions"
    private static let shape = XMLShape(
        "DescribeTargetHealthResponse",
        [
            "DescribeTargetHealthResult", list, list + "/member*", list + "/member/Target", list + "/member/Target/Id", list + "/member/Target/Port",
            list + "/member/TargetHealth", list + "/member/TargetHealth/State", list + "/member/TargetHealth/Reason",
        ])
    private static func index(_ name: String) -> Int { shape.index(list + "/member/" + name) }
    private static let (id, port, state, reason) = (index("Target/Id"), index("Target/Port"), index("TargetHealth/State"), index("TargetHealth/Reason"))

    static func places(_ body: [UInt8], in group: TargetGroup) throws(MalformedAnswer) -> [EntrancesSighting.Place] {
        var places: [EntrancesSighting.Place] = []
        let fields = try XMLReading.read(body, as: shape) { (_, fields) throws(MalformedAnswer) in
            guard let number = Int(try fields.required(port)), (1...65_535).contains(number) else {
                throw MalformedAnswer("\(shape.path(of: port)) is no port")
            }
            places.append(
                EntrancesSighting.Place(
                    .targetGroup(group.arn, port: number, isByAddress: group.isByAddress), target: try fields.required(id),
                    standing: standing(try fields.required(state), reason: fields.optional(reason))))
        }
        try fields.require(shape.index(list))
        return places
    }

    /// By the states of `TargetHealth` and their reasons in the API reference of 2015-12-01: `unused` is a target of a group that no load balancer uses, or in a zone
    /// that it does not have, and no fault of its own but where it does not run; `unavailable` is one of a group without health checks.
    private static func standing(_ state: String, reason: String?) -> EntrancesSighting.Standing {
        switch (state, reason) {
        case ("healthy", _), ("unavailable", _), ("unused", "Target.NotInUse"), ("unused", nil): .serves
        case ("initial", _): .comes
        case ("draining", _): .leaves
        case (_, let reason): .unfit(reason ?? state)
        }
    }
}

/// How the instances of a classic load balancer stand.
enum InstanceHealthAnswer {
    private static let list = "DescribeInstanceHealthResult/InstanceStates"
    private static let shape = XMLShape(
        "DescribeInstanceHealthResponse",
        ["DescribeInstanceHealthResult", list, list + "/member*"] + ["InstanceId", "State", "Description"].map { list + "/member/" + $0 })
    private static func index(_ name: String) -> Int { shape.index(list + "/member/" + name) }
    private static let (id, state, words) = (index("InstanceId"), index("State"), index("Description"))

    static func places(_ body: [UInt8], in name: String) throws(MalformedAnswer) -> [EntrancesSighting.Place] {
        var places: [EntrancesSighting.Place] = []
        let fields = try XMLReading.read(body, as: shape) { (_, fields) throws(MalformedAnswer) in
            places.append(
                EntrancesSighting.Place(
                    .classic(name), target: try fields.required(id), standing: standing(try fields.required(state), fields.optional(words) ?? "")))
        }
        try fields.require(shape.index(list))
        return places
    }

    /// By the descriptions that the API reference of 2012-06-01 lists: what comes and what goes is out of service, and told apart by words alone.
    private static func standing(_ state: String, _ words: String) -> EntrancesSighting.Standing {
        if state == "InService" { return .serves }
        let words = words.lowercased()
        if words.contains("deregistration") { return .leaves }
        if words.contains("registration") { return .comes }
        return .unfit(words.isEmpty ? state : String(words.prefix(100)))
    }
}

enum AddressesAnswer {
    private static let shape = XMLShape(
        "DescribeAddressesResponse",
        ["addressesSet", "addressesSet/item*"] + ["allocationId", "instanceId", "associationId"].map { "addressesSet/item/" + $0 })
    private static func index(_ name: String) -> Int { shape.index("addressesSet/item/" + name) }

    /// Those that an instance has, or nobody. One that a gateway or a bare interface has is nobody's to be given away.
    static func addresses(_ body: [UInt8]) throws(MalformedAnswer) -> [ElasticAddress] {
        var addresses: [ElasticAddress] = []
        let fields = try XMLReading.read(body, as: shape) { (_, fields) throws(MalformedAnswer) in
            let instance = fields.optional(index("instanceId"))
            guard let allocation = fields.optional(index("allocationId")), instance != nil || fields.optional(index("associationId")) == nil else { return }
            addresses.append(ElasticAddress(allocation: allocation, instance: instance.map { InstanceID($0) }))
        }
        try fields.require(shape.index("addressesSet"))
        return addresses
    }
}
