package import Fleet
import Foundation

extension AWSClient {
    // MARK: - The end of an instance

    /// Ends an instance: by its Auto Scaling group, which keeps its size and launches another, or by EC2.
    ///
    /// One instance a call: with several, one that is protected or unknown leaves the others ended or not, by zone. Safe to repeat: EC2 takes it again of one that has ended.
    package func terminate(_ instance: InstanceID, group: String?) async -> CallOutcome {
        group == nil ? await terminateByEC2(instance) : await terminateInGroup(instance, decrement: false)
    }

    /// Ends an instance of a group that becomes smaller by one: its successor stands in the group already.
    package func retire(_ instance: InstanceID) async -> CallOutcome { await terminateInGroup(instance, decrement: true) }

    /// Whether this account may terminate that instance now. Changes nothing: EC2 is asked for a dry run, which it always refuses, with `DryRunOperation` where it
    /// would have been taken.
    package func tryTerminating(_ instance: InstanceID) async -> DryRun {
        var form = FormBody(ec2: "TerminateInstances")
        form.add("InstanceId.1", instance.rawValue)
        return await tryDry(form)
    }

    /// Whether this account may launch from a template now. Changes nothing.
    package func tryLaunching(_ template: LaunchTemplate) async -> DryRun {
        var form = FormBody(ec2: "RunInstances")
        form.add("MinCount", "1")
        form.add("MaxCount", "1")
        form.add(template)
        return await tryDry(form)
    }

    /// What a dry run came to.
    package enum DryRun: Hashable, Sendable {
        case wouldDo
        /// EC2's words.
        case refused(String)
        /// Nobody knows: why it was not answered.
        case unanswered(String)
    }

    private func tryDry(_ form: FormBody) async -> DryRun {
        var form = form
        form.add("DryRun", "true")
        do throws(AWSError) {
            _ = try await ask(AWSCall.ec2(form)) { (_) throws(MalformedAnswer) in }
            return .unanswered("EC2 took a dry run of \(form.action) for an order")
        } catch {
            if case .refused(_, "DryRunOperation", _) = error.problem { return .wouldDo }
            if case .refused = error.outcome, error.kind != .throttled { return .refused(error.description) }
            return .unanswered(error.description)
        }
    }

    /// Whether somebody has protected an instance from being ended over the API: `DescribeInstanceAttribute`, one instance a call.
    func isProtected(_ instance: InstanceID) async throws(AWSError) -> Bool {
        var form = FormBody(ec2: "DescribeInstanceAttribute")
        form.add("InstanceId", instance.rawValue)
        form.add("Attribute", "disableApiTermination")
        return try await ask(AWSCall.ec2(form)) { (body) throws(MalformedAnswer) in try ProtectionAnswer.isProtected(body) }.0
    }

    /// What stands against the end of an instance. A group ends its own whether or not they are protected, and cannot be tried dry: of those only the protection is
    /// asked, which somebody has put on for a reason.
    func terminationBar(of wish: TerminationWish) async -> TerminationBar {
        do throws(AWSError) {
            if try await isProtected(wish.instance) { return .protected }
        } catch {
            return .unknown(error.description)
        }
        if wish.isByGroup { return .none }
        switch await tryTerminating(wish.instance) {
        case .wouldDo: return .none
        case .refused(let words): return .denied(words)
        case .unanswered(let words): return .unknown(words)
        }
    }

    private func terminateByEC2(_ instance: InstanceID) async -> CallOutcome {
        var form = FormBody(ec2: "TerminateInstances")
        form.add("InstanceId.1", instance.rawValue)
        do throws(AWSError) {
            let ended = try await ask(AWSCall.ec2(form)) { (body) throws(MalformedAnswer) in try TerminationAnswer.ended(body) }.0
            return ended == [instance] ? .accepted : .unanswered("EC2 TerminateInstances of \(instance) was answered for \(ended.map(\.rawValue))")
        } catch {
            return error.outcome
        }
    }

