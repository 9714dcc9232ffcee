internal import Fleet
internal import FoundationEssentials
internal import Replacing
internal import Simulation

extension EC2Answers {
    // MARK: - The end of an instance

    /// `TerminateInstances`: one at a time here, as Mayfly calls it.
    func terminateInstances() throws(Refusal) -> Answer {
        let ids = form.list("InstanceId")
        guard ids.count == 1, let id = ids.first else { throw .parameter("One instance id is expected here, not \(ids.count)") }
        guard let machine = world.machines.first(where: { $0.instance.rawValue == id && $0.isListedByEC2 }) else {
            throw Refusal(status: 400, code: "InvalidInstanceID.NotFound", message: "The instance ID '\(id)' does not exist")
        }
        try refuseDryRun()
        if let refusal = hands.refusal(of: .terminate(machine.instance, group: nil)) { throw Refusal(refusal) }
        let item = [
            Element("instanceId", id), Self.state("currentState", machine.ec2State == .terminated ? .terminated : .shuttingDown),
            Self.state("previousState", machine.ec2State),
        ]
        return answer("TerminateInstancesResponse", [.list("instancesSet", [item])])
    }

    /// EC2 never says yes to a dry run: this is the refusal of what would have been done.
    private func refuseDryRun() throws(Refusal) {
        guard form["DryRun"] == "true" else { return }
        throw Refusal(status: 412, code: "DryRunOperation", message: "Request would have succeeded, but DryRun flag is set.")
    }

    // MARK: - A fresh one

    /// `RunInstances` from a launch template, one at a time.
    func runInstances() throws(Refusal) -> Answer {
        let version = try templateVersion(of: "LaunchTemplate.", version: form["LaunchTemplate.Version"] ?? "$Default")
        guard form["MinCount"] == "1", form["MaxCount"] == "1" else { throw .parameter("One instance is launched at a time here") }
        try refuseDryRun()
        let image = form["ImageId"].map { ImageID($0) }
        let token = form["ClientToken"] ?? UUID().uuidString
        let pool: PoolName = version.isPublic ? "public" : "private"
        let outcome = hands.carryOut(.launch(pool, image: image, zone: form["Placement.AvailabilityZone"] ?? subnetZone, token: token))
        switch outcome {
        case .launched(let instance):
            // The world that this was asked in does not know it yet.
            let item = [Element("instanceId", instance.rawValue), Element("imageId", (image ?? version.image).rawValue), Self.state("instanceState", .pending)]
            let reservation = [
                Element("reservationId", "r-0" + instance.rawValue.dropFirst(3)), Element("ownerId", World.account), Element("groupSet"),
                Element.list("instancesSet", [item]),
            ]
            return answer("RunInstancesResponse", reservation)
        case .accepted: throw Refusal(status: 500, code: "InternalError", message: "An internal error has occurred")
        case .refused(let words), .unanswered(let words): throw Refusal(DemoHands.Refusal(words))
        }
    }

    /// The zone of a subnet: `subnet-0000000000000000a`.
    private var subnetZone: String? { form["SubnetId"]?.last.map { "us-east-1\($0)" } }

    /// A version of one of the two templates: that of the group, and that of the public agents.
    struct TemplateVersion {
        let template: World.Template
        let isPublic: Bool
        /// As it is written there: an id, or `resolve:ssm:…`.
        let written: String
        /// What it comes to now.
        let image: ImageID
    }

    private func templateVersion(of prefix: String, version: String) throws(Refusal) -> TemplateVersion {
        let (id, name) = (form[prefix + "LaunchTemplateId"], form[prefix + "LaunchTemplateName"])
        guard let template = World.templates.first(where: { $0.id == id || (id == nil && $0.name == name) }) else {
            if let id {
                throw Refusal(
                    status: 400, code: "InvalidLaunchTemplateId.NotFound", message: "The specified launch template, with template ID \(id), does not exist.")
            }
            throw Refusal(
                status: 400, code: "InvalidLaunchTemplateName.NotFoundException",
                message: "The specified launch template, with template name \(name ?? ""), does not exist.")
        }
        guard ["$Latest", "$Default", "1"].contains(version) else {
            throw Refusal(
                status: 400, code: "InvalidLaunchTemplateId.VersionNotFound",
                message: "Could not find the specified version \(version) for the launch template with ID \(template.id).")
        }
        let (written, image) = world.image(of: template)
        return TemplateVersion(template: template, isPublic: template.parameter == World.publicParameter, written: written, image: image)
    }

    /// `DescribeLaunchTemplateVersions`: each template has one version.
    func describeTemplateVersions() throws(Refusal) -> Answer {
        let versions = form.list("LaunchTemplateVersion")
        let found = try templateVersion(of: "", version: versions.first ?? "$Default")
        let item = [
            Element("launchTemplateId", found.template.id), Element("launchTemplateName", found.template.name), Element("versionNumber", "1"),
            Element("versionDescription"), Element("createTime", world.images[0].image.creationTime.inEC2),
            Element("createdBy", "arn:aws:iam::\(World.account):root"),
            Element("defaultVersion", "true"), Element("launchTemplateData", [Element("imageId", found.written)]),
        ]
        return answer("DescribeLaunchTemplateVersionsResponse", [.list("launchTemplateVersionSet", [item])])
    }

    // MARK: - What it said

    /// `DescribeInstanceAttribute` of `disableApiTermination`: nobody has protected anything here.
    func describeAttribute() throws(Refusal) -> Answer {
        guard form["Attribute"] == "disableApiTermination" else { throw .parameter("Value (\(form["Attribute"] ?? "")) for parameter attribute is invalid.") }
        let id = form["InstanceId"] ?? ""
        guard world.machines.contains(where: { $0.instance.rawValue == id && $0.isListedByEC2 }) else {
            throw Refusal(status: 400, code: "InvalidInstanceID.NotFound", message: "The instance ID '\(id)' does not exist")
        }
        return answer("DescribeInstanceAttributeResponse", [Element("disableApiTermination", [Element("value", "false")]), Element("instanceId", id)])
    }

    /// `GetConsoleOutput`.
    func getConsoleOutput() throws(Refusal) -> Answer {
        let id = form["InstanceId"] ?? ""
        guard let machine = world.machines.first(where: { $0.instance.rawValue == id && $0.isListedByEC2 }) else {
            throw Refusal(status: 400, code: "InvalidInstanceID.NotFound", message: "The instance ID '\(id)' does not exist")
        }
        let output = Data(world.consoleOutput(of: machine).utf8).base64EncodedString()
        return answer("GetConsoleOutputResponse", [Element("instanceId", id), Element("timestamp", world.now.inEC2), Element("output", output)])
    }
}

extension EC2Answers.Refusal {
    init(_ refusal: DemoHands.Refusal) { self.init(status: refusal.status, code: refusal.code, message: refusal.text) }
}
