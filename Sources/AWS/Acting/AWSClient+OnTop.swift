package import Fleet

extension AWSClient {
    /// How a launch on top of a group went on.
    package enum OnTop: Hashable, Sendable {
        /// It stands in the group, which is to have one more by now.
        case attached(InstanceID)
        /// It is launched, and cannot be put into the group yet: it does not run.
        case starting(InstanceID)
        case failed(CallOutcome)
    }

    /// Launches one instance as a group would, and puts it into the group on top of what is there. Asked twice with the same token it adds one.
    ///
    /// Not by the group's desired capacity: that is a number that others set too, and a call that is repeated after a lost answer would raise it again. EC2 has one instance
    /// for a token, and `AttachInstances` raises the capacity by one for an instance that stands not in the group yet; one that stands there is left. It takes running
    /// instances only, and none above the group's maximum (API reference of 2011-01-01).
    ///
    /// - Parameter neighbour: an instance in whose subnet the fresh one is to be, where the group launches there too. Nil, or gone: in any of the group's.
    package func launchOnTop(of name: String, image: ImageID?, like neighbour: InstanceID?, token: String) async -> OnTop {
        do throws(AWSError) {
            guard let group = try await launchingGroup(name) else { return .failed(.refused("nothing was asked: there is no group \(name)")) }
            let instance: InstanceID
            // By its tag, as EC2 remembers a token for a while only, and a group that is full with this one is no reason to refuse it.
            if let mine = try await seen([Filter("tag:" + Self.replacementTag, [token])]).first(where: \.isLiving) {
                instance = mine.id
            } else {
                let launched = await launch(as: group, image: image, subnet: try await subnet(for: neighbour, in: group), token: token)
                guard case .launched(let fresh) = launched else { return .failed(launched) }
                instance = fresh
            }
            if try await lifecycle(of: instance) != nil { return .attached(instance) }
            let isRunning = try await seen([Filter("instance-id", [instance.rawValue])]).contains { $0.state == Instance.State.running.rawValue }
            guard isRunning else { return .starting(instance) }
            var form = FormBody(autoScaling: "AttachInstances")
            form.add("InstanceIds", members: [instance.rawValue])
            form.add("AutoScalingGroupName", name)
            let attached = await outcome(AWSCall.autoScaling(form), passingOver: [], XMLShape("AttachInstancesResponse", []))
            // It runs, in nobody's group: who reads why has to know which it is.
            if case .refused(let words) = attached { return .failed(.refused(String("\(instance) is launched, and \(words)".prefix(CallOutcome.wordsMax)))) }
            return attached == .accepted ? .attached(instance) : .failed(attached)
        } catch {
            return .failed(error.outcome)
        }
    }

    private func launch(as group: LaunchingGroup, image: ImageID?, subnet: String?, token: String) async -> CallOutcome {
        if let why = group.whyNotOnTop { return .refused("nothing was asked: \(why)") }
        guard let template = group.template else { return .refused("nothing was asked: group \(group.name) has no launch template") }
        return await launch(template, image: image, zone: nil, token: token, subnet: subnet, tags: group.tags)
    }

    /// The neighbour's subnet where the group launches there; else the group's first. Nil: the group names none, and the template does.
    private func subnet(for neighbour: InstanceID?, in group: LaunchingGroup) async throws(AWSError) -> String? {
        guard let neighbour, let subnet = try await seen([Filter("instance-id", [neighbour.rawValue])]).first?.subnet, group.subnets.contains(subnet) else {
            return group.subnets.first
        }
        return subnet
    }

    /// By a filter: an id that EC2 does not know yet would be an error.
    private func seen(_ filters: [Filter]) async throws(AWSError) -> [LaunchedInstance] {
        var form = FormBody(ec2: "DescribeInstances")
        form.add(filters: filters)
        return try await ask(AWSCall.ec2(form)) { (body) throws(MalformedAnswer) in try LaunchedInstance.read(body) }.0
    }

    private func launchingGroup(_ name: String) async throws(AWSError) -> LaunchingGroup? {
        var form = FormBody(autoScaling: "DescribeAutoScalingGroups")
        form.add("AutoScalingGroupNames", members: [name])
        return try await ask(AWSCall.autoScaling(form)) { (body) throws(MalformedAnswer) in try LaunchingGroup.read(body) }.0.first { $0.name == name }
    }
}

/// A group as far as it matters how it launches.
struct LaunchingGroup: Hashable, Sendable {
    var name = ""
    var desired = 0
    var max = 0
    var template: LaunchTemplate?
    var isMixed = false
    var isLaunchSuspended = false
    var subnets: [String] = []
    /// Those that it gives to what it launches. One that is attached does not get them.
    var tags: [Instance.Tag] = []