    private func terminateInGroup(_ instance: InstanceID, decrement: Bool) async -> CallOutcome {
        var form = FormBody(autoScaling: "TerminateInstanceInAutoScalingGroup")
        form.add("InstanceId", instance.rawValue)
        form.add("ShouldDecrementDesiredCapacity", decrement ? "true" : "false")
        do throws(AWSError) {
            _ = try await ask(AWSCall.autoScaling(form)) { (body) throws(MalformedAnswer) in try TerminationAnswer.activity(body) }
            return .accepted
        } catch {
            return error.outcome
        }
    }

    // MARK: - A fresh one

    /// Launches one instance from a launch template. A repeated call with the same token finds the first one's instance, for as long as EC2 remembers it.
    ///
    /// - Parameters:
    ///   - image: instead of the template's. Nil: the template's.
    ///   - zone: where it is to be. Nil: where the template says.
    ///   - token: at most 63 ASCII characters, derived from the replacement.
    ///   - subnet: where it is to be, unless the template's network interfaces say that: EC2 refuses both together. Nil: where the template says, or EC2's default.
    ///   - tags: besides those of the template.
    package func launch(
        _ template: LaunchTemplate, image: ImageID?, zone: String?, token: String, subnet: String? = nil, tags: [Instance.Tag] = []
    ) async -> CallOutcome {
        do throws(AWSError) {
            return try await launched(template, image: image, zone: zone, token: token, subnet: subnet, tags: tags)
        } catch {
            // Nothing was launched; a template with interfaces may name their subnet itself.
            guard subnet != nil, case .refused(_, "InvalidParameterCombination", let words) = error.problem, words.contains("subnet") else {
                return error.outcome
            }
        }
        do throws(AWSError) {
            // Another call by EC2's lights, which takes a token for one set of parameters alone.
            return try await launched(template, image: image, zone: zone, token: token + "-", subnet: nil, tags: tags)
        } catch {
            return error.outcome
        }
    }

    private func launched(
        _ template: LaunchTemplate, image: ImageID?, zone: String?, token: String, subnet: String?, tags: [Instance.Tag]
    ) async throws(AWSError) -> CallOutcome {
        var form = FormBody(ec2: "RunInstances")
        form.add("MinCount", "1")
        form.add("MaxCount", "1")
        form.add(template)
        if let image { form.add("ImageId", image.rawValue) }
        if let zone { form.add("Placement.AvailabilityZone", zone) }
        if let subnet { form.add("SubnetId", subnet) }
        form.add("ClientToken", token)
        form.add("TagSpecification.1.ResourceType", "instance")
        for (index, tag) in ([Instance.Tag(key: Self.replacementTag, value: token)] + tags.filter { !$0.key.hasPrefix("aws:") }).enumerated() {
            form.add("TagSpecification.1.Tag.\(index + 1).Key", tag.key)
            form.add("TagSpecification.1.Tag.\(index + 1).Value", tag.value)
        }
        let launched = try await ask(AWSCall.ec2(form)) { (body) throws(MalformedAnswer) in try LaunchAnswer.instances(body) }.0
        guard let instance = launched.first, launched.count == 1 else {
            return .unanswered("EC2 RunInstances was asked for one instance and answered with \(launched.map(\.rawValue))")
        }
        return .launched(instance)
    }

    /// What an instance that was launched for a replacement carries, with the token as its value: so that one whose answer was lost is found.
    package static let replacementTag = "mayfly:replacement"

    // MARK: - What it said

    /// The last of what an instance has written to its console. Empty where it has written nothing yet, or EC2 keeps nothing.
    ///
    /// - Parameter bytesMax: the end is kept; EC2 itself has 64 KiB.
    package func consoleOutput(of instance: InstanceID, bytesMax: Int = 16_384) async throws(AWSError) -> String {
        var form = FormBody(ec2: "GetConsoleOutput")
        form.add("InstanceId", instance.rawValue)
        return try await ask(AWSCall.ec2(form)) { (body) throws(MalformedAnswer) in try ConsoleAnswer.output(body, bytesMax: bytesMax) }.0
    }
}

