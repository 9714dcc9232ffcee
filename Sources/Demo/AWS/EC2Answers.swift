internal import Fleet
internal import Simulation

/// One EC2 call: what describes instances, images and templates, and what launches and ends instances.
struct EC2Answers {
    let world: World
    let form: Form
    let hands: DemoHands

    /// An error as EC2 has it, and any value that a caller may get wrong.
    struct Refusal: Error {
        let status: Int
        let code: String
        let message: String

        static func parameter(_ message: String) -> Refusal { Refusal(status: 400, code: "InvalidParameterValue", message: message) }
    }

    func answer() -> Answer {
        do throws(Refusal) {
            switch form["Action"] {
            case "DescribeInstances": return try describeInstances()
            case "DescribeInstanceStatus": return try describeStatuses()
            case "DescribeImages": return try describeImages()
            case "DescribeLaunchTemplateVersions": return try describeTemplateVersions()
            case "TerminateInstances": return try terminateInstances()
            case "RunInstances": return try runInstances()
            case "GetConsoleOutput": return try getConsoleOutput()
            case "DescribeInstanceAttribute": return try describeAttribute()
            default: throw Refusal(status: 400, code: "InvalidAction", message: "The action \(form["Action"] ?? "") is not valid for this web service.")
            }
        } catch {
            return Self.refusal(error.status, error.code, error.message)
        }
    }

    static func refusal(_ status: Int, _ code: String, _ message: String) -> Answer {
        let error = Element("Error", [Element("Code", code), Element("Message", message)])
        let root = Element("Response", [Element("Errors", [error]), Element("RequestID", requestID)])
        return Answer(status: status, contentType: "text/xml;charset=UTF-8", body: root.document(nameSpace: nil))
    }

    private static let requestID = "5a1c0b3e-0000-4000-8000-00000000000a"

    func answer(_ name: String, _ elements: [Element]) -> Answer {
        let root = Element(name, elements + [Element("requestId", Self.requestID)])
        return Answer(status: 200, contentType: "text/xml;charset=UTF-8", body: root.document(nameSpace: "http://ec2.amazonaws.com/doc/2016-11-15/"))
    }

    private func describeInstances() throws(Refusal) -> Answer {
        let asked = try machines(in: world.machines.filter(\.isListedByEC2))
        let filters = form.filters
        for filter in filters where !Self.instanceFilters.contains(filter.name) && !filter.name.hasPrefix("tag:") { throw Self.unknown(filter.name) }
        let matching = asked.filter { machine in filters.allSatisfy { filter in filter.values.contains { Self.matches(machine, filter.name, Glob($0)) } } }
        let (page, next) = try paged(matching)
        return answer("DescribeInstancesResponse", next + [.list("reservationSet", page.map(Self.reservation))])
    }

    private static let instanceFilters: Set<String> = ["instance-state-name", "instance-id", "image-id", "private-ip-address", "tag-key", "availability-zone"]

    private static func matches(_ machine: Machine, _ filter: String, _ value: Glob) -> Bool {
        switch filter {
        case "instance-state-name": value.matches(machine.ec2State.rawValue)
        case "instance-id": value.matches(machine.instance.rawValue)
        case "image-id": value.matches(machine.image.rawValue)
        case "private-ip-address": machine.ec2State != .terminated && value.matches(machine.privateIP)
        case "availability-zone": value.matches(machine.zone)
        case "tag-key": machine.tags.contains { value.matches($0.key) }
        default: machine.tags.contains { "tag:" + $0.key == filter && value.matches($0.value) }
        }
    }

    private func describeStatuses() throws(Refusal) -> Answer {
        let includesAll = form["IncludeAllInstances"] == "true"
        let asked = try machines(in: world.machines.filter { $0.isListedByEC2 && (includesAll || $0.ec2State == .running) })
        let filters = form.filters
        for filter in filters where !Self.statusFilters.contains(filter.name) { throw Self.unknown(filter.name) }
        let matching = asked.filter { machine in
            filters.allSatisfy { filter in filter.values.contains { Self.matchesStatus(machine, filter.name, Glob($0)) } }
        }
        let (page, next) = try paged(matching)
        return answer("DescribeInstanceStatusResponse", next + [.list("instanceStatusSet", page.map(Self.status))])
    }

    private static let statusFilters: Set<String> = [
        "instance-state-name", "instance-status.status", "system-status.status", "event.code", "availability-zone",
    ]

