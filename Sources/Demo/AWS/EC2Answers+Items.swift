internal import Fleet
internal import Simulation

extension EC2Answers {
    static func reservation(_ machine: Machine) -> [Element] {
        [
            Element("reservationId", "r-0" + machine.digits), Element("ownerId", World.account), Element("groupSet"),
            .list("instancesSet", [instance(machine)]),
        ]
    }

    /// In the order of the captures. Once terminated it has no address, disk or network left.
    private static func instance(_ machine: Machine) -> [Element] {
        let isThere = machine.ec2State != .terminated
        let reason = machine.stateReason ?? ""
        let isByUser = reason == "Client.UserInitiatedShutdown"
        let disk = [
            Element("deviceName", "/dev/sda1"),
            Element(
                "ebs",
                [
                    Element("attachTime", machine.launchTime.inEC2), Element("deleteOnTermination", "true"), Element("status", "attached"),
                    Element("volumeId", "vol-0" + machine.digits),
                ]),
        ]
        var elements = [
            .list("blockDeviceMapping", isThere ? [disk] : []), Element("clientToken", "demo-" + machine.digits), Element("ebsOptimized", "false"),
            Element("hypervisor", "xen"), .list("networkInterfaceSet", isThere ? [interface(machine)] : []), Element("rootDeviceName", "/dev/sda1"),
            Element("rootDeviceType", "ebs"), Element("groupSet"), Element("sourceDestCheck", "true"),
            Element("stateReason", [Element("code", reason), Element("message", isByUser ? reason + ": User initiated shutdown" : "")]),
            .list("tagSet", machine.tags.map { [Element("key", $0.key), Element("value", $0.value)] }),
            Element("instanceId", machine.instance.rawValue), Element("imageId", machine.image.rawValue), state(machine),
            Element("privateDnsName", isThere ? machine.dnsName : ""),
            Element("reason", machine.terminatedAt.map { "User initiated (\($0.inEC2Reason))" } ?? ""), Element("amiLaunchIndex", "0"),
            Element("productCodes"), Element("instanceType", machine.type), Element("launchTime", machine.launchTime.inEC2),
            Element("placement", [Element("groupName"), Element("tenancy", "default"), Element("availabilityZone", machine.zone)]),
            Element("monitoring", [Element("state", "disabled")]),
        ]
        if machine.isSpot { elements.append(Element("instanceLifecycle", "spot")) }
        if isThere {
            elements += [
                metadataOptions, Element("subnetId", machine.subnet), Element("vpcId", vpc), Element("privateIpAddress", machine.privateIP),
            ]
        }
        return elements
    }

    private static let vpc = "vpc-06d98cc4531ec16a6"

    private static func interface(_ machine: Machine) -> [Element] {
        let attachment = Element(
            "attachment",
            [
                Element("attachTime", machine.launchTime.inEC2), Element("attachmentId", "eni-attach-0" + machine.digits),
                Element("deleteOnTermination", "true"), Element("deviceIndex", "0"), Element("status", "attached"), Element("networkCardIndex", "0"),
            ])
        let address = [Element("primary", "true"), Element("privateIpAddress", machine.privateIP)]
        return [
            Element("association"), attachment, Element("description", "Primary network interface"),
            .list("groupSet", [[Element("groupId", "sg-0c0a5edb4de194a36"), Element("groupName", "default")]]), Element("ipv6AddressesSet"),
            Element("macAddress", machine.macAddress), Element("networkInterfaceId", "eni-0" + machine.digits), Element("ownerId", World.account),
            Element("privateIpAddress", machine.privateIP), .list("privateIpAddressesSet", [address]), Element("sourceDestCheck", "true"),
            Element("status", "in-use"), Element("subnetId", machine.subnet), Element("vpcId", vpc), Element("interfaceType", "interface"),
        ]
    }

    private static let metadataOptions = Element(
        "metadataOptions",
        [
            Element("state", "applied"), Element("httpTokens", "required"), Element("httpPutResponseHopLimit", "1"), Element("httpEndpoint", "enabled"),
            Element("httpProtocolIpv6", "disabled"), Element("instanceMetadataTags", "disabled"),
        ])