/// Somebody who is to be replaced, and whether EC2 ends it or its group.
package struct TerminationWish: Hashable, Sendable {
    package let instance: InstanceID
    package let isByGroup: Bool

    package init(_ instance: InstanceID, isByGroup: Bool) {
        self.instance = instance
        self.isByGroup = isByGroup
    }
}

extension FormBody {
    fileprivate mutating func add(_ template: LaunchTemplate) {
        if let id = template.id {
            add("LaunchTemplate.LaunchTemplateId", id)
        } else if let name = template.name {
            add("LaunchTemplate.LaunchTemplateName", name)
        }
        add("LaunchTemplate.Version", template.version)
    }
}

enum ProtectionAnswer {
    private static let shape = XMLShape("DescribeInstanceAttributeResponse", ["instanceId", "disableApiTermination", "disableApiTermination/value"])

    static func isProtected(_ body: [UInt8]) throws(MalformedAnswer) -> Bool {
        let fields = try XMLReading.read(body, as: shape) { (_, _) throws(MalformedAnswer) in }
        let value = try fields.required(shape.index("disableApiTermination/value"))
        guard value == "true" || value == "false" else { throw MalformedAnswer("disableApiTermination is '\(value.prefix(20))'") }
        return value == "true"
    }
}

/// What EC2 and Auto Scaling answer to the end of an instance.
enum TerminationAnswer {
    private static let ec2 = XMLShape(
        "TerminateInstancesResponse", ["instancesSet", "instancesSet/item*", "instancesSet/item/instanceId"])
    private static let group = XMLShape(
        "TerminateInstanceInAutoScalingGroupResponse",
        ["TerminateInstanceInAutoScalingGroupResult", "TerminateInstanceInAutoScalingGroupResult/Activity"])

    static func ended(_ body: [UInt8]) throws(MalformedAnswer) -> [InstanceID] {
        var ended: [InstanceID] = []
        let fields = try XMLReading.read(body, as: ec2) { (_, fields) throws(MalformedAnswer) in
            ended.append(InstanceID(try fields.required(ec2.index("instancesSet/item/instanceId"))))
        }
        try fields.require(ec2.index("instancesSet"))
        return ended
    }

    static func activity(_ body: [UInt8]) throws(MalformedAnswer) {
        let fields = try XMLReading.read(body, as: group) { (_, _) throws(MalformedAnswer) in }
        try fields.require(group.index("TerminateInstanceInAutoScalingGroupResult/Activity"))
    }
}

enum LaunchAnswer {
    private static let shape = XMLShape("RunInstancesResponse", ["instancesSet", "instancesSet/item*", "instancesSet/item/instanceId"])

    static func instances(_ body: [UInt8]) throws(MalformedAnswer) -> [InstanceID] {
        var launched: [InstanceID] = []
        let fields = try XMLReading.read(body, as: shape) { (_, fields) throws(MalformedAnswer) in
            launched.append(InstanceID(try fields.required(shape.index("instancesSet/item/instanceId"))))
        }
        try fields.require(shape.index("instancesSet"))
        return launched
    }
}

enum ConsoleAnswer {
    private static let shape = XMLShape("GetConsoleOutputResponse", ["instanceId", "output"])

    static func output(_ body: [UInt8], bytesMax: Int) throws(MalformedAnswer) -> String {
        let fields = try XMLReading.read(body, as: shape) { (_, _) throws(MalformedAnswer) in }
        _ = try fields.required(shape.index("instanceId"))
        guard let text = fields.optional(shape.index("output")) else { return "" }
        guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters) else { throw MalformedAnswer("output is not base64") }
        return String(decoding: data.suffix(bytesMax), as: UTF8.self)
    }
}
