import Fleet

extension Page<AutoScalingGroup> {
    private static let list = "DescribeAutoScalingGroupsResult/AutoScalingGroups"
    private static let template = ["LaunchTemplateId", "LaunchTemplateName", "Version"]
    private static let mixed = "MixedInstancesPolicy/LaunchTemplate"

    private static let shape = XMLShape(
        "DescribeAutoScalingGroupsResponse",
        ["DescribeAutoScalingGroupsResult", "DescribeAutoScalingGroupsResult/NextToken", list, list + "/member*"]
            + ([
                "AutoScalingGroupName", "MinSize", "MaxSize", "DesiredCapacity", "LaunchTemplate",
            ] + template.map { "LaunchTemplate/" + $0 }
            + ["MixedInstancesPolicy", mixed, mixed + "/LaunchTemplateSpecification"] + template.map { mixed + "/LaunchTemplateSpecification/" + $0 }
            + [
                mixed + "/Overrides", mixed + "/Overrides/member*", mixed + "/Overrides/member/ImageId",
                mixed + "/Overrides/member/LaunchTemplateSpecification",
            ] + template.map { mixed + "/Overrides/member/LaunchTemplateSpecification/" + $0 }
            + [
                "Instances", "Instances/member*", "Instances/member/InstanceId", "Instances/member/LifecycleState",
                "Instances/member/ProtectedFromScaleIn", "SuspendedProcesses", "SuspendedProcesses/member*", "SuspendedProcesses/member/ProcessName",
            ]).map { list + "/member/" + $0 })

    private struct Indices {
        let list = shape.index(Page.list), group = shape.index(Page.list + "/member")
        let nextToken = shape.index("DescribeAutoScalingGroupsResult/NextToken")
        let name = index("AutoScalingGroupName"), min = index("MinSize"), max = index("MaxSize"), desired = index("DesiredCapacity")
        let template = Template("LaunchTemplate"), mixed = Template(Page.mixed + "/LaunchTemplateSpecification")
        let override = index(Page.mixed + "/Overrides/member"), overrideImage = index(Page.mixed + "/Overrides/member/ImageId")
        let overrideTemplate = Template(Page.mixed + "/Overrides/member/LaunchTemplateSpecification")
        let instance = index("Instances/member"), id = index("Instances/member/InstanceId"), lifecycle = index("Instances/member/LifecycleState")
        let protection = index("Instances/member/ProtectedFromScaleIn")
        let process = index("SuspendedProcesses/member"), processName = index("SuspendedProcesses/member/ProcessName")

        static func index(_ name: String) -> Int { shape.index(Page.list + "/member/" + name) }
    }
    private static let indices = Indices()

    /// Where a specification of a launch template stands.
    private struct Template {
        let id: Int, name: Int, version: Int

        init(_ path: String) {
            id = Indices.index(path + "/LaunchTemplateId")
            name = Indices.index(path + "/LaunchTemplateName")
            version = Indices.index(path + "/Version")
        }

        /// Nil where there is none. AWS takes one without a version for `$Default`.
        func read(_ fields: XMLFields) -> LaunchTemplate? {
            let (id, name) = (fields.optional(id), fields.optional(name))
            return id == nil && name == nil ? nil : LaunchTemplate(id: id, name: name, version: fields.optional(version) ?? "$Default")
        }
    }

    /// What was read of one group before its end.
    private struct Parts {
        var instances: [AutoScalingGroup.GroupInstance] = []
        var suspended: [String] = []
        var overrides: [(image: String?, template: LaunchTemplate?)] = []
    }

    /// Reads a page of `DescribeAutoScalingGroups`.
    init(groups body: [UInt8]) throws(MalformedAnswer) {
        let at = Self.indices
        var groups: [AutoScalingGroup] = []
        var parts = Parts()
        let fields = try XMLReading.read(body, as: Self.shape) { (element, fields) throws(MalformedAnswer) in
            switch element {
            case at.instance: parts.instances.append(try Self.instance(fields))
            case at.process: parts.suspended.append(try fields.required(at.processName))
            case at.override: parts.overrides.append((fields.optional(at.overrideImage), at.overrideTemplate.read(fields)))
            case at.group:
                groups.append(try Self.group(fields, parts))
                parts = Parts()
            default: break
            }
        }
        try fields.require(at.list)
        self.init(rows: groups, nextToken: fields.optional(at.nextToken))
    }

    private static func instance(_ fields: XMLFields) throws(MalformedAnswer) -> AutoScalingGroup.GroupInstance {
        let at = indices
        return AutoScalingGroup.GroupInstance(
            id: InstanceID(try fields.required(at.id)), lifecycle: try fields.required(at.lifecycle), isProtected: try fields.required(at.protection) == "true")
    }

    /// Whether an instance type is launched from another image than the template's, as far as the group itself tells.
    private static func differs(_ override: (image: String?, template: LaunchTemplate?), from template: LaunchTemplate?) -> Bool {
        if override.image != nil { return true }
        guard let own = override.template else { return false }
        return template.map { !own.isSame(as: $0) } ?? true
    }

    private static func group(_ fields: XMLFields, _ parts: Parts) throws(MalformedAnswer) -> AutoScalingGroup {
        let at = indices
        let name = try fields.required(at.name)
        func size(_ index: Int) throws(MalformedAnswer) -> Int {
            let text = try fields.required(index)
            guard let size = Int(text), (0...1_000_000).contains(size) else {
                throw MalformedAnswer("\(shape.path(of: index)) of group \(name.prefix(64)) is '\(text.prefix(64))', which is no size")
            }
            return size
        }
        let template = at.template.read(fields) ?? at.mixed.read(fields)
        return AutoScalingGroup(
            name: name, desired: try size(at.desired), min: try size(at.min), max: try size(at.max), template: template,
            hasSeveralImages: parts.overrides.contains { Self.differs($0, from: template) },
            instances: parts.instances.sorted { $0.id < $1.id }, suspended: parts.suspended.sorted())
    }
}