    /// Why one cannot be launched on top as the group itself would. Nil: it can.
    var whyNotOnTop: String? {
        if isMixed { return "group \(name) chooses among instance types by a policy of its own" }
        if isLaunchSuspended { return "group \(name) has Launch suspended" }
        if desired >= max { return "group \(name) has \(desired) of at most \(max)" }
        return nil
    }

    private static let list = "DescribeAutoScalingGroupsResult/AutoScalingGroups"
    private static let shape = XMLShape(
        "DescribeAutoScalingGroupsResponse",
        ["DescribeAutoScalingGroupsResult", list, list + "/member*"]
            + [
                "AutoScalingGroupName", "MaxSize", "DesiredCapacity", "LaunchTemplate", "LaunchTemplate/LaunchTemplateId", "LaunchTemplate/LaunchTemplateName",
                "LaunchTemplate/Version", "MixedInstancesPolicy", "VPCZoneIdentifier", "SuspendedProcesses", "SuspendedProcesses/member*",
                "SuspendedProcesses/member/ProcessName", "Tags", "Tags/member*", "Tags/member/Key", "Tags/member/Value", "Tags/member/PropagateAtLaunch",
            ].map { list + "/member/" + $0 })
    private static func index(_ name: String) -> Int { shape.index(list + "/member/" + name) }

    static func read(_ body: [UInt8]) throws(MalformedAnswer) -> [LaunchingGroup] {
        var groups: [LaunchingGroup] = []
        var next = LaunchingGroup()
        let (group, tag, process) = (shape.index(list + "/member"), index("Tags/member"), index("SuspendedProcesses/member"))
        let fields = try XMLReading.read(body, as: shape) { (element, fields) throws(MalformedAnswer) in
            switch element {
            case process: next.isLaunchSuspended = next.isLaunchSuspended || fields.optional(index("SuspendedProcesses/member/ProcessName")) == "Launch"
            case tag:
                guard fields.optional(index("Tags/member/PropagateAtLaunch")) == "true" else { return }
                next.tags.append(Instance.Tag(key: try fields.required(index("Tags/member/Key")), value: fields.optional(index("Tags/member/Value")) ?? ""))
            case group:
                try next.take(fields)
                groups.append(next)
                next = LaunchingGroup()
            default: break
            }
        }
        try fields.require(shape.index(list))
        return groups
    }

    private mutating func take(_ fields: XMLFields) throws(MalformedAnswer) {
        name = try fields.required(Self.index("AutoScalingGroupName"))
        guard let desired = Int(try fields.required(Self.index("DesiredCapacity"))), let max = Int(try fields.required(Self.index("MaxSize"))) else {
            throw MalformedAnswer("the sizes of group \(name.prefix(64)) are no numbers")
        }
        (self.desired, self.max) = (desired, max)
        let (id, name) = (fields.optional(Self.index("LaunchTemplate/LaunchTemplateId")), fields.optional(Self.index("LaunchTemplate/LaunchTemplateName")))
        if id != nil || name != nil {
            template = LaunchTemplate(id: id, name: name, version: fields.optional(Self.index("LaunchTemplate/Version")) ?? "$Default")
        }
        isMixed = fields.texts[Self.index("MixedInstancesPolicy")] != nil
        subnets = (fields.optional(Self.index("VPCZoneIdentifier")) ?? "").split(separator: ",").map { $0.filter { !$0.isWhitespace } }
    }
}

/// An instance as far as it matters to a launch.
struct LaunchedInstance: Hashable, Sendable {
    let id: InstanceID
    let state: String
    let subnet: String?

    var isLiving: Bool { state == Instance.State.pending.rawValue || state == Instance.State.running.rawValue }

    private static let item = "reservationSet/item/instancesSet/item"
    private static let shape = XMLShape(
        "DescribeInstancesResponse",
        [
            "reservationSet", "reservationSet/item*", "reservationSet/item/instancesSet", item + "*", item + "/instanceId", item + "/instanceState",
            item + "/instanceState/name", item + "/subnetId",
        ])

    static func read(_ body: [UInt8]) throws(MalformedAnswer) -> [LaunchedInstance] {
        var found: [LaunchedInstance] = []
        let fields = try XMLReading.read(body, as: shape) { (element, fields) throws(MalformedAnswer) in
            guard element == shape.index(item) else { return }
            found.append(
                LaunchedInstance(
                    id: InstanceID(try fields.required(shape.index(item + "/instanceId"))),
                    state: try fields.required(shape.index(item + "/instanceState/name")),
                    subnet: fields.optional(shape.index(item + "/subnetId"))))
        }
        try fields.require(shape.index("reservationSet"))
        return found
    }
}