    private static func state(_ machine: Machine) -> Element { state("instanceState", machine.ec2State) }

    static func state(_ name: String, _ state: Instance.State) -> Element {
        let code =
            switch state {
            case .pending: 0
            case .running: 16
            case .shuttingDown: 32
            case .terminated: 48
            case .stopping: 64
            case .stopped: 80
            }
        return Element(name, [Element("code", String(code)), Element("name", state.rawValue)])
    }

    static func status(_ machine: Machine) -> [Element] {
        let isRunning = machine.ec2State == .running
        let events = machine.scheduledEvents.enumerated().map { place, event in
            [
                Element("instanceEventId", "instance-event-0\(machine.digits.dropLast(place > 0 ? 1 : 0))\(place > 0 ? String(place) : "")"),
                Element("code", event.code), Element("description", event.summary),
            ] + (event.notBefore.map { [Element("notAfter", ($0 + .seconds(7200)).inEC2), Element("notBefore", $0.inEC2)] } ?? [])
        }
        return [Element("availabilityZone", machine.zone)] + (events.isEmpty ? [] : [.list("eventsSet", events)]) + [
            Element("instanceId", machine.instance.rawValue), state(machine),
            check("instanceStatus", isRunning ? machine.instanceCheck : .notApplicable, since: machine.instanceImpairedSince),
            check("systemStatus", isRunning ? machine.systemCheck : .notApplicable, since: machine.systemImpairedSince),
        ]
    }

    private static func check(_ name: String, _ check: InstanceStatus.Check, since: Timestamp?) -> Element {
        let word: String? =
            switch check {
            case .ok: "passed"
            case .impaired: "failed"
            case .initializing: "initializing"
            case .insufficientData: "insufficient-data"
            case .notApplicable: nil
            }
        let status = Element("status", check.rawValue)
        guard let word else { return Element(name, [status]) }
        let impaired = since.map { [Element("impairedSince", $0.inEC2)] } ?? []
        return Element(name, [.list("details", [impaired + [Element("name", "reachability"), Element("status", word)]]), status])
    }

    static func image(_ owned: World.OwnedImage) -> [Element] {
        let image = owned.image
        let disk = Element(
            "ebs",
            [
                Element("deleteOnTermination", "false"), Element("snapshotId", "snap-0" + image.id.rawValue.dropFirst(5)), Element("volumeSize", "15"),
                Element("volumeType", "standard"),
            ])
        return [
            .list("blockDeviceMapping", [[disk, Element("deviceName", "/dev/sda1")]]), Element("description", "agent golden image"),
            Element("name", image.name ?? ""), Element("rootDeviceName", "/dev/sda1"), Element("rootDeviceType", "standard"),
            .list("tagSet", owned.tags.map { [Element("key", $0.key), Element("value", $0.value)] }), Element("bootMode", "uefi"),
            Element("imageId", image.id.rawValue), Element("imageState", image.state), Element("imageOwnerId", World.account),
            Element("creationDate", image.creationTime.inEC2), Element("isPublic", "false"), Element("productCodes"), Element("imageType", "machine"),
        ]
    }
}

extension Machine {
    /// The 16 digits that tell it from others, for the ids of what belongs to it.
    var digits: String { String(instance.rawValue.dropFirst(3)) }
    /// `02:` says that nobody has registered it.
    fileprivate var macAddress: String {
        let digits = Array(self.digits.prefix(10))
        return "02:" + stride(from: 0, to: 10, by: 2).map { String(digits[$0..<$0 + 2]) }.joined(separator: ":")
    }
    fileprivate var dnsName: String { "ip-" + privateIP.split(separator: ".").joined(separator: "-") + ".ec2.internal" }
}

extension Timestamp {
    /// `2026-11-23T09:19:58.000Z`: EC2 writes whole seconds and three zeros.
    var inEC2: String { String(wholeSeconds.description.dropLast()) + ".000Z" }
    /// `2026-11-23 09:21:06 GMT`.
    fileprivate var inEC2Reason: String { wholeSeconds.description.dropLast().split(separator: "T").joined(separator: " ") + " GMT" }
}