    private static func matchesStatus(_ machine: Machine, _ filter: String, _ value: Glob) -> Bool {
        switch filter {
        case "instance-status.status": value.matches(machine.instanceCheck.rawValue)
        case "system-status.status": value.matches(machine.systemCheck.rawValue)
        case "event.code": machine.scheduledEvents.contains { value.matches($0.code) }
        default: matches(machine, filter, value)
        }
    }

    private func describeImages() throws(Refusal) -> Answer {
        let (ids, owners) = (form.list("ImageId"), form.list("Owner"))
        for id in ids where !id.hasPrefix("ami-") {
            throw Refusal(status: 400, code: "InvalidAMIID.Malformed", message: "Invalid id: \"\(id)\" (expecting \"ami-...\")")
        }
        for id in ids where !world.images.contains(where: { $0.image.id.rawValue == id }) {
            throw Refusal(status: 400, code: "InvalidAMIID.NotFound", message: "The image id '[\(id)]' does not exist")
        }
        let filters = form.filters
        for filter in filters where !Self.imageFilters.contains(filter.name) && !filter.name.hasPrefix("tag:") { throw Self.unknown(filter.name) }
        let matching = world.images.filter { owned in
            (ids.isEmpty || ids.contains(owned.image.id.rawValue)) && (owners.isEmpty || owners.contains("self") || owners.contains(World.account))
                && filters.allSatisfy { filter in filter.values.contains { Self.matches(owned, filter.name, Glob($0)) } }
        }
        let (page, next) = ids.isEmpty ? try paged(matching) : (matching[...], [])
        return answer("DescribeImagesResponse", next + [.list("imagesSet", page.map(Self.image))])
    }

    private static let imageFilters: Set<String> = ["name", "state", "image-id", "owner-id", "is-public", "tag-key"]

    private static func matches(_ owned: World.OwnedImage, _ filter: String, _ value: Glob) -> Bool {
        switch filter {
        case "name": value.matches(owned.image.name ?? "")
        case "state": value.matches(owned.image.state)
        case "image-id": value.matches(owned.image.id.rawValue)
        case "owner-id": value.matches(World.account)
        case "is-public": value.matches("false")
        case "tag-key": owned.tags.contains { value.matches($0.key) }
        default: owned.tags.contains { "tag:" + $0.key == filter && value.matches($0.value) }
        }
    }

    private static func unknown(_ filter: String) -> Refusal { .parameter("The filter '\(filter)' is invalid") }

    /// Those that are asked for by id, each of which must be there; all without ids.
    private func machines(in listed: [Machine]) throws(Refusal) -> [Machine] {
        let ids = form.list("InstanceId")
        if ids.isEmpty { return listed }
        if form["MaxResults"] != nil {
            throw Refusal(
                status: 400, code: "InvalidParameterCombination", message: "The parameter instancesSet cannot be used with the parameter maxResults")
        }
        let known = Set(world.machines.filter(\.isListedByEC2).map(\.instance.rawValue))
        let missing = ids.filter { !known.contains($0) }
        if missing.count == 1 {
            throw Refusal(status: 400, code: "InvalidInstanceID.NotFound", message: "The instance ID '\(missing[0])' does not exist")
        }
        if missing.count > 1 {
            throw Refusal(
                status: 400, code: "InvalidInstanceID.NotFound", message: "The instance IDs '\(missing.joined(separator: ", "))' do not exist")
        }
        return listed.filter { ids.contains($0.instance.rawValue) }
    }

    /// One page and the token for the next. EC2 takes 5 to 1,000 for a page; without a size it gives up to 1,000.
    private func paged<Item>(_ items: [Item]) throws(Refusal) -> (page: ArraySlice<Item>, next: [Element]) {
        var size = 1000
        if let text = form["MaxResults"] {
            guard let asked = Int(text), (5...1000).contains(asked) else {
                throw .parameter("Value ( \(text) ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.")
            }
            size = asked
        }
        var first = 0
        if let token = form["NextToken"] {
            guard token.hasPrefix(Self.tokenPrefix), let place = Int(token.dropFirst(Self.tokenPrefix.count)), place >= 0 else {
                throw .parameter("Unable to parse pagination token")
            }
            first = min(place, items.count)
        }
        let last = min(first + size, items.count)
        return (items[first..<last], last < items.count ? [Element("nextToken", Self.tokenPrefix + String(last))] : [])
    }

    private static let tokenPrefix = "demo-page-from-"
}
